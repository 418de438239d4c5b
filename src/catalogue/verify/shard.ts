/** A share of a backup: part `number`, counted from 0, of `total`. */
export interface Shard {
  readonly number: number;
  readonly total: number;
}

/** All of it. */
export const WHOLE: Shard = { number: 0, total: 1 };

/**
 * Whether what belongs to a content id is in the shard: with as many shards as segments, each segment's own. Whatever is
 * the coordinator's (content id -1, and all files that are no segment's) is in shard 0.
 */
export function isInShard({ number, total }: Shard, content: number): boolean {
  return Math.max(0, content) % total === number;
}

/** Reads `N/T`, or `auto`: what Greenplum tells a program on a segment. Undefined where it is neither. */
export function parseShard(
  text: string,
  environment: Readonly<Record<string, string | undefined>>,
): Shard | undefined {
  const spelled =
    text === 'auto' ? `${environment['GP_SEGMENT_ID'] ?? ''}/${environment['GP_SEGMENT_COUNT'] ?? ''}` : text;
  const [, number = '', total = ''] = /^(\d{1,6})\/(\d{1,6})$/.exec(spelled) ?? [];
  const shard = { number: Number(number), total: Number(total) };
  return number !== '' && shard.number < shard.total ? shard : undefined;
}
