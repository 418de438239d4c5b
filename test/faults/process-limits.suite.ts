import { afterAll, beforeAll, expect } from 'bun:test';
import { mkdirSync } from 'node:fs';
import { BACKUP_DIR, PREFIX, someBytes, TIMESTAMP, Workplace } from '../../lab/program/plugin.ts';
import { faultCase } from './fault-case.ts';
import { memoryLimits } from './memory-limit.ts';
import { RealServer } from './real-server.ts';
import { expectSafeBackup, expectSafeRestore } from './safety.ts';

const MB = 1024 * 1024;
const DATA = someBytes(20_000_000, 5);

let server: RealServer;
beforeAll(async () => {
  server = await RealServer.start();
}, 120_000);
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

/** A path of a table's file in a folder of its own for each number, and its key. */
const table = (number: number, end = ''): { path: string; key: string; name: string } => {
  const name = `gpbackup_0_${TIMESTAMP}_${number}${end}`;
  return { path: `${BACKUP_DIR}/${name}`, key: PREFIX + name, name };
};

faultCase('Process', 'stdin closed: nothing is stored, or what came before its end', async (tries) => {
  using place = new Workplace();
  const config = place.config(server);
  const data = place.write('data', DATA);
  const none = table(1);
  const closed = await place.shell(`"$PLUGIN" backup_data ${config} ${none.path} <&-`);
  expect([closed.exitCode, await server.bytes(none.key)]).toEqual([1, undefined]);
  tries[await expectSafeBackup(closed, { store: server, key: none.key, data: DATA })]();
  const ends = [
    [2, '</dev/null', new Uint8Array(0)],
    [3, '< <(exit 1)', new Uint8Array(0)],
    [4, `< <(head -c 9000000 ${data})`, DATA.subarray(0, 9_000_000)],
  ] as const;
  for (const [number, input, came] of ends) {
    const { path, key } = table(number);
    const outcome = await place.shell(`"$PLUGIN" backup_data ${config} ${path} ${input}`);
    expect(outcome.exitCode).toBe(0);
    tries[await expectSafeBackup(outcome, { store: server, key, data: came })]();
  }
});

faultCase('Process', 'stdout closed early by its reader (head -c): silence and no error', async (tries) => {
  using place = new Workplace();
  const config = place.config(server);
  for (const [number, end] of [
    [11, ''],
    [12, '.gz'],
    [13, '.zst'],
  ] as const) {
    const { path, key } = table(number, end);
    await server.put(key, DATA);
    for (const bytes of [0, 1, 100_000, 6_000_000]) {
      const line = `"$PLUGIN" restore_data ${config} ${path} | head -c ${bytes}; exit \${PIPESTATUS[0]}`;
      const { exitCode, stdout, stderr } = await place.shell(line);
      expect([exitCode, stderr, Buffer.compare(stdout, DATA.subarray(0, bytes))]).toEqual([0, '', 0]);
      tries.survived();
    }
  }
  const { path } = table(11);
  const closed = await place.shell(`"$PLUGIN" restore_data ${config} ${path} >&-`);
  expect([closed.exitCode, closed.stderr]).toEqual([
    1,
    'gpbackup_s3_plugin: restore_data: standard output is closed\n',
  ]);
  tries.failedCleanly();
});

faultCase('Process', 'at most 64 open files: backups, restores and folders go through', async (tries) => {
  using place = new Workplace();
  const config = place.config(server);
  const data = place.write('data', DATA);
  const few = 'ulimit -n 64;';
  const { path, key, name } = table(21);
  const backup = await place.shell(`${few} "$PLUGIN" backup_data ${config} ${path} < ${data}`);
  tries[await expectSafeBackup(backup, { store: server, key, data: DATA })]();
  const restore = await place.shell(`${few} "$PLUGIN" restore_data ${config} ${path}`);
  tries[expectSafeRestore(restore, { data: DATA, name })]();
  const tree = place.path('tree');
  mkdirSync(`${tree}/a/b`, { recursive: true });
  for (let file = 0; file < 60; file += 1)
    await Bun.write(`${tree}/a/b/${file}`, someBytes(200_000, file + 1));
  const line = `${few} set -e; "$PLUGIN" backup_directory ${config} tree 20 && mv tree before && "$PLUGIN" restore_directory ${config} tree 20 && diff -r before tree`;
  const folder = await place.shell(line);
  expect([backup.exitCode, restore.exitCode, folder.exitCode, folder.stderr]).toEqual([0, 0, 0, '']);
  tries.survived();
});

/** The default of the option, and the least that it can be set to. */
for (const maxMemory of [192, 96]) {
  faultCase(
    'Process',
    `no more memory than twice max_memory of ${maxMemory}MB: 200 MB go through in both directions`,
    async (tries) => {
      using place = new Workplace();
      const config = place.config(server, { max_memory: `${maxMemory}MB` });
      const large = someBytes(200_000_000, maxMemory);
      const data = place.write('data', large);
      for (const limit of memoryLimits(2 * maxMemory * MB)) {
        using held = limit;
        console.log(`at most ${2 * maxMemory} MB by ${held.name}`);
        const { path, key, name } = table(30 + maxMemory);
        const backup = await place.shell(`${held.prefix} "$PLUGIN" backup_data ${config} ${path} < ${data}`);
        tries[await expectSafeBackup(backup, { store: server, key, data: large })]();
        const restore = await place.shell(`${held.prefix} "$PLUGIN" restore_data ${config} ${path}`);
        tries[expectSafeRestore(restore, { data: large, name })]();
        expect([backup.exitCode, restore.exitCode, held.wasHit()]).toEqual([0, 0, false]);
        await server.remove(key);
      }
    },
  );
}
