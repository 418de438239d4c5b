import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { thisMachine } from '../../lab/machine.ts';
import { Workplace } from '../../lab/program/plugin.ts';
import { type Proxy, startProxy } from '../../lab/proxy/proxy.ts';
import { seededRandom } from '../../lab/random.ts';
import type { Fate } from '../faults/fault-case.ts';
import type { RealBucket } from '../faults/real-bucket.ts';
import type { RealServer } from '../faults/real-server.ts';
import { type Place, type Soak, Unsafe } from './context.ts';
import { Lane } from './lane.ts';
import { Misfortune } from './misfortune.ts';
import type { PeakMemory } from './peak-memory.ts';
import { quantile, type SoakCommand, type SoakResult } from './result.ts';
import { Runner } from './runner.ts';

export interface SoakOptions {
  readonly server: RealServer;
  /** In words, for the document. */
  readonly serverTitle: string;
  readonly milliseconds: number;
  /** At a time. */
  readonly processes: number;
  readonly seed: number;
  /** Bytes of the largest object. */
  readonly largest: number;
  /** Ends the soak early. */
  readonly signal: AbortSignal;
  /** Called with a line for people every few seconds. */
  readonly onProgress?: (line: string) => void;
}

/** A bucket is emptied and replaced when so much has been stored in it: not every server gives deleted space back at once. */
const ROUND_BYTES = 4_000_000_000;
const PROGRESS_INTERVAL = 10_000;
/** The program's own limit, which holds for each process. */
const MAX_MEMORY = 192 * 1024 * 1024;

/**
 * Backups, restores and deletes of random sizes by many processes at once, through a proxy with random faults, and every
 * byte compared. Undefined when it was ended early.
 * @throws {Unsafe} when the plugin broke a promise
 */
