import { type BackupReport, parseBackupReport } from '../../backup/backup-report.ts';
import type { S3Client } from '../../s3/client.ts';
import { S3Error } from '../../s3/errors/s3-error.ts';
import { getRange } from '../../s3/operations/get-range.ts';

/** What gpbackup's own report says went wrong. */
export interface ReportText {
  /** In gpbackup's words; undefined where it names no error. */
  readonly error: string | undefined;
  /** Tables whose data was not backed up (WarehousePG). */
  readonly leftOut: readonly string[];
}

/** A report is a few kilobytes; one that lists thousands of tables is longer. */
const LONGEST = 1024 * 1024;

/** The same of the report under `key`, of `size` bytes. One that can't be read says nothing. @throws {S3Error} */
export async function readReportText(client: S3Client, key: string, size: number): Promise<ReportText> {
  if (size === 0) return textOf(undefined);
  try {
    const { bytes } = await getRange(client, { key, start: 0, end: Math.min(size, LONGEST) });
    return textOf(parseBackupReport(new TextDecoder().decode(bytes)));
  } catch (error) {
    if (error instanceof S3Error && error.status !== undefined) return textOf(undefined);
    throw error;
  }
}

/** What is of interest in a report. */
export function textOf(report: BackupReport | undefined): ReportText {
  const { error = '', notBackedUp = [] } = report ?? {};
  return { error: error === '' ? undefined : error, leftOut: notBackedUp };
}
