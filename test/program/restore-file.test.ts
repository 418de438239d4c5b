import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { chmodSync, mkdirSync, readdirSync } from 'node:fs';
import {
  OWN_MOUNTS,
  PREFIX,
  someBytes,
  TIMESTAMP,
  UNPRIVILEGED,
  Workplace,
} from '../../lab/program/plugin.ts';
import { startTestServer, type TestServer } from '../../lab/test-server.ts';

const NAME = `gpbackup_${TIMESTAMP}_metadata.sql`;
const DATA = someBytes(20_000_000);

let server: TestServer;
let place: Workplace;
let folder: string;
beforeEach(async () => {
  server = await startTestServer();
  place = Workplace.reachable();
  folder = place.path(`backups/20260102/${TIMESTAMP}`);
  mkdirSync(folder, { recursive: true });
  await server.objects.put('backups', PREFIX + NAME, DATA);
});
afterEach(async () => {
  place[Symbol.dispose]();
  await server.stop();
});

test('a target that exists is replaced as a whole', async () => {
  await Bun.write(`${folder}/${NAME}`, 'old');
  const outcome = await place.run(['restore_file', place.config(server), `${folder}/${NAME}`]);
  expect([outcome.exitCode, outcome.stderr]).toEqual([0, '']);
  expect(Bun.hash(await Bun.file(`${folder}/${NAME}`).bytes())).toBe(Bun.hash(DATA));
  expect(readdirSync(folder)).toEqual([NAME]);
});

describe('a failure leaves the target as it was and no other file', () => {
  test('an object that is not there', async () => {
    await server.objects.delete('backups', PREFIX + NAME);
    await Bun.write(`${folder}/${NAME}`, 'old');
    const { exitCode, stderr } = await place.run(['restore_file', place.config(server), `${folder}/${NAME}`]);
    expect([exitCode, stderr.includes('NoSuchKey')]).toEqual([1, true]);
    expect([readdirSync(folder), await Bun.file(`${folder}/${NAME}`).text()]).toEqual([[NAME], 'old']);
  });

  test('a range that fails in the middle', async () => {
    server.faults.add({
      when: { operation: 'GetObject', range: /^bytes=12/, times: Infinity },
      do: { kind: 'answer', status: 403, code: 'AccessDenied' },
    });
    const { exitCode } = await place.run(['restore_file', place.config(server), `${folder}/${NAME}`]);
    expect([exitCode, readdirSync(folder)]).toEqual([1, []]);
  });

  test('a full disk', async () => {
    const disk = place.path('disk');
    mkdirSync(disk);
    const target = `${disk}/backups/20260102/${TIMESTAMP}/${NAME}`;
    // A disk of 8 MB in a mount namespace of its own.
    const line = `mount -t tmpfs -o size=8m none ${disk} && mkdir -p $(dirname ${target}) && echo old > ${target} && $PLUGIN restore_file ${place.config(server)} ${target}; echo "status $?"; ls -A $(dirname ${target}); cat ${target}`;
    const { stdout, stderr } = await place.shell(`${OWN_MOUNTS} bash -c '${line}'`, {
      env: { ...place.env, PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
    });
    expect(stdout.toString()).toBe(`status 1\n${NAME}\nold\n`);
    expect(stderr).toContain('the disk is full');
    expect(stderr).toContain('HINT: make room');
  });

  test('a folder that may not be written', async () => {
    chmodSync(folder, 0o555);
    const config = place.config(server);
    for (const path of [place.folder, config]) chmodSync(path, 0o755);
    const line = `${UNPRIVILEGED} "$PLUGIN" restore_file ${config} ${folder}/${NAME}`;
    const { exitCode, stderr } = await place.shell(line, { env: { ...place.env, HOME: '/nonexistent' } });
    expect([
      exitCode,
      stderr.includes(`writing ${folder}/${NAME} failed: permission denied\n`),
      stderr.includes('HINT: the folder must be writable'),
    ]).toEqual([1, true, true]);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('a folder that is not there', async () => {
    const { exitCode, stderr } = await place.run([
      'restore_file',
      place.config(server),
      `/nowhere/backups/20260102/${TIMESTAMP}/${NAME}`,
    ]);
    expect([exitCode, stderr]).toEqual([
      1,
      `gpbackup_s3_plugin: writing /nowhere/backups/20260102/${TIMESTAMP}/${NAME} failed: there is no such file or folder\nHINT: create its folder first\n`,
    ]);
  });
});
