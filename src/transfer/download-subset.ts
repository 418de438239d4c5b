import type { ByteRange } from '../base/byte-range.ts';
import { PluginError } from '../base/plugin-error.ts';
import type { S3Client } from '../s3/client.ts';
import { s3Url } from '../s3/errors/s3-error.ts';
import { getRange } from '../s3/operations/get-range.ts';
import type { DownloadReport, DownloadSettings } from './download.ts';
import { inOrder } from './in-order.ts';
import { factsOf } from './optional-facts.ts';
import { rangePlan } from './range-plan.ts';
import type { Sink } from './sink.ts';
import { planSubset, type SubsetRead } from './subset-plan.ts';

/** A range lies outside the object: it was not made for this object. */
export class SubsetError extends PluginError {}

/**
 * Writes the given ranges of an object to `sink`, one after the other, nothing between. Whether all of them lie
 * inside the object is known before the first byte is written.
 *
 * @throws as `download` does, and {SubsetError}.
 */
export async function downloadSubset(
  client: S3Client,
  key: string,
  ranges: readonly ByteRange[],
  sink: Sink,
  settings: DownloadSettings,
): Promise<DownloadReport> {
  const reader = settings.reader ?? { range: getRange, facts: factsOf };
  const facts = await reader.facts(client, key);
  for (const [index, { start, end }] of ranges.entries()) {
    if (end > facts.size) {
      throw new SubsetError(
        `${s3Url(client.bucket, key)}: range ${index + 1}, bytes ${start} to ${end}, is past the end of the object at ${facts.size}`,
        {
          hint: 'the table of contents and the data file do not belong to the same backup, or the data file is incomplete',
        },
      );
    }
  }
  const { rangeSize, concurrency } = rangePlan(settings.plans, client.server.latency);
  const reads = inOrder(planSubset(ranges, rangeSize), concurrency, client.signal, async (read, scope) => ({
    read,
    bytes: (
      await reader.range(client.with({ signal: scope }), {
        key,
        start: read.start,
        end: read.end,
        expected: facts,
      })
    ).bytes,
  }));
  for await (const { read, bytes } of reads) {
    for (const piece of piecesOf(read, bytes)) await sink.write(piece, client.signal);
    bytes.buffer.transfer(0);
  }
  return { bytes: sink.written, verified: false };
}

function* piecesOf(read: SubsetRead, bytes: Uint8Array): Generator<Uint8Array> {
  for (const { start, end } of read.pieces) yield bytes.subarray(start - read.start, end - read.start);
}
