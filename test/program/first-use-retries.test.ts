import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { BACKUP_DIR, TIMESTAMP, Workplace } from '../../lab/program/plugin.ts';

/** Nothing listens on the first port, which only root may use. */
const NOWHERE = { url: 'http://127.0.0.1:1' };

let place: Workplace;
beforeEach(() => {
  place = new Workplace();
});
afterEach(() => place[Symbol.dispose]());

/** A run of the program on a terminal of its own, whose keyboard is `type`. */
function onTerminal(args: readonly string[]): {
  shown: () => string;
  type: (keys: string) => void;
  until: (words: string, times?: number) => Promise<void>;
  ended: Promise<number>;
} {
  const child = Bun.spawn(['script', '-qefc', [place.program, ...args].join(' '), '/dev/null'], {
    env: { ...place.env, TERM: 'dumb' },
    cwd: place.folder,
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: 'inherit',
  });
  let text = '';
  const listeners = new Set<() => void>();
  const reading = (async () => {
    const decoder = new TextDecoder();
    for await (const piece of child.stdout) {
      text += decoder.decode(piece, { stream: true }).replaceAll('\r\n', '\n');
      for (const listener of listeners) listener();
    }
    for (const listener of listeners) listener();
  })();
  const ended = reading.then(() => child.exited);
  return {
    shown: () => text,
    type: (keys) => {
      void child.stdin.write(keys);
      void child.stdin.flush();
    },
    until: async (words, times = 1) => {
      await new Promise<void>((resolve, reject) => {
        const look = (): void => {
          if (text.split(words).length > times) resolve();
        };
        listeners.add(look);
        void ended.then(() => reject(new Error(`ended without "${words}":\n${text}`)));
        look();
      });
    },
    ended,
  };
}

describe('a server that does not answer', () => {
  test('shows on a terminal why it is waited for, in the log after 30 s, and in the message after Ctrl-C', async () => {
    const config = place.config(NOWHERE, { retry_timeout: '300s' });
    const { shown, type, until, ended } = onTerminal(['list_directory', config]);
    await until('still trying');
    expect(shown()).toMatch(
      /^gpbackup_s3_plugin: still trying: ListObjectsV2 at 127\.0\.0\.1:1: the connection was refused \(ECONNREFUSED, \d+ tries\); HINT: no program listens at 127\.0\.0\.1:1: [^\n]+; Ctrl-C to stop\n$/,
    );
    // The next line comes 30 s later; the log's is between the two.
    await until('still trying', 2);
    type('\u0003');
    expect(await ended).toBe(130);
    expect(shown().replaceAll('^C', '')).toMatch(
      /\ngpbackup_s3_plugin: ended by SIGINT while waiting: ListObjectsV2 s3:\/\/backups failed: the connection was refused \(ECONNREFUSED, \d+ tries\)\nHINT: no program listens at 127\.0\.0\.1:1/,
    );
    const warnings = (await place.logLines()).filter((line) => line.includes('[WARNING]'));
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(
      /no progress for \d+ s, still trying: ListObjectsV2 at 127\.0\.0\.1:1: the connection was refused/,
    );
  });

  test('shows nothing in a pipe but the last message, where any byte is a failure of a restore', async () => {
    const config = place.config(NOWHERE, { retry_timeout: '7s' });
    const path = `${BACKUP_DIR}/gpbackup_0_${TIMESTAMP}_1`;
    const { exitCode, stdout, stderr } = await place.run(['restore_data', config, path]);
    expect([exitCode, stderr.split('\n').length]).toEqual([1, 3]);
    expect(stderr).toMatch(
      /^gpbackup_s3_plugin: GetObject .* failed: the connection was refused \(ECONNREFUSED/,
    );
    expect(stdout.length).toBeLessThanOrEqual(1);
  });

  test('is given up when retry_timeout is over, not when the next pause would be', async () => {
    const config = place.config(NOWHERE, { retry_timeout: '10s' });
    const startedAt = performance.now();
    const { exitCode, stderr } = await place.run(['list_directory', config]);
    expect([exitCode, stderr.includes('ECONNREFUSED')]).toEqual([1, true]);
    const took = performance.now() - startedAt;
    expect(took).toBeGreaterThan(9500);
    expect(took).toBeLessThan(50_000);
  });
});
