import { reasonOf } from '../base/plugin-error.ts';
import type { S3Client } from '../s3/client.ts';
import { S3Error } from '../s3/errors/s3-error.ts';
import { listMultipartUploads, type UnfinishedUpload } from '../s3/operations/list-multipart-uploads.ts';
import { listObjectVersions } from '../s3/operations/list-object-versions.ts';
import { listParts } from '../s3/operations/list-parts.ts';
import { AheadOf } from './ahead.ts';

/** What a list of objects does not show, and what is paid for. A count that is not known is undefined. */
export interface HiddenData {
  readonly unfinishedUploads: number | undefined;
  /** Of their parts; undefined also where there are too many to look at. */
  readonly unfinishedBytes: number | undefined;
  readonly oldVersions: number | undefined;
  readonly oldVersionBytes: number | undefined;
  readonly deleteMarkers: number | undefined;
  /** Why something is not known. */
  readonly warnings: readonly string[];
}

/** A request an upload: more are counted only. */
const MOST_UPLOADS = 1000;
const AT_ONCE = 16;
/** The rest of the answer does not wait for minutes for what may not be there. */
const BRIEF = { timeout: 60_000, reachTimeout: 20_000, maxRetries: 2 };

/** Counts unfinished uploads, old versions and delete markers below a prefix. What is denied is told. */
export async function hiddenData(client: S3Client, prefix: string): Promise<HiddenData> {
  const brief = client.with({ retryPolicy: BRIEF });
  const warnings: string[] = [];
  const orTell = async <T>(what: string, work: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof S3Error)) throw error;
      warnings.push(`${what} are not known: ${reasonOf(error)}`);
      return undefined;
    }
  };
  const all = await orTell('unfinished uploads', async () => await uploadsBelow(brief, prefix));
  const uploads = all === 'not listed' ? undefined : all;
  if (all === 'not listed')
    warnings.push('unfinished uploads are not known: MinIO lists them by their exact key only');
  const isFew = uploads !== undefined && uploads.length <= MOST_UPLOADS;
  if (uploads !== undefined && !isFew)
    warnings.push(
      `the bytes of ${uploads.length} unfinished uploads are not known: there are more than ${MOST_UPLOADS}`,
    );
  const bytes = isFew
    ? await orTell('bytes of unfinished uploads', async () => await bytesOf(brief, uploads))
    : undefined;
  const versions = await orTell('old versions', async () => await versionsBelow(brief, prefix));
  return {
    unfinishedUploads: uploads?.length,
    unfinishedBytes: bytes,
    oldVersions: versions?.count,
    oldVersionBytes: versions?.bytes,
    deleteMarkers: versions?.markers,
    warnings,
  };
}

async function uploadsBelow(
  client: S3Client,
  prefix: string,
): Promise<readonly UnfinishedUpload[] | 'not listed'> {
  const all: UnfinishedUpload[] = [];
  let isHidden = false;
  const exactKeysOnly = (): void => {
    isHidden = true;
  };
  for await (const page of listMultipartUploads(client, prefix, exactKeysOnly)) all.push(...page);
  return isHidden ? 'not listed' : all;
}

async function bytesOf(client: S3Client, uploads: readonly UnfinishedUpload[]): Promise<number> {
  let sum = 0;
  const reads = new AheadOf(uploads, AT_ONCE, async ({ key, uploadId }) => {
    let bytes = 0;
    try {
      for await (const parts of listParts(client, key, uploadId)) for (const { size } of parts) bytes += size;
    } catch (error) {
      // It has ended since.
      if (!(error instanceof S3Error) || error.status !== 404) throw error;
    }
    return bytes;
  });
  for await (const bytes of reads) sum += bytes;
  return sum;
}

/**
 * Where a first page shows nothing but versions called `null`, the bucket keeps none: the rest, a list of all objects
 * once more, is not read.
 */
async function versionsBelow(
  client: S3Client,
  prefix: string,
): Promise<{ readonly count: number; readonly bytes: number; readonly markers: number }> {
  let [count, bytes, markers, isVersioned] = [0, 0, 0, false];
  for await (const page of listObjectVersions(client, prefix)) {
    for (const { isMarker, isLatest, size, versionId } of page) {
      isVersioned ||= isMarker || !isLatest || versionId !== 'null';
      if (isMarker) markers += 1;
      else if (!isLatest) [count, bytes] = [count + 1, bytes + size];
    }
    if (!isVersioned) break;
  }
  return { count, bytes, markers };
}
