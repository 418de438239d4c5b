import type { S3Client } from '../../s3/client.ts';
import { S3Error } from '../../s3/errors/s3-error.ts';
import { getRange } from '../../s3/operations/get-range.ts';

/** What gpbackup's own report says went wrong. */
export interface ReportText {
  /** `Failure: …`, in gpbackup's words; undefined where it names no error. */
  readonly error: string | undefined;
  /** Tables whose data was not backed up (WarehousePG). */
  readonly leftOut: readonly string[];
}

const NOTHING: ReportText = { error: undefined, leftOut: [] };

/** A report is a few kilobytes; one that lists thousands of tables is longer. */
const LONGEST = 1024 * 1024;

/** Lines of one error. */
const MOST_LINES = 20;

/**
 * Reads `gpbackup_TS_report` (gpbackup, report package): lines `key:   value`, an error over several lines perhaps, and
 * WarehousePG's `data not backed up:` with names on the same line or a line each, to the next empty line.
 */
export function parseReportText(text: string): ReportText {
  const lines = text.split(/\r?\n/);
  return {
    error: blockOf(lines, 'backup error')?.slice(0, MOST_LINES).join('\n'),
    leftOut: (blockOf(lines, 'data not backed up') ?? []).flatMap(namesOf),
  };
}

/** The text behind `key:` and the lines that follow it, to an empty line or the next key. */
function blockOf(lines: readonly string[], key: string): readonly string[] | undefined {
  const at = lines.findIndex((line) => line.toLowerCase().startsWith(`${key}:`));
  if (at < 0) return undefined;
  const block = [lines[at]?.slice(key.length + 1).trim() ?? ''];
  for (const line of lines.slice(at + 1)) {
    if (line.trim() === '' || /^[a-z][a-z ]{2,30}:(?: |$)/.test(line)) break;
    block.push(line.trim());
  }
  const found = block.filter((line) => line !== '');
  return found.length === 0 ? undefined : found;
}

/** Names with commas between them; a comma within double quotes is part of a name. */
function namesOf(line: string): readonly string[] {
  const names = line.match(/(?:"(?:[^"]|"")*"|[^",])+/g) ?? [];
  return names.map((name) => name.trim().replace(/^- /, '')).filter((name) => name !== '' && name !== 'none');
}

/** The same of the report under `key`, of `size` bytes. One that can't be read says nothing. @throws {S3Error} */
export async function readReportText(client: S3Client, key: string, size: number): Promise<ReportText> {
  if (size === 0) return NOTHING;
  try {
    const { bytes } = await getRange(client, { key, start: 0, end: Math.min(size, LONGEST) });
    return parseReportText(new TextDecoder().decode(bytes));
  } catch (error) {
    if (error instanceof S3Error && error.status !== undefined) return NOTHING;
    throw error;
  }
}
