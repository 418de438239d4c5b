import { md5Base64 } from '../checksum.ts';
import type { S3Client } from '../client.ts';
import { S3Error } from '../errors/s3-error.ts';
import { readText } from '../http/answer.ts';
import { buildXml, children, childText, parseXml, type XmlElement } from '../xml.ts';
import { failureInside } from './confirmation.ts';
import { BYPASS, deleteObject, saysGone } from './delete-object.ts';

/** How many keys are deleted in parallel where each needs a request. */
const SINGLE_DELETES_AT_ONCE = 16;

/** Statuses by which a server says that it has no DeleteObjects: some say so only when asked. */
const NOT_THERE = new Set([400, 404, 405, 501]);

/** What became of keys. */
export interface DeletedKeys {
  /** Some were hidden by delete markers, and their versions stay. */
  readonly hidden: boolean;
  /** Those that Object Lock keeps. */
  readonly locked: readonly string[];
}

/**
 * Deletes up to 1,000 keys (S3 API Reference, DeleteObjects, always with Content-MD5). Keys that the answer
 * names as failed, that it leaves out, or that XML can't carry are deleted singly; so are all where the
 * server lacks the operation.
 * @param bypass also what is locked in mode GOVERNANCE
 * @throws {S3Error} of the first key that can't be deleted, unless a lock keeps it.
 */
export async function deleteObjects(
  client: S3Client,
  keys: readonly string[],
  bypass = false,
): Promise<DeletedKeys> {
  const outcome = { hidden: false, locked: [] as string[] };
  const batch = client.server.provider.singleDeletes === true ? [] : keys.filter(fitsXml);
  const done = batch.length < 2 ? new Set<string>() : await deleteBatch(client, batch, bypass, outcome);
  await deleteSingly(
    client,
    keys.filter((key) => !done.has(key)),
    bypass,
    outcome,
  );
  return outcome;
}

interface Outcome {
  hidden: boolean;
  readonly locked: string[];
}

/** Some in parallel, since on some servers this is the only way; the first failure is thrown when those have ended. */
async function deleteSingly(
  client: S3Client,
  keys: readonly string[],
  bypass: boolean,
  outcome: Outcome,
): Promise<void> {
  for (let from = 0; from < keys.length; from += SINGLE_DELETES_AT_ONCE) {
    const some = keys.slice(from, from + SINGLE_DELETES_AT_ONCE);
    const ends = await Promise.allSettled(some.map((key) => deleteObject(client, key, { bypass })));
    for (const [index, end] of ends.entries()) {
      if (end.status === 'fulfilled') outcome.hidden ||= end.value;
      else if (end.reason instanceof S3Error && saysLocked(end.reason.reason))
        outcome.locked.push(some[index] ?? '');
      else throw end.reason;
    }
  }
}

/** The keys that are done with: gone for sure, or locked; none where the server has no DeleteObjects. */
async function deleteBatch(
  client: S3Client,
  keys: readonly string[],
  bypass: boolean,
  outcome: Outcome,
): Promise<ReadonlySet<string>> {
  try {
    const named = keys.map((key) => ({ Key: key }));
    const { deleted, errors } = await sendDeletion(client, named, bypass);
    const gone = errors.filter((failed) => saysGone(undefined, childText(failed, 'Code')?.trim() ?? ''));
    outcome.hidden ||= deleted.some((entry) => childText(entry, 'DeleteMarker')?.trim() === 'true');
    const locked = errors.filter((failed) => saysLocked(childText(failed, 'Message') ?? ''));
    outcome.locked.push(...locked.map(keyOf));
    return new Set([...deleted, ...gone, ...locked].map(keyOf));
  } catch (error) {
    if (!lacksOperation(error)) throw error;
    client.log.verbose(
      `the server has no DeleteObjects (HTTP ${error.status} ${error.code}): deleting one by one`,
    );
    return new Set();
  }
}

/**
 * One request of DeleteObjects, always with Content-MD5 (S3 API Reference, DeleteObjects).
 * @returns what the answer says of each
 * @throws {S3Error}; see {@link lacksOperation}
 */
export async function sendDeletion(
  client: S3Client,
  objects: readonly { readonly Key: string; readonly VersionId?: string }[],
  bypass: boolean,
): Promise<{ readonly deleted: readonly XmlElement[]; readonly errors: readonly XmlElement[] }> {
  const body = buildXml('Delete', { Object: objects });
  return await client.send(
    {
      operation: 'DeleteObjects',
      method: 'POST',
      query: { delete: '' },
      headers: { 'content-md5': md5Base64(body), ...(bypass ? BYPASS : {}) },
      body,
      work: 4,
    },
    async (answer) => {
      const text = await readText(answer);
      const { root, element } = parseXml(text, ['DeleteResult', 'Error']);
      if (root === 'Error') throw await failureInside(text, answer.headers);
      return { deleted: children(element, 'Deleted'), errors: children(element, 'Error') };
    },
  );
}

function keyOf(entry: XmlElement): string {
  return childText(entry, 'Key') ?? '';
}

/** Whether a failure of DeleteObjects says that the server does not have the operation. */
export function lacksOperation(error: unknown): error is S3Error {
  return error instanceof S3Error && NOT_THERE.has(error.status ?? 0) && error.code !== 'NoSuchBucket';
}

/**
 * Whether the words of a refusal are about Object Lock: "Access Denied because object protected by object lock" of
 * Amazon's S3 and versitygw, "Object is WORM protected" of MinIO. The code is AccessDenied or InvalidRequest.
 */
function saysLocked(words: string): boolean {
  return /object[ -]?lock|\bworm\b|legal hold/i.test(words);
}

/** XML 1.0 has no way to write most control characters (XML 1.0, section 2.2). */
export function fitsXml(key: string): boolean {
  return !/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u.test(key) && !key.includes('\r');
}
