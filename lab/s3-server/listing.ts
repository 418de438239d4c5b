import { compareKeys } from './bucket.ts';
import { S3Error } from './s3-error.ts';

export interface ListingRequest {
  readonly prefix: string;
  readonly delimiter: string;
  /** The last key or common prefix of the page before; '' on the first one. */
  readonly after: string;
  readonly limit: number;
}

export interface ListingPage<T> {
  readonly items: readonly T[];
  readonly commonPrefixes: readonly string[];
  readonly isTruncated: boolean;
  /** The last key or common prefix of this page: the next one begins after it. */
  readonly last: string;
}

/**
 * One page of keys in order: what has the delimiter after the prefix is rolled up into one common prefix, which counts
 * as one entry (S3 API Reference, ListObjectsV2, "CommonPrefixes").
 * @param sorted ordered by key, and beginning where this page begins
 */
export function listingPage<T>(
  sorted: readonly T[],
  keyOf: (item: T) => string,
  { prefix, delimiter, after, limit }: ListingRequest,
): ListingPage<T> {
  const items: T[] = [];
  const commonPrefixes: string[] = [];
  let last = '';
  let isTruncated = false;
  for (const item of sorted) {
    const key = keyOf(item);
    if (!key.startsWith(prefix)) continue;
    const rolledUp = commonPrefixOf(key, prefix, delimiter);
    // A page that ended with a common prefix is continued behind everything that it stands for.
    if (rolledUp !== undefined && (rolledUp === commonPrefixes.at(-1) || rolledUp === after)) continue;
    if (items.length + commonPrefixes.length >= limit) {
      isTruncated = limit > 0;
      break;
    }
    if (rolledUp === undefined) items.push(item);
    else commonPrefixes.push(rolledUp);
    last = rolledUp ?? key;
  }
  return { items, commonPrefixes, isTruncated, last };
}

function commonPrefixOf(key: string, prefix: string, delimiter: string): string | undefined {
  if (delimiter === '') return undefined;
  const end = key.indexOf(delimiter, prefix.length);
  return end < 0 ? undefined : key.slice(0, end + delimiter.length);
}

/** The keys behind `after`, by binary search: a listing of many pages would otherwise take quadratic time. */
export function keysAfter(sorted: readonly string[], after: string): readonly string[] {
  if (after === '') return sorted;
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareKeys(sorted[middle] ?? '', after) <= 0) low = middle + 1;
    else high = middle;
  }
  return sorted.slice(low);
}

const maxPageSize = 1000;

/**
 * max-keys, max-parts, max-uploads: pages have at most 1,000 entries, whatever is asked for.
 * @throws S3Error InvalidArgument
 */
export function pageSize(query: ReadonlyMap<string, string>, name: string): number {
  const text = query.get(name);
  if (text === undefined || text === '') return maxPageSize;
  if (!/^\d{1,10}$/.test(text)) {
    throw new S3Error('InvalidArgument', `Provided ${name} not an integer or within integer range`, {
      fields: { ArgumentName: name, ArgumentValue: text },
    });
  }
  return Math.min(Number(text), maxPageSize);
}

/**
 * How keys are written in a listing's answer: percent-encoded with `encoding-type=url`, except for the slash.
 * @throws S3Error InvalidArgument for other encodings
 */
export function keyEncoding(query: ReadonlyMap<string, string>): (key: string) => string {
  const type = query.get('encoding-type');
  if (type === undefined || type === '') return (key) => key;
  if (type !== 'url') {
    throw new S3Error('InvalidArgument', 'Invalid Encoding Method specified in Request', {
      fields: { ArgumentName: 'encoding-type', ArgumentValue: type },
    });
  }
  return (key) => encodeURIComponent(key).replaceAll('%2F', '/');
}
