import { GzipCheck, LEAST_GZIP } from './gzip-check.ts';
import type { StreamCheck } from './stream-check.ts';
import { LEAST_ZSTD, ZstdCheck } from './zstd-check.ts';

export type CheckedFormat = 'gzip' | 'zstd';

/** No stream of that format has fewer bytes. */
export const LEAST_BYTES: Readonly<Record<CheckedFormat, number>> = { gzip: LEAST_GZIP, zstd: LEAST_ZSTD };

/** A new check of one stream. */
export function checkOf(format: CheckedFormat): StreamCheck {
  return format === 'gzip' ? new GzipCheck() : new ZstdCheck();
}
