import { formatSize, MiB } from '../../base/bytes.ts';
import { PluginError } from '../../base/plugin-error.ts';
import type { Figures, Finding } from '../../output/finding.ts';
import { isDenied, S3Error } from '../../s3/errors/s3-error.ts';
import { lookAtBucket } from '../../s3/operations/look-at-bucket.ts';
import { download } from '../../transfer/download.ts';
import type { Sink } from '../../transfer/sink.ts';
import type { Source } from '../../transfer/source.ts';
import { upload } from '../../transfer/upload.ts';
import { downloadSettings, uploadSettings } from '../transfer-settings.ts';
import type { Checked } from './checked.ts';
import { failedBy, ok, unseen } from './findings.ts';

/** Bytes that are moved in each direction. */
const SIZE = 64 * MiB;
/** Requests whose median counts. */
const REQUESTS = 5;

/** Stores and reads one large object as backups do; the caller removes it. */
export async function measureSpeed(
  { session }: Checked,
  key: string,
): Promise<{ readonly finding: Finding; readonly figures: Figures }> {
  const { client } = session;
  try {
    const up = await rateOf(async () => {
      await upload(client, key, new Noise(SIZE), await uploadSettings(session));
    });
    let down: number | undefined;
    try {
      down = await rateOf(async () => {
        await download(client, key, new Nowhere(), downloadSettings(session));
      });
    } catch (error) {
      // Who may only store hears of it elsewhere.
      if (!isDenied(error)) throw error;
    }
    const detail = `${shown(up)} up, ${shown(down)} down (an object of ${formatSize(SIZE)})`;
    return { finding: ok('speed', detail), figures: { up, down } };
  } catch (error) {
    if (!(error instanceof PluginError)) throw error;
    return { finding: failedBy('speed', error), figures: {} };
  }
}

/** The median time of a few small requests, in milliseconds. */
export async function latencyFinding(
  { client }: Checked,
  prefix: string,
): Promise<{ readonly finding: Finding; readonly figures: Figures }> {
  const times: number[] = [];
  for (let count = 0; count < REQUESTS; count += 1) {
    const startedAt = performance.now();
    try {
      await lookAtBucket(client, prefix);
    } catch (error) {
      // A refusal takes as long.
      if (!(error instanceof S3Error)) throw error;
      if (error.status !== 403) return { finding: unseen('latency', error.reason), figures: {} };
    }
    times.push(performance.now() - startedAt);
  }
  const median = times.toSorted((one, other) => one - other)[Math.floor(REQUESTS / 2)] ?? 0;
  const latency = Math.round(median * 10) / 10_000;
  return {
    finding: ok('latency', `${Math.max(1, Math.round(median))} ms for a small request`),
    figures: { latency },
  };
}

function shown(rate: number | undefined): string {
  return rate === undefined ? 'not known' : `${formatSize(rate)}/s`;
}

/** Bytes a second. */
async function rateOf(move: () => Promise<void>): Promise<number> {
  const startedAt = performance.now();
  await move();
  return Math.round((SIZE * 1000) / Math.max(1, performance.now() - startedAt));
}

/** Bytes that nothing on the way can compress. */
class Noise implements Source {
  readonly waited = 0;
  #left: number;
  readonly #block = new Uint8Array(MiB);

  constructor(length: number) {
    this.#left = length;
    for (let from = 0; from < this.#block.length; from += 65_536)
      crypto.getRandomValues(this.#block.subarray(from, from + 65_536));
  }

  async small(): Promise<undefined> {
    return undefined;
  }

  async fill(into: Uint8Array): Promise<number> {
    const length = Math.min(into.length, this.#left);
    for (let from = 0; from < length; from += MiB)
      into.set(this.#block.subarray(0, Math.min(MiB, length - from)), from);
    this.#left -= length;
    return length;
  }

  async ended(): Promise<boolean> {
    return this.#left === 0;
  }
}

/** Takes everything. */
class Nowhere implements Sink {
  written = 0;

  get begun(): boolean {
    return this.written > 0;
  }

  async write(bytes: Uint8Array): Promise<void> {
    this.written += bytes.length;
  }
}
