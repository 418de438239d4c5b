import type { StoredByHost } from '../statistics.ts';
import type { SegmentTimes } from './set-contents.ts';

/** What one segment, or the coordinator, stored of a backup, and when. */
export interface Lane {
  /** Content id; -1 is the coordinator. */
  readonly content: number;
  /** Empty if unknown. */
  readonly host: string;
  readonly objects: number;
  /** As stored. */
  readonly bytes: number;
  /** Times with at least one stream, in order: milliseconds since 1970. */
  readonly spans: readonly (readonly [from: number, to: number])[];
  /** Of all its streams together, milliseconds; undefined where only the store's own times are known. */
  readonly waits: Waits | undefined;
}

/** Milliseconds of streams, one after the other, and of what they waited for. */
export interface Waits {
  readonly total: number;
  readonly input: number;
  readonly network: number;
  readonly retries: number;
  readonly throttles: number;
}

/** The streams of a backup. */
export interface Streams {
  readonly timestamp: string;
  /** From what hosts noted, or from the times that the store gave to objects. */
  readonly source: 'statistics' | 'store';
  readonly from: number;
  readonly to: number;
  readonly lanes: readonly Lane[];
}

/** Gaps that are shorter than this part of all are not shown. */
const FINEST = 1 / 400;

interface Gathered {
  host: string;
  objects: number;
  bytes: number;
  readonly times: [number, number][];
  waits: { total: number; input: number; network: number; retries: number; throttles: number };
}

/** The streams by what hosts noted. Undefined where they noted nothing. */
export async function streamsOfStatistics(
  timestamp: string,
  objects: AsyncIterable<StoredByHost>,
): Promise<Streams | undefined> {
  const lanes = new Map<number, Gathered>();
  for await (const object of objects) {
    const content = object.content ?? -1;
    let lane = lanes.get(content);
    if (lane === undefined) {
      const waits = { total: 0, input: 0, network: 0, retries: 0, throttles: 0 };
      lane = { host: object.host, objects: 0, bytes: 0, times: [], waits };
      lanes.set(content, lane);
    }
    lane.objects += 1;
    lane.bytes += object.bytesStored;
    lane.times.push([object.start, object.end]);
    lane.waits.total += object.end - object.start;
    lane.waits.input += object.inputWait;
    lane.waits.network += object.networkWait;
    lane.waits.retries += object.retries;
    lane.waits.throttles += object.throttles;
  }
  return streamsOf(timestamp, 'statistics', [...lanes]);
}

/** The streams by the times that the store gave to objects: when each was complete. */
export function streamsOfStore(
  timestamp: string,
  segments: ReadonlyMap<number, SegmentTimes>,
): Streams | undefined {
  const lanes = [...segments].map(
    ([content, { objects, bytes, ends }]) =>
      [
        content,
        { host: '', objects, bytes, times: ends.map((at): [number, number] => [at, at]), waits: undefined },
      ] as const,
  );
  return streamsOf(timestamp, 'store', lanes);
}

function streamsOf(
  timestamp: string,
  source: Streams['source'],
  lanes: readonly (readonly [number, Omit<Gathered, 'waits'> & { readonly waits: Waits | undefined }])[],
): Streams | undefined {
  let [from, to] = [Infinity, -Infinity];
  for (const [, { times }] of lanes)
    for (const [start, end] of times) [from, to] = [Math.min(from, start), Math.max(to, end)];
  if (from > to) return undefined;
  const gap = (to - from) * FINEST;
  return {
    timestamp,
    source,
    from,
    to,
    lanes: lanes
      .toSorted(([one], [other]) => one - other)
      .map(([content, { host, objects, bytes, times, waits }]) => ({
        content,
        host,
        objects,
        bytes,
        spans: merged(times, gap),
        waits,
      })),
  };
}

function merged(times: readonly [number, number][], gap: number): readonly (readonly [number, number])[] {
  const spans: [number, number][] = [];
  for (const [from, to] of times.toSorted(([one], [other]) => one - other)) {
    const last = spans.at(-1);
    if (last !== undefined && from <= last[1] + gap) last[1] = Math.max(last[1], to);
    else spans.push([from, to]);
  }
  return spans;
}