export async function soak(options: SoakOptions): Promise<SoakResult | undefined> {
  const { server, seed, processes, milliseconds } = options;
  using place = new Workplace();
  const folder = mkdtempSync(join(tmpdir(), 'gpbackup-s3-plugin-soak-'));
  const random = seededRandom(seed);
  const misfortune = new Misfortune(random);
  const proxy = await startProxy({ upstream: server.url, seed, decide: () => misfortune.draw() });
  using runner = new Runner(place.home);
  const tally = newTally();
  const failure = new AbortController();
  const signal = AbortSignal.any([options.signal, failure.signal]);
  signal.addEventListener('abort', () => runner.end());
  const shared: Soak = {
    runner,
    random,
    largest: options.largest,
    folder,
    signal,
    count: (command, fate) => {
      tally.commands[command][fate] += 1;
    },
    countKilled: () => {
      tally.killed += 1;
    },
    countBytes: (direction, bytes) => {
      tally.bytes[direction] += bytes;
    },
  };
  const startedAt = performance.now();
  const elapsed = (): number => performance.now() - startedAt;
  const progress = setInterval(() => {
    // They are kept for tests that look at them; here there would be millions.
    proxy.requests.length = 0;
    options.onProgress?.(progressLine(elapsed() / 1000, tally, misfortune));
  }, PROGRESS_INTERVAL);
  try {
    const lanes = Array.from({ length: processes }, (_, index) => new Lane(shared, index));
    for (let round = 1; elapsed() < milliseconds && !signal.aborted; round += 1) {
      const bucket = server.bucket(`soak-${round}`);
      await bucket.create();
      misfortune.begin(proxy);
      const upAtStart = tally.bytes.up;
      const isOver = (): boolean =>
        signal.aborted || elapsed() >= milliseconds || tally.bytes.up - upAtStart > ROUND_BYTES;
      const where = { bucket, configs: configsOf(place, proxy, `soak-${round}`) };
      await Promise.all(lanes.map((lane) => untilOver(lane, where, isOver, failure)));
      await misfortune.end();
      if (failure.signal.aborted) throw failure.signal.reason;
      if (options.signal.aborted) return undefined;
      await expectEmpty(bucket);
      await bucket.removeBucket();
      tally.rounds += 1;
    }
    if (options.signal.aborted) return undefined;
    const seconds = Math.round(elapsed() / 1000);
    misfortune.count('connection reset at random', proxy.connections.died);
    return resultOf(options, tally, seconds, runner.memory.ended, misfortune.counts);
  } finally {
    clearInterval(progress);
    await misfortune.end();
    await proxy.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function untilOver(
  lane: Lane,
  place: Place,
  isOver: () => boolean,
  failure: AbortController,
): Promise<void> {
  try {
    while (!isOver()) await lane.backup(place);
  } catch (error) {
    // The first one ends the others.
    if (!failure.signal.aborted) failure.abort(error);
  }
}

/** The ways of working that processes choose from. */
function configsOf(place: Workplace, proxy: Proxy, bucket: string): string[] {
  const common = { bucket, folder: 'gp/soak', retry_timeout: '30s' };
  return [
    common,
    { ...common, backup_multipart_chunksize: '5MB', restore_multipart_chunksize: '1MB' },
    { ...common, backup_max_concurrent_requests: '2', restore_max_concurrent_requests: '2' },
    { ...common, checksum: 'off' },
    // Hardly any patience, so that failures are seen too.
    { ...common, max_request_retries: '1' },
  ].map((options, index) => place.config(proxy, options, `${bucket}-${index}.yaml`));
}

/** Every backup was deleted, with what killed processes had left. @throws {Unsafe} */
async function expectEmpty(bucket: RealBucket): Promise<void> {
  const [keys, uploads] = [await bucket.keys(), await bucket.uploads()];
  if (keys.length + uploads.length > 0) {
    throw new Unsafe(`left at the end: ${JSON.stringify({ keys, uploads })}`);
  }
}

interface Tally {
  readonly commands: Record<SoakCommand, Record<Fate, number>>;
  readonly bytes: { up: number; down: number };
  killed: number;
  rounds: number;
}

function newTally(): Tally {
  const commands = {
    backup_data: { survived: 0, failedCleanly: 0 },
    restore_data: { survived: 0, failedCleanly: 0 },
    backup_file: { survived: 0, failedCleanly: 0 },
    restore_file: { survived: 0, failedCleanly: 0 },
    delete_backup: { survived: 0, failedCleanly: 0 },
  };
  return { commands, bytes: { up: 0, down: 0 }, killed: 0, rounds: 0 };
}

/** @throws {Unsafe} when a process took more memory than it may. */
function resultOf(
  options: SoakOptions,
  tally: Tally,
  seconds: number,
  ended: PeakMemory['ended'],
  faults: Readonly<Record<string, number>>,
): SoakResult {
  const peaks = ended.map(({ bytes }) => bytes);
  const max = quantile(peaks, 1);
  const largestOf = (command: SoakCommand): number =>
    ended.reduce((largest, one) => (one.command === command ? Math.max(largest, one.bytes) : largest), 0);
  const largest = {
    backup_data: largestOf('backup_data'),
    restore_data: largestOf('restore_data'),
    backup_file: largestOf('backup_file'),
    restore_file: largestOf('restore_file'),
    delete_backup: largestOf('delete_backup'),
  };
  if (max > MAX_MEMORY)
    throw new Unsafe(`processes took more memory than they may: ${JSON.stringify(largest)}`);
  return {
    machine: thisMachine(),
    server: options.serverTitle,
    seed: options.seed,
    processes: options.processes,
    seconds,
    rounds: tally.rounds,
    commands: tally.commands,
    killed: tally.killed,
    bytes: tally.bytes,
    faults,
    memory: {
      measured: peaks.length,
      median: quantile(peaks, 0.5),
      p99: quantile(peaks, 0.99),
      max,
      largest,
    },
  };
}

function inGB(bytes: number): string {
  return `${(bytes / 1e9).toFixed(2)} GB`;
}

function progressLine(seconds: number, tally: Tally, misfortune: Misfortune): string {
  const fates = Object.values(tally.commands);
  const sum = (fate: Fate): number => fates.reduce((total, one) => total + one[fate], 0);
  const faults = Object.values(misfortune.counts).reduce((total, one) => total + one, 0);
  return [
    `${seconds.toFixed(0)} s: ${sum('survived')} survived, ${sum('failedCleanly')} failed cleanly`,
    `${tally.killed} killed, ${faults} faults, ${inGB(tally.bytes.up)} up, ${inGB(tally.bytes.down)} down`,
  ].join(', ');
}
