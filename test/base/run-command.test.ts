import { describe, expect, test } from 'bun:test';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../../lab/program/until.ts';
import { CommandFailure, runCommand } from '../../src/base/run-command.ts';

const PATH = '/usr/bin:/bin';
const NEVER = new AbortController().signal;

async function run(
  words: readonly string[],
  more: Partial<Parameters<typeof runCommand>[1]> = {},
): Promise<string> {
  return await runCommand(words, { environment: { PATH }, signal: NEVER, patience: 60_000, ...more });
}

async function failure(...parameters: Parameters<typeof run>): Promise<string> {
  const error = await run(...parameters).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(CommandFailure);
  return (error as CommandFailure).message;
}

const sh = (script: string): string[] => ['sh', '-c', script];

describe('a command', () => {
  test('gives what it prints; its words reach it as they are', async () => {
    expect(await run(['printf', '%s|', 'a b', '$HOME', '*', ''])).toBe('a b|$HOME|*||');
  });

  test('has an empty input', async () => expect(await run(['cat'])).toBe(''));

  test('has the environment without what the launcher sets', async () => {
    const environment = {
      PATH,
      A: 'b',
      BUN_JSC_useJIT: '0',
      MIMALLOC_X: '1',
      GPBACKUP_S3_PLUGIN_MESSAGES: '3',
      C: undefined,
    };
    expect((await run(['env'], { environment })).trim().split('\n').toSorted()).toEqual([
      'A=b',
      `PATH=${PATH}`,
    ]);
  });

  test.each([
    [sh('echo "vault is sealed" >&2; echo more >&2; exit 3'), 'exited with status 3: vault is sealed'],
    [sh('exit 1'), 'exited with status 1'],
    [sh('kill -9 $$'), 'was ended by SIGKILL'],
    [sh('yes'), 'printed more than 64KB'],
    [['/nowhere/command'], "can't be started: there is no such file or folder"],
    [['no-such-command'], "can't be started: there is no such file or folder"],
    [['/etc/passwd'], "can't be started: permission denied"],
  ])('%p fails: %s', async (words, message) => expect(await failure(words)).toBe(message));

  test('that is a script without an interpreter says so', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'gpbackup-s3-plugin-command-'));
    try {
      const script = join(folder, 'script');
      writeFileSync(script, 'echo x\n', { mode: 0o755 });
      expect(await failure([script])).toContain('neither a program nor a script that begins with #!');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('that writes much to stderr is not blocked', async () => {
    expect(await run(sh('head -c 1000000 /dev/zero >&2; echo done'))).toBe('done\n');
  });

  test('that leaves a child with its output open is over when it has ended', async () => {
    const output = await run(sh('sleep 1000 & echo $!'));
    process.kill(Number(output), 'SIGKILL');
    expect(output).toMatch(/^\d+\n$/);
  });

  test('that takes too long ends with its children', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'gpbackup-s3-plugin-command-'));
    try {
      const mark = join(folder, 'pids');
      const script = `sleep 1000 & echo $$ $! >${mark}.new; mv ${mark}.new ${mark}; wait`;
      const ending = new AbortController();
      const running = run(sh(script), { signal: ending.signal }).catch((error: unknown) => error);
      await until(() => existsSync(mark));
      ending.abort(new Error('enough'));
      expect(await running).toEqual(new Error('enough'));
      const pids = readFileSync(mark, 'utf8').trim().split(' ');
      await until(() => pids.every((pid) => !isRunning(pid)));
    } finally {
      rmSync(folder, { recursive: true });
    }
    expect(await failure(sh('sleep 1000'), { patience: 300 })).toBe('did not end within 300 ms');
  });
});

function isRunning(pid: string): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
