import type { S3Client } from '../s3/client.ts';
import { S3Error } from '../s3/errors/s3-error.ts';
import { listMultipartUploads, type UnfinishedUpload } from '../s3/operations/list-multipart-uploads.ts';
import { listParts } from '../s3/operations/list-parts.ts';
import { AheadOf } from './ahead.ts';

/** An unfinished upload, and whether it may be removed. */
export interface JudgedUpload extends UnfinishedUpload {
  /** When its last part came; undefined where there is none, or where that was not looked at. */
  readonly lastPart: Date | undefined;
  /** Undefined where they were not looked at. */
  readonly parts: number | undefined;
  readonly bytes: number | undefined;
  /** Milliseconds since something of it was stored; undefined where the server does not say. */
  readonly age: number | undefined;
  readonly isStale: boolean;
  /** Why it is kept, where its age alone does not tell. */
  readonly problem: string | undefined;
}

const AT_ONCE = 16;

/**
 * The unfinished uploads below a prefix. Stale is one of which nothing was stored for `olderThan` milliseconds: a large
 * data file may take many hours, in which parts of it come, so the parts of old ones are looked at.
 * @param exactKeysOnly called where the server lists none below a prefix (MinIO)
 * @param withStale what is done with a stale one, several at once
 * @throws {S3Error} also when listing is not permitted
 */
export async function* judgedUploads(
  client: S3Client,
  prefix: string,
  olderThan: number,
  exactKeysOnly: () => void,
  withStale: (upload: JudgedUpload) => Promise<void>,
): AsyncGenerator<JudgedUpload> {
  const work = async (upload: UnfinishedUpload): Promise<JudgedUpload> => {
    const judged = await judge(client, upload, olderThan);
    if (judged.isStale) await withStale(judged);
    return judged;
  };
  for await (const page of listMultipartUploads(client, prefix, exactKeysOnly)) {
    yield* new AheadOf(page, AT_ONCE, work);
  }
}

async function judge(client: S3Client, upload: UnfinishedUpload, olderThan: number): Promise<JudgedUpload> {
  const now = Date.now() + client.server.clockOffset;
  const ageOf = (date: Date): number => Math.max(0, now - date.getTime());
  const { initiated } = upload;
  const plain = { ...upload, lastPart: undefined, parts: undefined, bytes: undefined, isStale: false };
  if (initiated !== undefined && ageOf(initiated) < olderThan)
    return { ...plain, age: ageOf(initiated), problem: undefined };
  try {
    let [parts, bytes, last] = [0, 0, Number.NaN];
    for await (const page of listParts(client, upload.key, upload.uploadId)) {
      parts += page.length;
      for (const { size, modified } of page) {
        bytes += size;
        const time = Date.parse(modified);
        if (!(last >= time)) last = time;
      }
    }
    const lastPart = Number.isNaN(last) ? undefined : new Date(last);
    const active = lastPart ?? initiated;
    const age = active === undefined ? undefined : ageOf(active);
    const isStale = age !== undefined && age >= olderThan;
    const problem = age === undefined ? 'the server does not say when it began' : undefined;
    return { ...upload, lastPart, parts, bytes, age, isStale, problem };
  } catch (error) {
    if (!(error instanceof S3Error) || error.status === undefined) throw error;
    const age = initiated === undefined ? undefined : ageOf(initiated);
    if (error.status === 404) return { ...plain, age, problem: 'it has ended since' };
    return { ...plain, age, problem: `nobody can tell whether parts of it still come: ${error.message}` };
  }
}
