import { afterAll, beforeAll, expect } from 'bun:test';
import { existsSync, mkdirSync } from 'node:fs';
import {
  BACKUP_DIR,
  type Outcome,
  PREFIX,
  someBytes,
  TIMESTAMP,
  Workplace,
} from '../../lab/program/plugin.ts';
import { until } from '../../lab/program/until.ts';
import { versitygw } from '../../lab/servers/versitygw.ts';
import { faultCase } from './fault-case.ts';
import { BUCKET, RealServer } from './real-server.ts';
import { expectClearError } from './safety.ts';
import { flipByte, versityFile } from './stored-bytes.ts';

const LENGTH = 9_000_000;
/** Without a NUL, as every text that COPY reads. */
const DATA = someBytes(LENGTH, 21).map((byte) => byte || 1);

let server: RealServer;
beforeAll(async () => {
  server = await RealServer.start(versitygw);
  // To build it takes minutes, once.
}, 1_200_000);
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

const TABLE = `gpbackup_2_${TIMESTAMP}_16385`;
const SINGLE = `gpbackup_2_${TIMESTAMP}`;
const uncompressed = [TABLE, SINGLE];
const compressed = [`${TABLE}.gz`, `${TABLE}.zst`, `${SINGLE}.gz`, `${SINGLE}.zst`];

/** How Greenplum and gprestore start a restore; `cat -` hides its exit code. */
const ways = [
  (command: string): string => command,
  (command: string): string => `${command} | cat -; exit "\${PIPESTATUS[0]}"`,
] as const;

/** Restores an object of three ranges whose last byte is not what was stored, in both ways. */
async function restoreHurt(place: Workplace, name: string): Promise<Outcome[]> {
  const config = place.config(server);
  const path = `${BACKUP_DIR}/${name}`;
  // As a file: backup_data refuses what is not compressed under a name that says so.
  const folder = place.path(`backups/20260102/${TIMESTAMP}`);
  mkdirSync(folder, { recursive: true });
  await Bun.write(`${folder}/${name}`, DATA);
  const stored = await place.run(['backup_file', config, `${folder}/${name}`]);
  expect([stored.exitCode, stored.stderr]).toEqual([0, '']);
  flipByte({ file: versityFile(server.port, BUCKET, PREFIX + name), offset: LENGTH - 1 });
  return await Promise.all(
    ways.map(async (way) => await place.shell(way(`"$PLUGIN" restore_data ${config} ${path}`))),
  );
}

faultCase(
  'Restore integrity',
  'restore_data of uncompressed data that fails after the first byte ends with exactly one NUL, also behind cat',
  async (tries) => {
    for (const name of uncompressed) {
      using place = new Workplace();
      for (const outcome of await restoreHurt(place, name)) {
        expect(outcome.exitCode).toBe(1);
        expectClearError(outcome);
        expectBeginning(outcome.stdout.subarray(0, -1));
        expect([outcome.stdout.indexOf(0), outcome.stdout.at(-1)]).toEqual([outcome.stdout.length - 1, 0]);
        tries.failedCleanly();
      }
    }
  },
);

faultCase(
  'Restore integrity',
  'restore_data of compressed data that fails after the first byte ends where it broke, without a NUL',
  async (tries) => {
    for (const name of compressed) {
      using place = new Workplace();
      for (const outcome of await restoreHurt(place, name)) {
        expect(outcome.exitCode).toBe(1);
        expectClearError(outcome);
        expectBeginning(outcome.stdout);
        expect(outcome.stdout.indexOf(0)).toBe(-1);
        tries.failedCleanly();
      }
    }
  },
);

/** Something of the data was written, and not all of it. */
function expectBeginning(bytes: Uint8Array): void {
  expect(bytes.length).toBeGreaterThan(0);
  expect(bytes.length).toBeLessThan(LENGTH);
  expect(Buffer.compare(bytes, DATA.subarray(0, bytes.length))).toBe(0);
}

/**
 * Restores by `command` to a reader that stops after the first bytes, until the server is gone; the rest is what
 * came then.
 */
async function restoreWithoutServer(place: Workplace, name: string, command: string): Promise<Outcome> {
  const options = { retry_timeout: '2s', restore_max_concurrent_requests: '1' };
  const config = place.config(server, { ...options, restore_multipart_chunksize: '1MB' }, `${name}.yaml`);
  place.write('offsets', `3 0 5000000 5000000 5000000 5000000 ${LENGTH}`);
  const line = `"$PLUGIN" ${command} ${config} ${BACKUP_DIR}/${name} ${command === 'restore_data' ? '' : 'offsets'} | (head -c 1000; touch begun-${name}; while [ -e begun-${name} ] && [ ! -e gone ]; do sleep 0.05; done; cat -); exit "\${PIPESTATUS[0]}"`;
  return await place.shell(line);
}

faultCase(
  'Restore integrity',
  'a server that is gone after the first byte: one NUL behind uncompressed data and ranges of it, none behind compressed',
  async (tries) => {
    using place = new Workplace();
    const names = [TABLE, SINGLE, `${TABLE}.gz`, `${SINGLE}.zst`];
    await Promise.all(names.map(async (name) => await server.put(PREFIX + name, DATA)));
    const restores = names.map(async (name) => await restoreWithoutServer(place, name, 'restore_data'));
    const subset = `gpbackup_3_${TIMESTAMP}`;
    await server.put(PREFIX + subset, DATA);
    restores.push(restoreWithoutServer(place, subset, 'restore_data_subset'));
    await until(() => [...names, subset].every((name) => existsSync(place.path(`begun-${name}`))));
    await server.kill();
    place.write('gone', '');
    const outcomes = await Promise.all(restores);
    await server.restart();
    for (const [index, outcome] of outcomes.entries()) {
      const { stdout } = outcome;
      expect(outcome.exitCode).toBe(1);
      expectClearError(outcome);
      const isCompressed = /\.(gz|zst)$/.test(names[index] ?? subset);
      expectBeginning(isCompressed ? stdout : stdout.subarray(0, -1));
      expect(stdout.indexOf(0)).toBe(isCompressed ? -1 : stdout.length - 1);
      tries.failedCleanly();
    }
  },
);
