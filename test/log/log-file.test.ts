import { afterAll, expect, test } from 'bun:test';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { logDay } from '../../src/log/line.ts';

const PROGRAM = 'gpbackup_s3_plugin';
const homes = mkdtempSync(join(tmpdir(), 'log-'));
afterAll(() => rmSync(homes, { recursive: true }));

function home(name: string): string {
  const path = join(homes, name);
  mkdirSync(path);
  return path;
}

/** Appends in a process of its own: the runtime knows the home folder from the environment it started with. */
async function append(
  count: number,
  word: string,
  environment: Record<string, string>,
  obstacle?: string,
): Promise<{ exitCode: number; stderr: string }> {
  const script = join(import.meta.dir, 'append-lines.ts');
  const child = Bun.spawn(
    [process.execPath, script, PROGRAM, word, String(count), ...(obstacle === undefined ? [] : [obstacle])],
    {
      env: environment,
      stdout: 'pipe',
      stderr: 'pipe',
    },
  );
  const stderr = await new Response(child.stderr).text();
  return { exitCode: await child.exited, stderr };
}

function linesOf(homeFolder: string): string[] {
  const folder = join(homeFolder, 'gpAdminLogs');
  // Two files when midnight passes meanwhile.
  return readdirSync(folder)
    .toSorted()
    .flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n').slice(0, -1));
}

test('each message is one line at the end of ~/gpAdminLogs/PROGRAM_YYYYMMDD.log', async () => {
  const HOME = home('plain');
  for (const word of ['first', 'second']) {
    expect(await append(2, word, { HOME, USER: 'gpadmin' })).toEqual({ exitCode: 0, stderr: '' });
  }
  const [name = ''] = readdirSync(join(HOME, 'gpAdminLogs'));
  expect(name).toMatch(/^gpbackup_s3_plugin_\d{8}\.log$/);
  const lines = linesOf(HOME);
  expect(lines.map((line) => line.replace(/^.*\]:-/, '').replace(/ x+$/, ''))).toEqual([
    'first 0',
    'first 1',
    'second 0',
    'second 1',
  ]);
  for (const line of lines) {
    expect(line).toMatch(/^\d{8}:\d\d:\d\d:\d\d gpbackup_s3_plugin:gpadmin:[^:]+:\d{6,}-\[INFO\]:-/);
    expect(line).toContain(`:${hostname()}:`);
  }
});

test('nothing is made before the first message', async () => {
  const HOME = home('silent');
  await append(0, 'none', { HOME });
  expect(existsSync(join(HOME, 'gpAdminLogs'))).toBe(false);
});

test('the user is found without USER and LOGNAME, which a COPY PROGRAM does not have', async () => {
  const HOME = home('nameless');
  await append(1, 'word', { HOME });
  const [line = ''] = linesOf(HOME);
  expect(/ gpbackup_s3_plugin:([^:]+):/.exec(line)?.[1]).toMatch(/^\S+$/);
});

test('two processes that append a thousand lines each lose and mix none', async () => {
  const HOME = home('shared');
  const words = ['one', 'two'];
  const ends = await Promise.all(words.map((word) => append(1000, word, { HOME, USER: 'gpadmin' })));
  expect(ends).toEqual(words.map(() => ({ exitCode: 0, stderr: '' })));
  const lines = linesOf(HOME);
  expect(lines).toHaveLength(2000);
  for (const line of lines) {
    expect(line).toMatch(
      /^\d{8}:\d\d:\d\d:\d\d gpbackup_s3_plugin:gpadmin:[^:]+:\d{6,}-\[INFO\]:-(?:one|two) \d+ x{200}$/,
    );
  }
  for (const word of words) {
    const numbers = lines.flatMap((line) => {
      const number = new RegExp(`:-${word} (\\d+) `).exec(line)?.[1];
      return number === undefined ? [] : [Number(number)];
    });
    expect(numbers).toEqual(Array.from({ length: 1000 }, (_, index) => index));
  }
});

test.each<readonly [string, (path: string) => void]>([
  ['whose home is no folder', (path) => writeFileSync(path, '')],
  [
    'whose gpAdminLogs is a file',
    (path) => {
      mkdirSync(path);
      writeFileSync(join(path, 'gpAdminLogs'), '');
    },
  ],
  ['whose home can’t be made', () => {}],
])('a process %s goes on without a log and says nothing', async (title, prepare) => {
  const path = join(homes, title);
  prepare(path);
  const HOME = existsSync(path) ? path : '/dev/null/home';
  expect(await append(3, 'word', { HOME })).toEqual({ exitCode: 0, stderr: '' });
  if (existsSync(path) && statSync(path).isDirectory()) {
    expect(statSync(join(path, 'gpAdminLogs')).size).toBe(0);
  }
});

test('a log that could not be written once is not tried again by the same process', async () => {
  const HOME = home('obstructed');
  const obstacle = join(HOME, 'gpAdminLogs');
  writeFileSync(obstacle, '');
  expect(await append(3, 'word', { HOME }, obstacle)).toEqual({ exitCode: 0, stderr: '' });
  expect(existsSync(obstacle)).toBe(false);
});

test('a full disk is no failure', async () => {
  const HOME = home('full');
  const folder = join(HOME, 'gpAdminLogs');
  mkdirSync(folder);
  // The device that every Linux has for exactly this, for today and, should midnight pass, for tomorrow.
  for (const day of [new Date(), new Date(Date.now() + 86_400_000)]) {
    symlinkSync('/dev/full', join(folder, `${PROGRAM}_${logDay(day)}.log`));
  }
  expect(await append(3, 'word', { HOME })).toEqual({ exitCode: 0, stderr: '' });
});
