import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { chmodSync, mkdirSync } from 'node:fs';
import {
  BACKUP_DIR,
  type Outcome,
  someBytes,
  TIMESTAMP,
  UNPRIVILEGED,
  Workplace,
} from '../../lab/program/plugin.ts';
import { startTestServer, type TestServer } from '../../lab/test-server.ts';

/** `20260102:03:04:05 gpbackup_s3_plugin:gpadmin:host1:012345-[INFO]:-message` */
const LINE =
  /^\d{8}:\d\d:\d\d:\d\d gpbackup_s3_plugin:[^:]+:[^:]+:\d{6,}-\[(CRITICAL|ERROR|WARNING|INFO|DEBUG)\]:-.+$/;
const PATH = `${BACKUP_DIR}/gpbackup_0_${TIMESTAMP}_16385`;

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

async function backup(place: Workplace, options: Record<string, string> = {}): Promise<Outcome> {
  return await place.run(['backup_data', place.config(server, options), PATH], {
    stdin: someBytes(9_000_000),
  });
}

test("each line has the format of Greenplum's utilities; one file a day under ~/gpAdminLogs", async () => {
  using place = new Workplace();
  await backup(place, { logger_verbosity: 'debug' });
  await place.run(['restore_data', place.config(server), `${PATH}0`]);
  const now = new Date();
  const day = `${now.getFullYear()}${String(now.getMonth() + 1).padStart(2, '0')}${String(now.getDate()).padStart(2, '0')}`;
  expect(await Bun.file(place.path(`gpAdminLogs/gpbackup_s3_plugin_${day}.log`)).exists()).toBe(true);
  const lines = await place.logLines();
  expect(lines.length).toBeGreaterThan(4);
  expect(lines.filter((line) => !LINE.test(line))).toEqual([]);
  expect(lines.some((line) => line.includes('-[ERROR]:-restore_data: GetObject'))).toBe(true);
});

describe('verbosity', () => {
  const levels: readonly (readonly [string, string[]])[] = [
    ['error', []],
    ['info', ['INFO']],
    ['debug', ['DEBUG', 'INFO']],
  ];
  test.each(levels)('%s: a successful backup writes %p', async (verbosity, expected) => {
    using place = new Workplace();
    await backup(place, { logger_verbosity: verbosity });
    const seen = new Set((await place.logLines()).map((line) => LINE.exec(line)?.[1]));
    expect([...seen].toSorted((a, b) => String(a).localeCompare(String(b)))).toEqual(expected);
  });

  test('a retry is told at verbose, not at info', async () => {
    for (const [verbosity, told] of [
      ['info', false],
      ['verbose', true],
    ] as const) {
      using place = new Workplace();
      server.faults.add({
        when: { operation: 'UploadPart', partNumber: 1 },
        do: { kind: 'answer', status: 500, code: 'InternalError' },
      });
      expect((await backup(place, { logger_verbosity: verbosity })).exitCode).toBe(0);
      expect((await place.logLines()).some((line) => line.includes('try 1 failed'))).toBe(told);
      server.faults.clear();
    }
  });
});

describe('a log that can not be written fails nothing', () => {
  test('its folder is a file', async () => {
    using place = new Workplace();
    place.write('gpAdminLogs', 'in the way');
    expect(await backup(place)).toEqual({ exitCode: 0, stdout: Buffer.alloc(0), stderr: '' });
  });

  test('its folder may not be written by this user', async () => {
    using place = Workplace.reachable();
    mkdirSync(place.path('gpAdminLogs'));
    chmodSync(place.path('gpAdminLogs'), 0o555);
    const config = place.config(server);
    chmodSync(config, 0o644);
    chmodSync(place.folder, 0o755);
    const line = `echo x | ${UNPRIVILEGED} "$PLUGIN" backup_data ${config} ${PATH}`;
    expect(await place.shell(line)).toEqual({ exitCode: 0, stdout: Buffer.alloc(0), stderr: '' });
    expect(await place.logLines()).toEqual([]);
  });

  test('the disk is full', async () => {
    using place = new Workplace();
    mkdirSync(place.path('gpAdminLogs'));
    const now = new Date();
    const day = `${now.getFullYear()}${String(now.getMonth() + 1).padStart(2, '0')}${String(now.getDate()).padStart(2, '0')}`;
    await Bun.$`ln -s /dev/full ${place.path(`gpAdminLogs/gpbackup_s3_plugin_${day}.log`)}`.quiet();
    expect(await backup(place)).toEqual({ exitCode: 0, stdout: Buffer.alloc(0), stderr: '' });
  });
});
