import { localTimeOf } from '../backup/timestamp.ts';
import type { S3Client } from '../s3/client.ts';
import { S3Error } from '../s3/errors/s3-error.ts';
import { listMultipartUploads, type UnfinishedUpload } from '../s3/operations/list-multipart-uploads.ts';
import { listParts } from '../s3/operations/list-parts.ts';
import { AheadOf } from './ahead.ts';
import type { SetList } from './set-list.ts';

/**
 * Milliseconds without a new object or part after which a backup that has not finished counts as failed. gpbackup
 * stores nothing while it waits for locks and reads the catalog at its start, and while it writes statistics at its
 * end, which is rarely an hour; a backup that was killed at night must not look alive in the morning.
 */
export const QUIET = 2 * 3_600_000;

/**
 * How far the first object of a backup may be from its timestamp, in milliseconds: a set-up stores one at once, but in
 * the cluster's time zone, and not with all options. Objects that are all much younger were copied here.
 */
const BEGINNING = 2 * 86_400_000;

/** Uploads that are looked at; one that gets parts is enough. */
const MOST_UPLOADS = 64;
const AT_ONCE = 8;
/** What the list of backups can do without may be tried twice. */
const BRIEF = { timeout: 20_000, reachTimeout: 20_000, maxRetries: 1 };

/**
 * Whether a backup without an end is still being written: by its newest object, or by the parts of its unfinished
 * uploads, since one data file can take many hours. Where the server does not list them, by its newest object alone;
 * MinIO lists uploads by their exact key only, so there the single data file of the first segment is looked at.
 * @param oldest when its first object was stored, in milliseconds
 * @param newest when its last object was stored, in milliseconds
 */
export async function isBeingWritten(
  client: S3Client,
  prefix: string,
  { timestamp, oldest, newest }: Pick<SetList, 'timestamp' | 'oldest' | 'newest'>,
): Promise<boolean> {
  const now = Date.now() + client.server.clockOffset;
  const isYoung = (time: number): boolean => now - time <= QUIET;
  const began = localTimeOf(timestamp)?.getTime();
  const isCopy = began === undefined || oldest - began > BEGINNING;
  if (isYoung(newest) && !isCopy) return true;
  const brief = client.with({ retryPolicy: BRIEF });
  const uploads = await uploadsOf(brief, prefix, timestamp);
  if (uploads.some(({ initiated }) => initiated !== undefined && isYoung(initiated.getTime()))) return true;
  const looks = new AheadOf(
    uploads,
    AT_ONCE,
    async ({ key, uploadId }) => await lastPart(brief, key, uploadId),
  );
  for await (const time of looks) if (isYoung(time)) return true;
  return false;
}

async function uploadsOf(
  client: S3Client,
  prefix: string,
  timestamp: string,
): Promise<readonly UnfinishedUpload[]> {
  const found: UnfinishedUpload[] = [];
  const single = `${prefix}gpbackup_0_${timestamp}`;
  try {
    for (const place of [prefix, single, `${single}.gz`, `${single}.zst`]) {
      for await (const page of listMultipartUploads(client, place, () => undefined)) found.push(...page);
      if (found.length > 0) break;
    }
  } catch (error) {
    if (!(error instanceof S3Error)) throw error;
    client.log.verbose(`unfinished uploads below ${client.url(prefix)} are not known: ${error.message}`);
  }
  return found.slice(-MOST_UPLOADS);
}

/** When the last part came; NaN where there is none or the server does not say. */
async function lastPart(client: S3Client, key: string, uploadId: string): Promise<number> {
  let last = Number.NaN;
  try {
    for await (const parts of listParts(client, key, uploadId)) {
      const times = parts.map(({ modified }) => Date.parse(modified)).filter((time) => !Number.isNaN(time));
      if (times.length > 0) last = times.reduce((one, other) => Math.max(one, other));
    }
  } catch (error) {
    if (!(error instanceof S3Error)) throw error;
    client.log.verbose(`the parts of ${client.url(key)} are not known: ${error.message}`);
  }
  return last;
}
