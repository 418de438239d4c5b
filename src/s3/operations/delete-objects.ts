import { md5Base64 } from '../checksum.ts';
import type { S3Client } from '../client.ts';
import { S3Error } from '../errors/s3-error.ts';
import { readText } from '../http/answer.ts';
import { buildXml, children, childText, parseXml } from '../xml.ts';
import { failureInside } from './confirmation.ts';
import { deleteObject, saysGone } from './delete-object.ts';

/** How many keys are deleted in parallel where each needs a request. */
const SINGLE_DELETES_AT_ONCE = 16;

/** Statuses by which a server says that it has no DeleteObjects: some say so only when asked. */
const NOT_THERE = new Set([400, 404, 405, 501]);

/**
 * Deletes up to 1,000 keys (S3 API Reference, DeleteObjects, always with Content-MD5). Keys that the answer
 * names as failed, that it leaves out, or that XML can't carry are deleted singly; so are all where the
 * server lacks the operation.
 * @throws {S3Error} of the first key that can't be deleted.
 */
export async function deleteObjects(client: S3Client, keys: readonly string[]): Promise<void> {
  const batch = client.server.provider.singleDeletes === true ? [] : keys.filter(fitsXml);
  const deleted = batch.length < 2 ? new Set<string>() : await deleteBatch(client, batch);
  await deleteSingly(
    client,
    keys.filter((key) => !deleted.has(key)),
  );
}

/** Some in parallel, since on some servers this is the only way; the first failure is thrown when those have ended. */
async function deleteSingly(client: S3Client, keys: readonly string[]): Promise<void> {
  for (let from = 0; from < keys.length; from += SINGLE_DELETES_AT_ONCE) {
    const some = keys.slice(from, from + SINGLE_DELETES_AT_ONCE);
    const outcomes = await Promise.allSettled(some.map((key) => deleteObject(client, key)));
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  }
}

/** The keys that are gone for sure; none where the server has no DeleteObjects. */
async function deleteBatch(client: S3Client, keys: readonly string[]): Promise<ReadonlySet<string>> {
  const body = buildXml('Delete', { Object: keys.map((Key) => ({ Key })) });
  try {
    return await client.send(
      {
        operation: 'DeleteObjects',
        method: 'POST',
        query: { delete: '' },
        headers: { 'content-md5': md5Base64(body) },
        body,
        work: 4,
      },
      async (answer) => {
        const text = await readText(answer);
        const { root, element } = parseXml(text, ['DeleteResult', 'Error']);
        if (root === 'Error') throw await failureInside(text, answer.headers);
        const gone = children(element, 'Error').filter((failed) =>
          saysGone(undefined, childText(failed, 'Code')?.trim() ?? ''),
        );
        return new Set(
          [...children(element, 'Deleted'), ...gone].map((entry) => childText(entry, 'Key') ?? ''),
        );
      },
    );
  } catch (error) {
    if (!(error instanceof S3Error) || !NOT_THERE.has(error.status ?? 0) || error.code === 'NoSuchBucket')
      throw error;
    client.log.verbose(
      `the server has no DeleteObjects (HTTP ${error.status} ${error.code}): deleting one by one`,
    );
    return new Set();
  }
}

/** XML 1.0 has no way to write most control characters (XML 1.0, section 2.2). */
function fitsXml(key: string): boolean {
  return !/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u.test(key) && !key.includes('\r');
}
