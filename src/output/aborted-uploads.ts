import { formatSize } from '../base/bytes.ts';
import type { JudgedUpload } from '../catalogue/stale-uploads.ts';
import { counted, spaced } from './deletion.ts';
import { textTable } from './table.ts';

/** A line of `abort_uploads`, as `--json` has it. */
export interface UploadRow {
  readonly key: string;
  readonly upload_id: string;
  /** ISO 8601; null where the server does not say. */
  readonly initiated: string | null;
  readonly last_part: string | null;
  readonly age_seconds: number | null;
  readonly parts: number | null;
  readonly bytes: number | null;
  readonly action: 'abort' | 'keep';
  readonly reason: string | null;
}

export interface AbortedResult {
  readonly dry_run: boolean;
  readonly older_than_seconds: number;
  /** Removed ones, or in a dry run those that would be. */
  readonly aborted: number;
  readonly aborted_bytes: number;
  readonly kept: number;
  readonly uploads: readonly UploadRow[];
}

export function uploadRow(upload: JudgedUpload): UploadRow {
  const { key, uploadId, initiated, lastPart, age, parts, bytes, isStale, problem } = upload;
  return {
    key,
    upload_id: uploadId,
    initiated: initiated?.toISOString() ?? null,
    last_part: lastPart?.toISOString() ?? null,
    age_seconds: age === undefined ? null : Math.floor(age / 1000),
    parts: parts ?? null,
    bytes: bytes ?? null,
    action: isStale ? 'abort' : 'keep',
    reason: problem ?? null,
  };
}

export function abortedResult(
  uploads: readonly UploadRow[],
  { isDryRun, olderThan }: { readonly isDryRun: boolean; readonly olderThan: number },
): AbortedResult {
  const aborted = uploads.filter(({ action }) => action === 'abort');
  return {
    dry_run: isDryRun,
    older_than_seconds: olderThan / 1000,
    aborted: aborted.length,
    aborted_bytes: aborted.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0),
    kept: uploads.length - aborted.length,
    uploads,
  };
}

/** A line for each upload, and a sum. */
export function* abortedText(result: AbortedResult): Iterable<string> {
  const { dry_run: isDryRun, uploads, aborted, kept } = result;
  if (uploads.length > 0) {
    yield* textTable(
      [
        { title: 'KEY' },
        { title: 'BEGAN' },
        { title: 'LAST PART' },
        { title: 'AGE', right: true },
        { title: 'PARTS', right: true },
        { title: 'SIZE', right: true },
        { title: 'ACTION' },
        { title: 'REASON' },
      ],
      uploads.map((row) => [
        row.key,
        minutes(row.initiated),
        minutes(row.last_part),
        row.age_seconds === null ? '' : ageText(row.age_seconds),
        row.parts === null ? '' : String(row.parts),
        row.bytes === null ? '' : formatSize(row.bytes),
        isDryRun || row.action === 'keep' ? row.action : 'aborted',
        row.reason ?? '',
      ]),
    );
  }
  const verb = isDryRun ? 'would remove' : 'removed';
  yield `${verb} ${aborted} of ${counted(uploads.length, 'unfinished upload')}, ${spaced(result.aborted_bytes)}; ${kept} stay\n`;
}

/** `2026-01-02 03:04Z`. */
function minutes(time: string | null): string {
  return time === null ? '' : `${time.slice(0, 16).replace('T', ' ')}Z`;
}

/** `3d`, `5h`, `12min`, in the largest unit that fits. */
function ageText(seconds: number): string {
  if (seconds >= 2 * 86_400) return `${Math.floor(seconds / 86_400)}d`;
  return seconds >= 2 * 3600 ? `${Math.floor(seconds / 3600)}h` : `${Math.floor(seconds / 60)}min`;
}
