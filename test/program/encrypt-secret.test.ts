import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { type Outcome, Workplace } from '../../lab/program/plugin.ts';
import { until } from '../../lab/program/until.ts';
import { decrypt } from '../../src/config/openpgp/decrypt.ts';
import { encrypt } from '../../src/config/openpgp/encrypt.ts';

const isRoot = process.getuid?.() === 0;

let place: Workplace;
let config: string;
let data: string;
let env: Record<string, string>;
beforeEach(() => {
  place = new Workplace();
  config = place.config(
    { url: 'http://127.0.0.1:1' },
    { aws_secret_access_key: undefined, retry_timeout: '1s' },
  );
  data = place.path('data');
  mkdirSync(data);
  env = { ...place.env, COORDINATOR_DATA_DIRECTORY: data };
});
afterEach(() => place[Symbol.dispose]());

const keyFile = (): string => `${data}/.encrypt`;
const keyIn = (text: string): string => /^gpbackup_s3_plugin: "?([^"\n]+)"?$/m.exec(text)?.[1] ?? '';
const key = (): string => keyIn(readFileSync(keyFile(), 'utf8'));

async function piped(stdin: string | Uint8Array, ...args: string[]): Promise<Outcome> {
  const input = typeof stdin === 'string' ? stdin : Uint8Array.from(stdin);
  return await place.run(['encrypt_secret', config, ...args], { env, stdin: input });
}

/** What the printed line for an option contains, decrypted. */
async function printed(stdout: Buffer, option = 'aws_secret_access_key'): Promise<string> {
  const hex = new RegExp(`^  ${option}: (c30d04090302[0-9a-f]+)$`, 'm').exec(stdout.toString())?.[1] ?? '';
  return await decrypt(Buffer.from(hex, 'hex'), key());
}

async function expectRefused(outcome: Promise<Outcome>, words: string): Promise<void> {
  const { exitCode, stdout, stderr } = await outcome;
  expect([exitCode, stdout.toString(), stderr]).toEqual([1, '', expect.stringContaining(words) as string]);
  expect(readdirSync(data).filter((name) => name.startsWith('.encrypt.'))).toEqual([]);
}

describe('one line of standard input', () => {
  test('is encrypted with a new key, which only the owner of .encrypt can see', async () => {
    const { exitCode, stdout, stderr } = await piped('wJalr/the+secret=\n');
    expect(exitCode).toBe(0);
    expect(stdout.toString()).toMatch(
      /^ {2}password_encryption: on\n {2}aws_secret_access_key: c30d04090302[0-9a-f]+\n$/,
    );
    expect(await printed(stdout)).toBe('wJalr/the+secret=');
    expect(readFileSync(keyFile(), 'utf8')).toMatch(/^gpbackup_s3_plugin: [0-9a-f]{64}\n$/);
    expect(statSync(keyFile()).mode & 0o777).toBe(0o600);
    expect(readdirSync(data)).toEqual(['.encrypt']);
    expect(stderr).toContain(`a new key is in ${keyFile()}`);
    const told = stdout.toString() + stderr + (await place.logLines()).join('\n');
    for (const secret of [key(), 'the+secret']) expect(told).not.toContain(secret);
  });

  test.each([
    ['without its end', 'the secret', 'the secret'],
    ['with CRLF', 'the secret\r\n', 'the secret'],
    ['outside of ASCII', 'gehëim-密\n', 'gehëim-密'],
    ['with signs of shells and YAML', '$a"b\'c: #d\\e\n', '$a"b\'c: #d\\e'],
  ])('%s', async (_, input, secret) => {
    expect(await printed((await piped(input)).stdout)).toBe(secret);
  });

  test.each<readonly [string, string | Uint8Array, string]>([
    ['none', '', 'no secret was entered'],
    ['an empty one', '\n', 'no secret was entered'],
    ['two lines', 'one\ntwo\n', 'standard input has more than one line'],
    ['too long', 'x'.repeat(65 * 1024), 'standard input is longer than 64 KB'],
    ['NUL', 'a\0b\n', 'the secret contains control characters'],
    ['Latin-1', Buffer.from('\xe4\n', 'latin1'), 'the secret is not text in UTF-8'],
  ])('%s is refused, and no key is made', async (_, input, words) => {
    await expectRefused(piped(input), words);
    expect(readdirSync(data)).toEqual([]);
  });

  test('the printed lines in the file are what the program decrypts', async () => {
    const { stdout } = await piped('the-secret\n');
    const text = readFileSync(config, 'utf8').replace('options:\n', `options:\n${stdout.toString()}`);
    place.write('config.yaml', text);
    const { stderr } = await place.run(['list_directory', config], { env });
    // It gets as far as the server.
    expect(stderr).toContain('ECONNREFUSED');
  });

  test('of the session token', async () => {
    expect(await printed((await piped('the-token\n', 'aws_session_token')).stdout, 'aws_session_token')).toBe(
      'the-token',
    );
    await expectRefused(
      piped('x\n', 'gpbackup_s3_plugin'),
      'must be aws_secret_access_key or aws_session_token',
    );
    await expectRefused(piped('x\n', 'bucket'), '"bucket" can\'t be encrypted');
  });
});

