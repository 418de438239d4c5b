import { afterAll, describe, expect, test } from 'bun:test';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keysOf, loaded, told } from './loaded.ts';

const folder = mkdtempSync(join(tmpdir(), 'from-command-'));
afterAll(() => rmSync(folder, { recursive: true }));

const ENVIRONMENT = { PATH: '/usr/bin:/bin' };

let count = 0;
/** A command line that runs a script. */
function script(text: string): string {
  count += 1;
  const path = join(folder, `script-${count}`);
  writeFileSync(path, text);
  return `sh ${path}`;
}

const withCommand = (aws_secret_access_key_command: string): Record<string, string> => ({
  aws_access_key_id: 'AKIA',
  aws_secret_access_key_command,
});

test.each([
  [`printf 'of/the+command=\\n'`, 'of/the+command='],
  ['printf "first\\r\\nsecond"', 'first'],
  [`echo '$HOME | tr a b'`, '$HOME | tr a b'],
  ['sh -c "echo a $((1+1))"', 'a 2'],
])('the first line that a command prints is the secret key, without a shell: %s', async (command, key) => {
  expect(await keysOf(withCommand(command), ENVIRONMENT)).toEqual(['AKIA', key, undefined]);
});

test('the command has the environment, and an empty input', async () => {
  const command = script('read -r line; echo "$KEY-$line"\n');
  expect(await keysOf(withCommand(command), { ...ENVIRONMENT, KEY: 'of-the-host' })).toEqual([
    'AKIA',
    'of-the-host-',
    undefined,
  ]);
});

describe('a command that gives no secret is told with the first line of its stderr', () => {
  test.each([
    [
      'exits with a status',
      'echo "permission denied" >&2; echo more >&2; exit 2',
      'exited with status 2: permission denied',
    ],
    ['prints nothing', 'exit 0', 'printed nothing that can be used: its first line is empty'],
    ['prints an empty line', 'echo; echo x', 'printed nothing that can be used: its first line is empty'],
    [
      'prints NUL',
      "printf 's3cr3t\\0x\\n'",
      'printed nothing that can be used: its first line contains control characters',
    ],
    ['prints Latin-1', "printf 's3cr3t\\351\\n'", 'printed a line that is not text in UTF-8'],
    ['is killed', 'kill -9 $$', 'was ended by SIGKILL'],
  ])('%s', async (_, text, why) => {
    const { problems, hint } = await told(withCommand(script(text)), ENVIRONMENT);
    expect(problems).toEqual([`option "aws_secret_access_key_command": the command ${why}`]);
    expect(hint).toContain('by hand, as the user that runs the database');
  });

  test('is not there: it is not tried again', async () => {
    const { problems } = await told(withCommand('/no/such/program --secret s3cr3t'), ENVIRONMENT);
    expect(problems).toEqual([
      'option "aws_secret_access_key_command": the command can\'t be started: there is no such file or folder',
    ]);
  });

  test('needs a shell: the hint says how', async () => {
    const { hint } = await told(withCommand('/no/such/program | head -1'), ENVIRONMENT);
    expect(hint).toContain("sh -c '…'");
  });
});

test('a passing fault is tried again', async () => {
  const runs = join(folder, 'runs');
  const command = script(`echo x >>${runs}; [ "$(wc -l <${runs})" -ge 3 ] || exit 1; echo at-last\n`);
  expect(await keysOf(withCommand(command), ENVIRONMENT)).toEqual(['AKIA', 'at-last', undefined]);
  expect(readFileSync(runs, 'utf8')).toBe('x\nx\nx\n');
});

test('a signal ends the command, and is what is told', async () => {
  const started = join(folder, 'started');
  const stop = new AbortController();
  const command = script(`echo $$ >${started}; exec sleep 1000\n`);
  const load = loaded(withCommand(command), ENVIRONMENT, stop.signal);
  while (!existsSync(started) || readFileSync(started, 'utf8') === '') await new Promise(setImmediate);
  stop.abort(new Error('ended by SIGTERM'));
  expect(load).rejects.toThrow('ended by SIGTERM');
  await load.catch(() => {});
  const pid = Number(readFileSync(started, 'utf8'));
  while (isRunning(pid)) await new Promise(setImmediate);
});

function isRunning(pid: number): boolean {
  try {
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
}

describe('nothing is started', () => {
  const mark = join(folder, 'mark');

  test('beside another source of the same secret', async () => {
    const command = `touch ${mark}`;
    const file = join(folder, 'key');
    writeFileSync(file, 'x');
    expect((await told({ ...withCommand(command), aws_secret_access_key: 's3cr3t' })).problems).toEqual([
      '"aws_secret_access_key" and "aws_secret_access_key_command" are both set: keep one of them',
    ]);
    expect((await told({ ...withCommand(command), aws_secret_access_key_file: file })).problems).toEqual([
      '"aws_secret_access_key_file" and "aws_secret_access_key_command" are both set: keep one of them',
    ]);
  });

  test('when another value can’t be had', async () => {
    const { problems } = await told({ ...withCommand(`touch ${mark}`), bucket: '${NONE}', encryption: 'x' });
    expect(problems).toHaveLength(2);
  });

  test('of a line that is none; nothing of it is shown', async () => {
    const { problems } = await told(withCommand(`touch ${mark} 'tail`));
    expect(problems).toEqual([
      'option "aws_secret_access_key_command": must be a command line in which each \' is closed by another one',
    ]);
  });

  test('so there is no mark of it', () => {
    expect(existsSync(mark)).toBe(false);
  });
});
