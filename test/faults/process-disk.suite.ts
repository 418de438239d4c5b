import { afterAll, beforeAll, expect } from 'bun:test';
import { mkdirSync } from 'node:fs';
import {
  BACKUP_DIR,
  type Outcome,
  OWN_MOUNTS,
  PREFIX,
  someBytes,
  TIMESTAMP,
  Workplace,
} from '../../lab/program/plugin.ts';
import { faultCase } from './fault-case.ts';
import { RealServer } from './real-server.ts';
import { expectClearError, expectSafeBackup, expectSafeRestore } from './safety.ts';

const NAME = `gpbackup_${TIMESTAMP}_metadata.sql`;
const DATA = someBytes(20_000_000, 9);
/** Bytes of the small disk: a part of DATA fits. */
const DISK = 8 * 1024 * 1024;

let server: RealServer;
beforeAll(async () => {
  server = await RealServer.start();
  await server.put(PREFIX + NAME, DATA);
}, 120_000);
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

/** Runs a shell line in mounts of its own, which begin with what `mount` makes of the folder `disk`. */
async function onDisk(place: Workplace, mount: string, line: string): Promise<Outcome> {
  mkdirSync(place.path('disk'), { recursive: true });
  place.write('line', `set -e\n${mount}\nset +e\n${line}\n`);
  return await place.shell(`${OWN_MOUNTS} bash line`, {
    env: { ...place.env, PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
  });
}

/** The disk's own, and those of a backup's path. */
const FOLDERS = 4;
const SMALL = `mount -t tmpfs -o size=${DISK} none disk`;
const READ_ONLY = 'mount -o remount,ro disk';
/** The last command's exit code on the last line. */
const STATUS = 'echo "status $?"';

for (const [what, before, words] of [
  ['a full disk', '', /the disk is full\nHINT: make room/],
  ['a disk without free inodes', '', /the disk is full/],
  ['a read-only disk', READ_ONLY, /the file system is read-only\nHINT: choose a folder/],
] as const) {
  faultCase('Process', `restore_file on ${what}: the old file stays, and nothing else`, async (tries) => {
    for (const old of [undefined, 'what was there']) {
      using place = new Workplace();
      const config = place.config(server);
      const folder = `disk/backups/20260102/${TIMESTAMP}`;
      const prepare = [
        what.includes('inodes')
          ? `mount -t tmpfs -o nr_inodes=${old === undefined ? FOLDERS : FOLDERS + 1} none disk`
          : SMALL,
        `mkdir -p ${folder}`,
        ...(old === undefined ? [] : [`printf '%s' '${old}' >${folder}/${NAME}`]),
        before,
      ].join('\n');
      const run = `"$PLUGIN" restore_file ${config} ${folder}/${NAME}; ${STATUS}; ls -A ${folder}; head -c 100 ${folder}/* 2>/dev/null`;
      const { stdout, stderr } = await onDisk(place, prepare, run);
      expect(stdout.toString()).toBe(old === undefined ? 'status 1\n' : `status 1\n${NAME}\nwhat was there`);
      expectClearError({ exitCode: 1, stdout, stderr });
      expect(stderr).toMatch(words);
      tries.failedCleanly();
    }
  });
}

faultCase(
  'Process',
  'restore_directory on a full disk: the files that are there are whole, and nothing else is',
  async (tries) => {
    using place = new Workplace();
    // The keys are absolute paths: the small disk is where they lead.
    const root = place.path('disk');
    const files = Array.from({ length: 12 }, (_, index) => someBytes(1_000_000, index + 1));
    await Promise.all(files.map((bytes, index) => server.put(`${root.slice(1)}/${index}`, bytes)));
    const config = place.config(server);
    const run = `"$PLUGIN" restore_directory ${config} ${root}; ${STATUS}; ls -A ${root}; mkdir out; cp -a ${root}/. out`;
    const { stdout, stderr } = await onDisk(place, SMALL, run);
    const [status, ...names] = stdout.toString().trim().split('\n');
    expect(status).toBe('status 1');
    expectClearError({ exitCode: 1, stdout, stderr });
    expect(stderr).toContain('the disk is full');
    for (const name of names) {
      expect(name).toMatch(/^\d+$/);
      expect(
        Buffer.compare(await Bun.file(place.path(`out/${name}`)).bytes(), files[Number(name)] ?? DATA),
      ).toBe(0);
    }
    tries.failedCleanly();
  },
);

for (const [what, mount] of [
  ['full', `${SMALL}; head -c ${DISK} /dev/zero >disk/filler`],
  ['read-only', `${SMALL}; ${READ_ONLY}`],
  ['full after some lines', `mount -t tmpfs -o size=4096 none disk`],
] as const) {
  faultCase(
    'Process',
    `the log on a disk that is ${what}: backups and restores go through`,
    async (tries) => {
      using place = new Workplace();
      const config = place.config(server, { logger_verbosity: 'debug' });
      const data = place.write('data', DATA);
      const name = `gpbackup_0_${TIMESTAMP}_${what.length}`;
      const path = `${BACKUP_DIR}/${name}`;
      const home = `export HOME=${place.path('disk')}`;
      const backup = await onDisk(place, mount, `${home}; "$PLUGIN" backup_data ${config} ${path} <${data}`);
      tries[await expectSafeBackup(backup, { store: server, key: PREFIX + name, data: DATA })]();
      const restore = await onDisk(place, mount, `${home}; "$PLUGIN" restore_data ${config} ${path}`);
      tries[expectSafeRestore(restore, { data: DATA, name })]();
      expect([backup.exitCode, restore.exitCode]).toEqual([0, 0]);
    },
  );
}
