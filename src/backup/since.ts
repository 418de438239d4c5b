import { parseDuration } from '../base/duration.ts';
import { UsageError } from '../base/plugin-error.ts';
import { localTimeOf } from './timestamp.ts';

/**
 * The first timestamp that a text asks for: a day (`20260102`, `2026-01-02`), a timestamp, or a duration before now
 * (`30d`, `12h`).
 * @param now whose UTC fields are the local time, as timestamps are
 * @throws {UsageError}
 */
export function parseSince(text: string, now: Date): string {
  const digits = text.trim().replace(/^(\d{4})-(\d\d)-(\d\d)$/, '$1$2$3');
  const timestamp = digits.length === 8 ? `${digits}000000` : digits;
  if (localTimeOf(timestamp) !== undefined) return timestamp;
  const ago = /[a-z]\s*$/i.test(text) ? parseDuration(text) : undefined;
  const from = ago === undefined ? undefined : new Date(Math.max(0, now.getTime() - ago));
  if (from === undefined) {
    throw new UsageError(
      `"${text}" is not a valid day or time (expected 20260102, 2026-01-02, 20260102030405 or 30d)`,
    );
  }
  return from.toISOString().replace(/\D/g, '').slice(0, 14);
}
