import { baseName, classifyFile } from '../backup/file-name.ts';
import type { S3Client } from '../s3/client.ts';
import { S3Error } from '../s3/errors/s3-error.ts';
import { getRange } from '../s3/operations/get-range.ts';
import { listObjects } from '../s3/operations/list-objects.ts';

/** Counts a backup's objects and compares its segments' contents and data files; undefined without permission to list, but to read. */
export async function surveyBackup(
  client: S3Client,
  prefix: string,
  report: string,
): Promise<{ objects: number; withoutData: readonly number[] } | undefined> {
  const contents = new Set<number>();
  const data = new Set<number>();
  let objects = 0;
  try {
    for await (const page of listObjects(client, prefix)) {
      objects += page.length;
      for (const { key } of page) {
        const file = classifyFile(baseName(key));
        if (file.kind === 'segment contents') contents.add(file.segment);
        if (file.kind === 'single data file') data.add(file.segment);
      }
    }
  } catch (error) {
    if (!(error instanceof S3Error) || error.status !== 403) throw error;
    // Servers differ in what they call wrong keys (some say AccessDenied): whoever can read may well not list. Every
    // backup has a report, and gprestore reads it too.
    await getRange(client, { key: report, start: 0, end: 1 });
    client.log.warning(
      `the backup is not checked before the restore, listing is not permitted: ${error.message}`,
    );
    return undefined;
  }
  return { objects, withoutData: [...contents.difference(data)].toSorted((a, b) => a - b) };
}
