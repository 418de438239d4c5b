import { expect, mock, test } from 'bun:test';
import * as fs from 'node:fs';
import { PREFIX, TIMESTAMP, Workplace } from '../../lab/program/plugin.ts';
import { startS3Server } from '../../lab/s3-server/server.ts';
import { run } from '../../src/cli/run.ts';

const NAME = `gpbackup_${TIMESTAMP}_metadata.sql`;

/**
 * Runs the program's code in this process with calls of the system noted on their way. Of the compiled program nothing
 * but strace would tell them, which is not everywhere.
 */
async function callsOf(argv: readonly string[], home: string): Promise<string[]> {
  const calls: string[] = [];
  const original = { ...fs };
  const before = process.env['HOME'];
  const signals = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;
  const handlers = new Map(signals.map((signal) => [signal, process.listeners(signal)]));
  process.env['HOME'] = home;
  await mock.module('node:fs', () => ({
    ...original,
    default: original,
    fsync: (fd: number, done: (error: Error | null) => void): void => {
      calls.push(`fsync ${original.readlinkSync(`/proc/self/fd/${fd}`)}`);
      original.fsync(fd, done);
    },
    fsyncSync: (fd: number): void => {
      calls.push(`fsync ${original.readlinkSync(`/proc/self/fd/${fd}`)}`);
      original.fsyncSync(fd);
    },
    renameSync: (from: string, to: string): void => {
      calls.push(`rename ${to}`);
      original.renameSync(from, to);
    },
  }));
  try {
    expect(await run(argv, () => {})).toBe(0);
  } finally {
    await mock.module('node:fs', () => ({ ...original, default: original }));
    process.env['HOME'] = before;
    for (const [signal, kept] of handlers) {
      for (const handler of process.listeners(signal)) {
        if (!kept.includes(handler)) process.off(signal, handler);
      }
    }
  }
  return calls;
}

test('restore_file flushes the file before it is renamed, and the folder after', async () => {
  using place = new Workplace();
  const server = await startS3Server();
  const folder = place.path(`backups/20260102/${TIMESTAMP}`);
  fs.mkdirSync(folder, { recursive: true });
  await server.objects.put('backups', PREFIX + NAME, 'content');
  try {
    const calls = await callsOf(['restore_file', place.config(server), `${folder}/${NAME}`], place.home);
    const kinds = calls.map((call) => call.replace(/^fsync .*\.unfinished$/, 'fsync the unfinished file'));
    expect(kinds).toEqual(['fsync the unfinished file', `rename ${folder}/${NAME}`, `fsync ${folder}`]);
    expect(await Bun.file(`${folder}/${NAME}`).text()).toBe('content');
  } finally {
    await server.stop();
  }
});

test('a restored file has the mode that the umask leaves', async () => {
  using place = new Workplace();
  const server = await startS3Server();
  const folder = place.path(`backups/20260102/${TIMESTAMP}`);
  fs.mkdirSync(folder, { recursive: true });
  await server.objects.put('backups', PREFIX + NAME, 'content');
  try {
    for (const [umask, mode] of [
      ['022', 0o644],
      ['077', 0o600],
    ] as const) {
      const line = `umask ${umask}; $PLUGIN restore_file ${place.config(server)} ${folder}/${NAME}`;
      expect((await place.shell(line)).exitCode).toBe(0);
      expect(fs.statSync(`${folder}/${NAME}`).mode & 0o777).toBe(mode);
    }
  } finally {
    await server.stop();
  }
});
