import { afterEach, beforeEach, describe, expect, spyOn, test } from 'bun:test';
import { BACKUP_DIR, TIMESTAMP, Workplace } from '../../lab/program/plugin.ts';
import { backupFile } from '../../src/commands/backup-file.ts';
import { deleteBackup } from '../../src/commands/delete-backup.ts';
import { deleteDirectory } from '../../src/commands/delete-directory.ts';
import { listDirectory } from '../../src/commands/list-directory.ts';
import { restoreFile } from '../../src/commands/restore-file.ts';
import { setupForBackup } from '../../src/commands/setup-for-backup.ts';
import { setupForRestore } from '../../src/commands/setup-for-restore.ts';
import { ProcessLog } from '../../src/log/log.ts';
import { S3Error } from '../../src/s3/errors/s3-error.ts';
import type { Command } from '../../src/session/command.ts';

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

/** Runs a command whose server is not there and may be waited for all day. */
async function run(command: Command, args: readonly string[], signal: AbortSignal): Promise<unknown> {
  const config = place.config({ url: 'http://127.0.0.1:1' }, { retry_timeout: '24h' });
  const log = new ProcessLog(() => {});
  return await command([config, ...args], { log, signal, environment: {} }).then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe('a server that has never answered', () => {
  test.each<[string, Command, readonly string[]]>([
    ['setup_plugin_for_backup', setupForBackup, [BACKUP_DIR, 'coordinator', '-1']],
    ['setup_plugin_for_restore', setupForRestore, [BACKUP_DIR, 'coordinator', '-1']],
    ['delete_backup', deleteBackup, [TIMESTAMP]],
    ['delete_directory', deleteDirectory, ['some/folder']],
    ['list_directory', listDirectory, []],
  ])('%s gives it up after a minute, whatever retry_timeout is', async (_name, command, args) => {
    const startedAt = performance.now();
    const error = await run(command, args, new AbortController().signal);
    expect(error).toBeInstanceOf(S3Error);
    expect(error).toMatchObject({ code: 'ECONNREFUSED' });
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(60_000);
  });

  test.each<[string, Command]>([
    ['backup_file', backupFile],
    ['restore_file', restoreFile],
  ])('%s waits for its return', async (_name, command) => {
    const ending = new AbortController();
    const reason = new Error('it still waits');
    const startedAt = performance.now();
    setTimeout(() => ending.abort(reason), 1500);
    const file = `backups/${TIMESTAMP.slice(0, 8)}/${TIMESTAMP}/gpbackup_${TIMESTAMP}_report`;
    await Bun.write(place.path(file), 'a report');
    expect(await run(command, [place.path(file)], ending.signal)).toBe(reason);
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(120_000);
  });
});