describe('the file of keys', () => {
  test('that has the key is used as it is', async () => {
    place.write('data/.encrypt', 'gpbackup_ddboost_plugin: other\ngpbackup_s3_plugin: "the: key"\n');
    const { stdout, stderr } = await piped('secret\n');
    expect(await decrypt(Buffer.from(/c30d\w+/.exec(stdout.toString())?.[0] ?? '', 'hex'), 'the: key')).toBe(
      'secret',
    );
    expect(stderr).toContain(`encrypted with the key in ${keyFile()}`);
    expect(readFileSync(keyFile(), 'utf8')).toBe(
      'gpbackup_ddboost_plugin: other\ngpbackup_s3_plugin: "the: key"\n',
    );
  });

  test.each([
    [
      'of another plugin',
      '# keys\ngpbackup_ddboost_plugin: 66706c6c\n',
      '# keys\ngpbackup_ddboost_plugin: 66706c6c\n',
    ],
    ['without an end of its line', 'gpbackup_ddboost_plugin: "0123"', 'gpbackup_ddboost_plugin: "0123"\n'],
    ['in one line', '{a_plugin: x}', '{ a_plugin: x, '],
    ['empty', '', ''],
    ['with an empty entry', 'gpbackup_s3_plugin:\nother: 1e5\n', ''],
  ])('%s gets one more entry, and keeps its others', async (_, before, start) => {
    place.write('data/.encrypt', before);
    chmodSync(keyFile(), 0o644);
    const { exitCode, stdout } = await piped('secret\n');
    expect(exitCode).toBe(0);
    const text = readFileSync(keyFile(), 'utf8');
    expect(text).toStartWith(start);
    expect(statSync(keyFile()).mode & 0o777).toBe(0o600);
    const [, made = ''] = /gpbackup_s3_plugin: ([0-9a-f]{64})/.exec(text) ?? [];
    expect(await decrypt(Buffer.from(/c30d\w+/.exec(stdout.toString())?.[0] ?? '', 'hex'), made)).toBe(
      'secret',
    );
    if (before.includes('1e5')) expect(text).toContain('other: 1e5');
  });

  test('that is a link stays one', async () => {
    const real = place.write('real', 'other: x\n');
    symlinkSync(real, keyFile());
    expect(await printed((await piped('secret\n')).stdout)).toBe('secret');
    expect(lstatSync(keyFile()).isSymbolicLink()).toBe(true);
    expect(readFileSync(real, 'utf8')).toStartWith('other: x\ngpbackup_s3_plugin: ');
  });

  test.each(['just a text', '- a\n- b\n', 'a: [\n'])(
    'that is no list of keys is left as it is: %j',
    async (text) => {
      place.write('data/.encrypt', text);
      await expectRefused(piped('secret\n'), 'is not a list of lines "name: key"');
      expect(readFileSync(keyFile(), 'utf8')).toBe(text);
    },
  );

  test('is of the owner of the database, whoever makes it', async () => {
    if (!isRoot) return;
    chownSync(data, 65534, 65534);
    await piped('secret\n');
    expect([statSync(keyFile()).uid, statSync(keyFile()).gid]).toEqual([65534, 65534]);
  });

  test('in a folder that is not there, or not known, is told', async () => {
    env = { ...env, COORDINATOR_DATA_DIRECTORY: place.path('none') };
    await expectRefused(piped('secret\n'), "the key can't be written to");
    env = { ...place.env };
    await expectRefused(
      piped('secret\n'),
      'COORDINATOR_DATA_DIRECTORY and MASTER_DATA_DIRECTORY are not set',
    );
  });

  test('of Greenplum 6 is found by its variable', async () => {
    env = { ...place.env, MASTER_DATA_DIRECTORY: data };
    expect(await printed((await piped('secret\n')).stdout)).toBe('secret');
  });

  test('is one key for two that are made at once', async () => {
    const outcomes = await Promise.all([1, 2, 3, 4].map(async (number) => await piped(`secret-${number}\n`)));
    for (const [index, { stdout }] of outcomes.entries())
      expect(await printed(stdout)).toBe(`secret-${index + 1}`);
    expect(readdirSync(data)).toEqual(['.encrypt']);
  });
});

