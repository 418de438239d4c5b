import type { ByteRange } from '../base/byte-range.ts';
import { PluginError } from '../base/plugin-error.ts';
import { crc32, crc32ToHex } from '../s3/checksum.ts';
import type { S3Client } from '../s3/client.ts';
import { s3Url } from '../s3/errors/s3-error.ts';
import { getRange, type RangeAnswer } from '../s3/operations/get-range.ts';
import { isInParts, type ObjectFacts } from '../s3/operations/object-facts.ts';
import { inOrder } from './in-order.ts';
import { factsOf, storedChecksum } from './optional-facts.ts';
import { type RangePlan, type RangePlans, rangePlan } from './range-plan.ts';
import type { Reader } from './reader.ts';
import type { Sink } from './sink.ts';

/** How objects are cut and held. */
export interface DownloadSettings {
  readonly plans: RangePlans;
  /** Whether the store is queried for its checksum of the whole object. */
  readonly verify: boolean;
  /** Another object under the key is an error. */
  readonly expected?: ObjectFacts | undefined;
  /** Where ranges come from, if not simply from the client's bucket. */
  readonly reader?: Reader | undefined;
}

/** The store of the client. */
const PLAIN: Reader = { range: getRange, facts: factsOf, checksum: storedChecksum };

export interface DownloadReport {
  readonly bytes: number;
  /** Whether a checksum of the whole object was there and has been verified. */
  readonly verified: boolean;
}

/** The bytes are not those that were stored. What the sink has by then lacks at least the last range. */
export class ChecksumError extends PluginError {}

/** How often a small object is fetched again when its checksum does not fit: the damage may be the network's. */
const CHECKSUM_TRIES = 3;

/**
 * Writes the object under `key` to `sink`, in order. The first range gives size and ETag; the others follow
 * side by side and must be of the same object. Where the store has a checksum of the whole object, the last
 * range is written only after the checksum over all bytes fits, so that damaged data never looks complete.
 *
 * @throws {S3Error, ObjectChangedError, ChecksumError, SinkError, ReaderGoneError} or the signal's reason.
 */
export async function download(
  client: S3Client,
  key: string,
  sink: Sink,
  settings: DownloadSettings,
): Promise<DownloadReport> {
  const reader = settings.reader ?? PLAIN;
  const first = await reader.range(client, {
    key,
    start: 0,
    end: settings.plans.far.rangeSize,
    ...(settings.expected === undefined ? {} : { expected: settings.expected }),
  });
  const { facts } = first;
  if (facts.size <= first.bytes.length) return await writeSmall(client, key, first, sink, settings);
  const known = facts.crc32 ?? settings.expected?.crc32;
  const expectedCrc = known ?? (settings.verify ? await reader.checksum(client, key, facts) : undefined);
  let crc = 0;
  const plan = rangePlan(settings.plans, client.server.latency);
  const ranges = inOrder(
    rangesOf(facts.size, first.bytes.length, plan),
    plan.concurrency,
    client.signal,
    async (range, scope) =>
      range.start === 0
        ? first
        : await reader.range(client.with({ signal: scope }), { key, ...range, expected: facts }),
  );
  for await (const { bytes } of ranges) {
    if (expectedCrc !== undefined) crc = crc32(bytes, crc);
    const isLast = sink.written + bytes.length === facts.size;
    if (isLast && expectedCrc !== undefined && crc !== expectedCrc)
      throw damaged(client, key, expectedCrc, crc);
    await sink.write(bytes, client.signal);
    // Gives the memory back immediately: the collector would let several times as much pile up.
    bytes.buffer.transfer(0);
  }
  return { bytes: facts.size, verified: expectedCrc !== undefined };
}

async function writeSmall(
  client: S3Client,
  key: string,
  first: RangeAnswer,
  sink: Sink,
  { plans, verify, expected: wanted, reader = PLAIN }: DownloadSettings,
): Promise<DownloadReport> {
  // An object of parts has no metadata of its whole, but the store may know.
  const inParts = isInParts(first.facts.etag);
  const known = first.facts.crc32 ?? wanted?.crc32;
  const expected = known ?? (inParts && verify ? await reader.checksum(client, key, first.facts) : undefined);
  let answer = first;
  for (let tries = 1; ; tries += 1) {
    const { facts, bytes } = answer;
    const crc = expected === undefined ? undefined : crc32(bytes);
    if (crc === expected) {
      await sink.write(bytes, client.signal);
      return { bytes: bytes.length, verified: crc !== undefined };
    }
    if (tries === CHECKSUM_TRIES) throw damaged(client, key, expected ?? 0, crc ?? 0);
    client.log.warning(`${s3Url(client.bucket, key)}: the checksum does not match, fetching it again`);
    answer = await reader.range(client, {
      key,
      start: 0,
      end: plans.far.rangeSize,
      expected: facts,
    });
  }
}

function* rangesOf(size: number, first: number, others: RangePlan): Generator<ByteRange> {
  yield { start: 0, end: first };
  for (let start = first, end = first; start < size; start = end) {
    end = Math.min(size, start + others.rangeSize);
    yield { start, end };
  }
}

function damaged(client: S3Client, key: string, expected: number, computed: number): ChecksumError {
  return new ChecksumError(
    `${s3Url(client.bucket, key)} is damaged: its CRC32 is ${crc32ToHex(computed)}, stored as ${crc32ToHex(expected)}`,
    {
      hint: 'the object is not what was backed up: restore another backup and have the storage checked; checksum: off restores a large object without this check',
    },
  );
}
