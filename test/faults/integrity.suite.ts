import { afterAll, beforeAll, expect } from 'bun:test';
import { rmSync } from 'node:fs';
import {
  BACKUP_DIR,
  type Outcome,
  PREFIX,
  someBytes,
  TIMESTAMP,
  Workplace,
} from '../../lab/program/plugin.ts';
import { versitygw } from '../../lab/servers/versitygw.ts';
import { faultCase } from './fault-case.ts';
import { BUCKET, RealServer } from './real-server.ts';
import { expectSafeRestore, expectSafeRestoreFile } from './safety.ts';
import { flipByte, type Spot, seaweedVolumes, spotOf, truncateAt, versityFile } from './stored-bytes.ts';

const MB = 1024 * 1024;
/** So that a store which answers nothing but errors is given up soon. */
const SOON = { retry_timeout: '3s' };
/** Three parts; several ranges. */
const LARGE = 20_000_000;
/** One PutObject; two ranges. */
const SMALL = 7_000_000;

/** Keeps objects in chunks within volumes, and knows a checksum of each chunk and of the whole. */
let seaweed: RealServer;
/** Keeps each object as a plain file, and its checksum as an attribute; it does not compare them. */
let plain: RealServer;
beforeAll(async () => {
  [seaweed, plain] = await Promise.all([RealServer.start(), RealServer.start(versitygw)]);
  // To build the second one takes minutes, once.
}, 1_200_000);
afterAll(async () => {
  await Promise.all([seaweed[Symbol.asyncDispose](), plain[Symbol.asyncDispose]()]);
});

let tables = 0;
/** The name of a table's file that no other case uses. */
function newTable(): string {
  tables += 1;
  return `gpbackup_0_${TIMESTAMP}_${tables}`;
}

async function backUp(place: Workplace, server: RealServer, name: string, data: Uint8Array): Promise<void> {
  const outcome = await place.run(['backup_data', place.config(server), `${BACKUP_DIR}/${name}`], {
    stdin: data,
  });
  expect([outcome.exitCode, outcome.stderr]).toEqual([0, '']);
}

/** restore_data and restore_file both fail, and nothing passes as whole. */
async function expectBothFail(
  place: Workplace,
  server: RealServer,
  name: string,
  data: Uint8Array,
): Promise<Outcome[]> {
  const path = place.path(`${name}/backups/20260102/${TIMESTAMP}/${name}`);
  await Bun.write(path, 'as it was');
  const config = place.config(server, SOON);
  const [streamed, filed] = await Promise.all([
    place.run(['restore_data', config, `${BACKUP_DIR}/${name}`]),
    place.run(['restore_file', config, path]),
  ]);
  expect(expectSafeRestore(streamed, { data, name })).toBe('failedCleanly');
  const previous = new TextEncoder().encode('as it was');
  expect(await expectSafeRestoreFile(filed, { path, data, previous })).toBe('failedCleanly');
  return [streamed, filed];
}

for (const [what, make] of [
  ['an object of other bytes and the same length', (): Uint8Array => someBytes(LARGE, 2)],
  ['a shorter object', (): Uint8Array => someBytes(LARGE / 4, 2)],
  ['a longer object', (): Uint8Array => someBytes(LARGE * 2, 2)],
  ['nothing', (): undefined => undefined],
] as const) {
  faultCase('Restore integrity', `replaced between two ranges by ${what}: a clear error`, async (tries) => {
    for (const server of [seaweed, plain]) {
      using place = new Workplace();
      const name = newTable();
      const data = someBytes(LARGE, 1);
      await server.put(PREFIX + name, data);
      const options = { ...SOON, restore_max_concurrent_requests: '1', restore_multipart_chunksize: '1MB' };
      const child = place.start(['restore_data', place.config(server, options), `${BACKUP_DIR}/${name}`]);
      const reader = child.stdout.getReader();
      const pieces = [(await reader.read()).value ?? new Uint8Array(0)];
      // The program waits for its reader: what the pipe and two ranges hold is all that it has.
      const replacement = make();
      if (replacement === undefined) await server.remove(PREFIX + name);
      else await server.put(PREFIX + name, replacement);
      for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        pieces.push(value);
      }
      const stderr = await new Response(child.stderr).text();
      const outcome = { exitCode: await child.exited, stdout: Buffer.concat(pieces), stderr };
      expect(expectSafeRestore(outcome, { data, name })).toBe('failedCleanly');
      expect(stderr).toMatch(/was replaced or deleted while it was read|NoSuchKey/);
      tries.failedCleanly();
    }
  });
}

