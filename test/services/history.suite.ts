import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { join } from 'node:path';
import { Workplace } from '../../lab/program/plugin.ts';
import { cacheFolderOf } from '../../lab/servers/cached-folder.ts';
import { installGoProgram } from '../../lab/servers/go-program.ts';
import { NotInstallable } from '../../lab/servers/server.ts';
import { putSets } from '../../lab/sets-in-server.ts';
import { startTestServer, type TestServer } from '../../lab/test-server.ts';

/**
 * gpbackman reads the history that rebuild_history wrote, and what expire_backups marked in it. GPBACKMAN names a
 * program that is there already, for places whose module proxy does not have it: there the suite is skipped.
 */
const VERSION = '0.8.0';

async function gpbackman(): Promise<string | undefined> {
  const given = process.env['GPBACKMAN'];
  if (given !== undefined) return given;
  const folder = cacheFolderOf('gpbackman', VERSION);
  try {
    await installGoProgram(folder, 'github.com/woblerr/gpbackman', `v${VERSION}`);
    return join(folder, 'gpbackman');
  } catch (error) {
    if (!(error instanceof NotInstallable)) throw error;
    process.stdout.write(`skipped: ${error.message}\n`);
    return undefined;
  }
}

const program = await gpbackman();

interface Row {
  readonly timestamp: string;
  readonly date: string;
  readonly status: string;
  readonly database: string;
  readonly type: string;
  readonly filtering: string;
  readonly deleted: string;
}

describe.skipIf(program === undefined)(`gpbackman ${VERSION}`, () => {
  let server: TestServer;
  let place: Workplace;
  let config: string;
  beforeAll(async () => {
    server = await startTestServer();
    place = new Workplace();
    await putSets(server);
    config = place.config(server, { folder: 'warehouse' });
    expect((await place.run(['rebuild_history', config, 'history.db'])).exitCode).toBe(0);
  });
  afterAll(async () => {
    place[Symbol.dispose]();
    await server.stop();
  });

  /** The cells of its table. */
  async function rows(): Promise<readonly Row[]> {
    const { exitCode, stdout } = await place.shell(
      `${program} backup-info --deleted --failed --history-db ${place.path('history.db')}`,
    );
    expect(exitCode).toBe(0);
    return stdout
      .toString()
      .split('\n')
      .filter((line) => /^ \d{14} /.test(line))
      .map((line) => line.split('|').map((cell) => cell.trim()))
      .map(
        ([
          timestamp = '',
          date = '',
          status = '',
          database = '',
          type = '',
          filtering = '',
          ,
          ,
          deleted = '',
        ]) => ({
          timestamp,
          date,
          status,
          database,
          type,
          filtering,
          deleted,
        }),
      );
  }

  test('shows the backups that list_backups shows', async () => {
    const { stdout } = await place.run(['list_backups', config, '--json']);
    const { result } = JSON.parse(stdout.toString()) as {
      result: {
        timestamp: string;
        status: string;
        database: string;
        type: string;
        object_filtering: string;
      }[];
    };
    const own = result
      .filter(({ status }) => status === 'Success')
      .map(({ timestamp, database, type, object_filtering: filtering }) => [
        timestamp,
        database,
        type,
        filtering,
      ]);
    const theirs = await rows();
    expect(theirs.map((row) => [row.timestamp, row.database, row.type, row.filtering])).toEqual(own);
    expect(new Set(theirs.map(({ status }) => status))).toEqual(new Set(['Success']));
  });

  test('shows when expire_backups deleted one', async () => {
    const args = ['--keep-full', '3', '--confirm', '--history', 'history.db'];
    expect((await place.run(['expire_backups', config, ...args])).exitCode).toBe(0);
    const deleted = (await rows()).filter((row) => row.deleted !== '');
    expect(deleted.map(({ timestamp }) => timestamp)).toEqual([
      '20261125025328',
      '20261125025323',
      '20261125025319',
      '20261125025212',
      '20261125025200',
    ]);
    for (const row of deleted)
      expect(Date.parse(`${row.deleted} UTC`)).toBeGreaterThan(Date.now() - 86_400_000);
  });
});