describe('what does not fit to it is told', () => {
  test('a config file that can’t be read, before a secret is asked for', async () => {
    config = place.path('none.yaml');
    await expectRefused(piped('secret\n'), 'there is no such file');
    expect(readdirSync(data)).toEqual([]);
  });

  test('another source of the secret, and values of another key', async () => {
    const token = Buffer.from(await encrypt('token', 'another key')).toString('hex');
    config = place.config(
      { url: 'http://127.0.0.1:1' },
      {
        aws_secret_access_key: undefined,
        aws_secret_access_key_file: '/run/key',
        aws_session_token: token,
      },
    );
    const { stderr } = await piped('secret\n');
    expect(stderr).toContain(
      'remove "aws_secret_access_key_file", which is another source of the same secret',
    );
    expect(stderr).toContain(
      'the value of "aws_session_token" was encrypted with another key, or is damaged: encrypt it again',
    );
  });
});

/** The last line of a success. */
const DONE = 'put these lines under';

interface Seen {
  readonly exitCode: number;
  readonly seen: string;
  /** Whether the terminal shows what is typed, as it did before. */
  readonly isAsBefore: boolean;
}

/** Runs the command on a terminal of its own; types each text when its prompt is there. @param last is seen at the end */
async function onTerminal(
  last: string,
  answers: readonly (readonly [prompt: string, typed: string])[],
  whenAsked: (child: Bun.Subprocess) => void = () => {},
): Promise<Seen> {
  let seen = '';
  const waiting = [...answers];
  const terminal = new Bun.Terminal({
    data: (_, bytes) => {
      seen += Buffer.from(bytes).toString();
      const [next] = waiting;
      if (next === undefined || !seen.endsWith(next[0])) return;
      waiting.shift();
      if (next[1] !== '') terminal.write(next[1]);
      whenAsked(child);
    },
  });
  const before = terminal.localFlags;
  const child: Bun.Subprocess = Bun.spawn([place.program, 'encrypt_secret', config], {
    cwd: place.folder,
    env,
    terminal,
  });
  const exitCode = await child.exited;
  const isAsBefore = terminal.localFlags === before;
  await until(() => seen.includes(last));
  terminal.close();
  return { exitCode, seen, isAsBefore };
}

const onePrinted = async ({ seen }: Seen): Promise<string> =>
  await printed(Buffer.from(seen.replaceAll('\r', '')));

describe('on a terminal', () => {
  const FIRST = 'Enter the value of aws_secret_access_key: ';
  const AGAIN = 'The same again: ';

  test('the secret is asked for twice, and not shown', async () => {
    const outcome = await onTerminal(DONE, [
      [FIRST, 'the-secret\r'],
      [AGAIN, 'the-secret\r'],
    ]);
    expect([outcome.exitCode, outcome.isAsBefore]).toEqual([0, true]);
    expect(outcome.seen).toStartWith(`${FIRST}\r\n${AGAIN}\r\n  password_encryption: on\r\n`);
    expect(outcome.seen).not.toContain('the-secret');
    expect(await onePrinted(outcome)).toBe('the-secret');
  });

  test('what is pasted at once is understood', async () => {
    expect(await onePrinted(await onTerminal(DONE, [[FIRST, 'the-secret\rthe-secret\r']]))).toBe(
      'the-secret',
    );
  });

  test('corrections are understood', async () => {
    const corrected = await onTerminal(DONE, [
      [FIRST, 'wrong\x15the-secrët\x7f\x7fet\r'],
      [AGAIN, 'the-secret\n'],
    ]);
    expect(await onePrinted(corrected)).toBe('the-secret');
  });

  test.each([
    [
      'two that differ',
      [
        [FIRST, 'a\r'],
        [AGAIN, 'b\r'],
      ],
      'the two entries differ',
      1,
    ],
    [
      'nothing',
      [
        [FIRST, '\r'],
        [AGAIN, '\r'],
      ],
      'no secret was entered',
      1,
    ],
    [
      'the end of input',
      [
        [FIRST, '\x04'],
        [AGAIN, '\x04'],
      ],
      'no secret was entered',
      1,
    ],
    ['Ctrl-C', [[FIRST, 'sec\x03']], 'ended by SIGINT', 130],
    [
      'Ctrl-C at the second question',
      [
        [FIRST, 'a\r'],
        [AGAIN, '\x03'],
      ],
      'ended by SIGINT',
      130,
    ],
  ] as const)('%s changes nothing, and the terminal is as before', async (_, answers, words, status) => {
    const { exitCode, isAsBefore } = await onTerminal(words, answers);
    expect([exitCode, isAsBefore]).toEqual([status, true]);
    expect(readdirSync(data)).toEqual([]);
  });

  test('a signal ends it, and the terminal is as before', async () => {
    // Nothing is typed: it might arrive after the end, when the terminal shows it again.
    const { exitCode, isAsBefore } = await onTerminal('ended by SIGTERM', [[FIRST, '']], (child) =>
      child.kill('SIGTERM'),
    );
    expect([exitCode, isAsBefore]).toEqual([143, true]);
  });
});
