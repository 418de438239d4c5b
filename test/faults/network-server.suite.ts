import { afterAll, beforeAll, expect } from 'bun:test';
import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { outcomeOf, PLUGIN, someBytes } from '../../lab/program/plugin.ts';
import type { FaultCondition } from '../../lab/test-server.ts';
import { faultCase } from './fault-case.ts';
import { LARGE, Passage } from './passage.ts';
import { RealServer } from './real-server.ts';
import { expectNoSecret } from './safety.ts';

let server: RealServer;
beforeAll(async () => {
  server = await RealServer.start();
});
afterAll(async () => await server[Symbol.asyncDispose]());

/** Kills the server before a request is passed on to it, and starts it again without waiting for that. */
function killBefore({ proxy }: Passage, when: FaultCondition): () => Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const run = async (): Promise<void> => {
    await server.kill();
    server.restart().then(resolve, reject);
  };
  proxy.script.add({ when, do: { kind: 'before', run } });
  return async () => await promise;
}

faultCase(
  'Network',
  'a real server killed (SIGKILL) and started again in the middle of an upload, and before it is completed: the upload goes on',
  async (tries) => {
    for (const when of [
      { operation: 'UploadPart', nth: 3 },
      { operation: 'CompleteMultipartUpload' },
    ] as const) {
      await using one = await Passage.open(server, tries, LARGE);
      const started = killBefore(one, when);
      await one.backupSurvives();
      await started();
    }
  },
);

faultCase(
  'Network',
  'a real server killed (SIGKILL) and started again in the middle of a download: the download goes on',
  async (tries) => {
    await using one = await Passage.open(server, tries, LARGE);
    await one.store();
    const started = killBefore(one, { operation: 'GetObject', nth: 3 });
    await one.restoreSurvives();
    await started();
    one.proxy.script.clear();
    const again = killBefore(one, { operation: 'GetObject', nth: 2 });
    await one.restoresFile();
    await again();
  },
);

const MIB = 1024 * 1024;
const PIECE = 32 * MIB;
const PIECES = 32;
const SEED = 20_261_122;

faultCase(
  'Network',
  `half of the connections dying at random through a transfer of 1 GiB, both ways (seed ${SEED})`,
  async (tries) => {
    let requests = 0;
    await using one = await Passage.open(server, tries, 0, {
      seed: SEED,
      // Half of the connections are doomed from their start, and of those that live half die now and then.
      decide: () => {
        requests += 1;
        if (requests % 16 === 0) one.proxy.cut(0.5);
        return undefined;
      },
    });
    one.proxy.link.mortality = { share: 0.5, withinBytes: 64 * MIB };
    const { path, hash } = await writeGibibyte(one.place.path('data'));
    const path1 = `/data/primary/gpseg0/backups/20260102/${one.timestamp}/${one.name}`;
    const environment = { cwd: one.place.folder, env: { ...one.place.env }, stderr: 'pipe' } as const;

    const backup = await outcomeOf(
      Bun.spawn([PLUGIN, 'backup_data', one.config(), path1], {
        ...environment,
        stdin: Bun.file(path),
        stdout: 'pipe',
      }),
    );
    expect([backup.exitCode, backup.stderr]).toEqual([0, '']);
    expect(await server.uploads(one.key)).toEqual([]);
    const diedInBackup = one.proxy.connections.died;
    tries.survived();

    // The bytes are compared by their hash, which the stored ones can have only when they are the same too.
    const restore = await outcomeOf(
      Bun.spawn(
        [
          'bash',
          '-c',
          '"$@" | sha256sum; exit ${PIPESTATUS[0]}',
          'restore',
          PLUGIN,
          'restore_data',
          one.config(),
          path1,
        ],
        { ...environment, stdin: 'ignore', stdout: 'pipe' },
      ),
    );
    expect([restore.exitCode, restore.stderr, restore.stdout.toString().slice(0, 64)]).toEqual([0, '', hash]);
    tries.survived();
    const { made, died } = one.proxy.connections;
    console.log(
      `connections made: ${made}, died: ${diedInBackup} in the backup, ${died - diedInBackup} in the restore`,
    );
    expect(diedInBackup).toBeGreaterThan(10);
    expect(died - diedInBackup).toBeGreaterThan(3);
    expectNoSecret((await one.place.logLines()).join('\n'));
  },
);

async function writeGibibyte(path: string): Promise<{ path: string; hash: string }> {
  const hash = createHash('sha256');
  const file = await open(path, 'w');
  for (let piece = 0; piece < PIECES; piece += 1) {
    const bytes = someBytes(PIECE, SEED + piece);
    hash.update(bytes);
    await file.write(bytes);
  }
  await file.close();
  return { path, hash: hash.digest('hex') };
}