/** The place of a byte of an object in the file that the second server keeps it in. */
const spotIn = (name: string, offset: number): Spot => ({
  file: versityFile(plain.port, BUCKET, PREFIX + name),
  offset,
});

for (const [what, length] of [
  ['one part', SMALL],
  ['three parts', LARGE],
] as const) {
  faultCase(
    'Restore integrity',
    `one flipped byte, in any range of an object of ${what} that has a checksum: a clear error`,
    async (tries) => {
      using place = new Workplace();
      for (const offset of [0, 4 * MB - 1, 4 * MB, length - 1]) {
        const name = newTable();
        const data = someBytes(length, 3);
        await backUp(place, plain, name, data);
        flipByte(spotIn(name, offset));
        // What is written before its end is known has the wrong byte in it.
        data[offset] = (data[offset] ?? 0) ^ 0xff;
        for (const { stderr } of await expectBothFail(place, plain, name, data)) {
          expect(stderr).toContain('is damaged: its CRC32 is');
          tries.failedCleanly();
        }
      }
    },
  );

  faultCase(
    'Restore integrity',
    `an object of ${what} that was cut short on the server: a clear error`,
    async (tries) => {
      using place = new Workplace();
      const data = someBytes(length, 5);
      for (const left of [length - 1, 4 * MB + 1, 4 * MB, 1, 0]) {
        const name = newTable();
        await backUp(place, plain, name, data);
        truncateAt(spotIn(name, left));
        for (const _ of await expectBothFail(place, plain, name, data)) tries.failedCleanly();
      }
    },
  );
}

faultCase(
  'Restore integrity',
  'one flipped byte in a chunk on the disk of the store, of an object in parts: a clear error',
  async (tries) => {
    using place = new Workplace();
    const hurt = [100, LARGE / 2, LARGE - 100].map((offset, index) => ({
      offset,
      name: newTable(),
      data: someBytes(LARGE, 40 + index),
    }));
    for (const { offset, name, data } of hurt) {
      await backUp(place, seaweed, name, data);
      flipByte(spotOf(seaweedVolumes(seaweed.port), data.subarray(offset, offset + 50)));
    }
    await Promise.all(
      hurt.map(async ({ name, data }) => {
        for (const _ of await expectBothFail(place, seaweed, name, data)) tries.failedCleanly();
      }),
    );
  },
);

faultCase('Restore integrity', 'a volume of the store that was cut short: a clear error', async (tries) => {
  using place = new Workplace();
  const data = someBytes(LARGE, 6);
  const name = newTable();
  await backUp(place, seaweed, name, data);
  truncateAt(spotOf(seaweedVolumes(seaweed.port), data.subarray(LARGE - 1000, LARGE - 900)));
  for (const _ of await expectBothFail(place, seaweed, name, data)) tries.failedCleanly();
});

faultCase(
  'Restore integrity',
  'a volume of the store that is lost, with a part of the object: a clear error',
  async (tries) => {
    using place = new Workplace();
    const data = someBytes(LARGE, 8);
    const name = newTable();
    await backUp(place, seaweed, name, data);
    const { file } = spotOf(seaweedVolumes(seaweed.port), data.subarray(LARGE / 2, LARGE / 2 + 100));
    await seaweed.kill();
    // Its data and its index.
    for (const end of ['dat', 'idx', 'vif']) rmSync(file.replace(/dat$/, end), { force: true });
    await seaweed.restart();
    for (const _ of await expectBothFail(place, seaweed, name, data)) tries.failedCleanly();
  },
);
