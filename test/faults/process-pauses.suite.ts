import { afterAll, beforeAll, expect } from 'bun:test';
import {
  BACKUP_DIR,
  type Outcome,
  outcomeOf,
  PREFIX,
  someBytes,
  TIMESTAMP,
  Workplace,
} from '../../lab/program/plugin.ts';
import { until } from '../../lab/program/until.ts';
import { type Fate, faultCase } from './fault-case.ts';
import { RealServer } from './real-server.ts';
import { expectSafeBackup, expectSafeRestore } from './safety.ts';

/** Longer than the stall watchdog (60 s), and than a server waits for a silent client. */
const PAUSE = 90_000;
const CASE = { concurrent: true, timeout: 400_000 } as const;
const DATA = someBytes(40_000_000, 3);
/** So much has been given when the process is stopped: more than a part. */
const BEFORE = 12_000_000;

let server: RealServer;
beforeAll(async () => {
  server = await RealServer.start();
}, 120_000);
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

type Child = ReturnType<Workplace['start']>;

async function pause(child: Child): Promise<void> {
  child.kill('SIGSTOP');
  await Bun.sleep(PAUSE);
  child.kill('SIGCONT');
}

/** Stops a backup in the middle of its data, when parts are under way, and lets it go on. */
async function pausedBackup(name: string, options: Record<string, string> = {}): Promise<Fate> {
  using place = new Workplace();
  const child = place.start(['backup_data', place.config(server, options), `${BACKUP_DIR}/${name}`]);
  const ended = outcomeOf(child);
  const input = child.stdin;
  if (typeof input === 'number' || input === undefined || !('write' in input)) throw new Error('no pipe');
  await input.write(DATA.subarray(0, BEFORE));
  await input.flush();
  // The first part is full: it is on its way, or there already.
  await until(async () => (await server.uploads(PREFIX + name)).length === 1);
  await pause(child);
  await input.write(DATA.subarray(BEFORE));
  await input.end();
  return await expectSafeBackup(await ended, { store: server, key: PREFIX + name, data: DATA });
}

/** Stops a restore when its reader has seen the first bytes and waits for more, and lets it go on. */
async function pausedRestore(name: string, options: Record<string, string> = {}): Promise<Fate> {
  using place = new Workplace();
  await server.put(PREFIX + name, DATA);
  const child = place.start(['restore_data', place.config(server, options), `${BACKUP_DIR}/${name}`]);
  const stderr = new Response(child.stderr).text();
  const pieces: Uint8Array[] = [];
  let stopped: Promise<void> | undefined;
  for await (const piece of child.stdout) {
    pieces.push(piece);
    stopped ??= pause(child);
  }
  await stopped;
  const outcome: Outcome = {
    exitCode: await child.exited,
    stdout: Buffer.concat(pieces),
    stderr: await stderr,
  };
  return expectSafeRestore(outcome, { data: DATA, name });
}

faultCase(
  'Process',
  'SIGSTOP for 90 s in a backup, then SIGCONT: it goes on and stores all bytes',
  async (tries) => {
    const fates = await Promise.all([
      pausedBackup(`gpbackup_0_${TIMESTAMP}_1`),
      pausedBackup(`gpbackup_0_${TIMESTAMP}_2`, { backup_max_concurrent_requests: '1' }),
    ]);
    for (const fate of fates) tries[fate]();
    expect(fates).toEqual(['survived', 'survived']);
  },
  CASE,
);

faultCase(
  'Process',
  'SIGSTOP for 90 s in a restore, then SIGCONT: it goes on and gives all bytes',
  async (tries) => {
    const fates = await Promise.all([
      pausedRestore(`gpbackup_0_${TIMESTAMP}_3`),
      pausedRestore(`gpbackup_0_${TIMESTAMP}_4.gz`, { restore_max_concurrent_requests: '2' }),
    ]);
    for (const fate of fates) tries[fate]();
    expect(fates).toEqual(['survived', 'survived']);
  },
  CASE,
);

faultCase(
  'Process',
  'SIGSTOP for longer than retry_timeout, then SIGCONT: whole, or a clear error',
  async (tries) => {
    const shorter = { retry_timeout: '60s' };
    const fates = await Promise.all([
      pausedBackup(`gpbackup_0_${TIMESTAMP}_5`, shorter),
      pausedRestore(`gpbackup_0_${TIMESTAMP}_6`, shorter),
    ]);
    for (const fate of fates) tries[fate]();
  },
  CASE,
);
