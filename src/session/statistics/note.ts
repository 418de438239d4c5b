import { baseName } from '../../backup/file-name.ts';
import { lineOf, placeOfFile } from '../../backup/stored-object.ts';
import { reasonOf } from '../../base/plugin-error.ts';
import { temporaryFolder } from '../../host/private-folder.ts';
import { appendLine } from '../../host/shared-lines.ts';
import type { UploadReport } from '../../transfer/part-sender.ts';
import type { Session } from '../session.ts';

/** An object that was stored. */
export interface Noted {
  readonly key: string;
  /** What the object is made of, where it was changed: bytes. */
  readonly bytesIn?: number;
  readonly table?: string | undefined;
  readonly report: UploadReport;
  /** By the monotonic clock. */
  readonly startedAt: number;
}

/**
 * Leaves a line about an object that this process has stored, for the clean-up hook of the backup to gather. It is one
 * write to a private file on this host; where that is impossible, the statistics lack it and nothing else.
 */
export function noteStored(session: Session, noted: Noted): void {
  const { config, client, environment, log, setUpMark } = session;
  const { key, report, table, startedAt, bytesIn = report.bytes } = noted;
  if (!config.statistics || setUpMark === undefined) return;
  try {
    const end = Date.now();
    const line = lineOf({
      key,
      ...placeOfFile(baseName(key)),
      table,
      bytesIn,
      bytesStored: report.bytes,
      crc32: report.crc32,
      parts: report.parts,
      start: end - Math.round(performance.now() - startedAt),
      end,
      inputWait: report.inputWait,
      networkWait: report.networkWait,
      retries: client.server.retries,
      throttles: client.server.throttles,
    });
    if (line !== undefined) appendLine(temporaryFolder(environment), fileOfNotes(setUpMark.id), line);
  } catch (error) {
    log.verbose(`the statistics of ${key} are not kept: ${reasonOf(error)}`);
  }
}

/** How the names of all files with lines begin. A backup's timestamp follows. */
export const NOTES = 'statistics-';

/** The file of a backup's lines. @param id of the backup, which begins with its timestamp */
export function fileOfNotes(id: string): string {
  return `${NOTES}${id}.jsonl`;
}
