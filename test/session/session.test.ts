import { afterEach, beforeEach, describe, expect, spyOn, test } from 'bun:test';
import { BACKUP_DIR, TIMESTAMP, Workplace } from '../../lab/program/plugin.ts';
import { backupFile } from '../../src/commands/backup-file.ts';
import { deleteBackup } from '../../src/commands/delete-backup.ts';
import { deleteDirectory } from '../../src/commands/delete-directory.ts';
import { restoreFile } from '../../src/commands/restore-file.ts';
import { setupForBackup } from '../../src/commands/setup-for-backup.ts';
import { setupForRestore } from '../../src/commands/setup-for-restore.ts';
import { ProcessLog } from '../../src/log/log.ts';
import { S3Error } from '../../src/s3/errors/s3-error.ts';
import type { Command } from '../../src/session/command.ts';

const HOOK = { localBackupDir: BACKUP_DIR, scope: 'coordinator', contentId: '-1' };

/** The clock that counts the time without progress runs so much faster than the pauses between tries. */
const SPEED = 200;

let place: Workplace;
let restoreClock: () => void;
beforeEach(() => {
  place = new Workplace();
  const now = performance.now.bind(performance);
  const clock = spyOn(performance, 'now').mockImplementation(() => now() * SPEED);
  restoreClock = () => clock.mockRestore();
});
afterEach(() => {
  restoreClock();
  place[Symbol.dispose]();
});

/** A command, whose arguments are those of its own table. */
type AnyCommand = Command<never, never>;

/** Runs a command whose server is not there and may be waited for all day. */
async function run(command: AnyCommand, args: object, signal: AbortSignal): Promise<unknown> {
  const config = place.config({ url: 'http://127.0.0.1:1' }, { retry_timeout: '24h' });
  const log = new ProcessLog(() => {});
  const input = { args: { config, ...args }, flags: {} } as never;
  return await command(input, { log, signal, environment: place.env }).then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe('a server that has never answered', () => {
  test.each<[string, AnyCommand, object]>([
    ['setup_plugin_for_backup', setupForBackup, HOOK],
    ['setup_plugin_for_restore', setupForRestore, HOOK],
    ['delete_backup', deleteBackup, { timestamp: TIMESTAMP }],
    ['delete_directory', deleteDirectory, { directory: 'some/folder' }],
  ])('%s gives it up after a minute, whatever retry_timeout is', async (_name, command, args) => {
    const startedAt = performance.now();
    const error = await run(command, args, new AbortController().signal);
    expect(error).toBeInstanceOf(S3Error);
    expect(error).toMatchObject({ code: 'ECONNREFUSED' });
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(60_000);
  });

  test.each<[string, AnyCommand]>([
    ['backup_file', backupFile],
    ['restore_file', restoreFile],
  ])('%s waits for its return', async (_name, command) => {
    const ending = new AbortController();
    const reason = new Error('it still waits');
    const startedAt = performance.now();
    setTimeout(() => ending.abort(reason), 1500);
    const file = `backups/${TIMESTAMP.slice(0, 8)}/${TIMESTAMP}/gpbackup_${TIMESTAMP}_report`;
    await Bun.write(place.path(file), 'a report');
    expect(await run(command, { file: place.path(file) }, ending.signal)).toBe(reason);
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(120_000);
  });
});
