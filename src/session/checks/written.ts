import { belowFolder } from '../../backup/key.ts';
import { reasonOf } from '../../base/plugin-error.ts';
import { PROGRAM } from '../../base/product.ts';
import { CLEANUP_AFTER_SIGNAL } from '../../base/signal-times.ts';
import type { Figures, Finding } from '../../output/finding.ts';
import type { S3Client } from '../../s3/client.ts';
import { isDenied, S3Error } from '../../s3/errors/s3-error.ts';
import type { ObjectPolicy } from '../../s3/object-policy.ts';
import { abortMultipartUpload } from '../../s3/operations/abort-multipart-upload.ts';
import { createMultipartUpload, type MultipartUpload } from '../../s3/operations/create-multipart-upload.ts';
import { deleteObject } from '../../s3/operations/delete-object.ts';
import { getObjectLockConfiguration } from '../../s3/operations/get-object-lock-configuration.ts';
import { getRange } from '../../s3/operations/get-range.ts';
import { listMultipartUploads } from '../../s3/operations/list-multipart-uploads.ts';
import { listObjectVersions } from '../../s3/operations/list-object-versions.ts';
import { listObjects } from '../../s3/operations/list-objects.ts';
import { putObject } from '../../s3/operations/put-object.ts';
import { uploadPart } from '../../s3/operations/upload-part.ts';
import { objectPolicyOf } from '../object-policy.ts';
import type { Checked } from './checked.ts';
import { failedBy, ok, unseen, warn } from './findings.ts';
import { measureSpeed } from './speed.ts';

/** What writing has shown. */
export interface Written {
  readonly findings: readonly Finding[];
  readonly figures: Figures;
}

const SMALL = new TextEncoder().encode(`${PROGRAM} check\n`);
/** Milliseconds for cleaning up where nothing presses. */
const CLEANUP = 30_000;

/**
 * Stores objects of its own below the folder, reads, lists and deletes them. Whatever happens, a signal too, they are
 * removed.
 */
export async function writeFindings(checked: Checked): Promise<Written> {
  const { client, session, signal } = checked;
  const name = `${PROGRAM}_check_${crypto.getRandomValues(new Uint8Array(8)).toHex()}`;
  const key = belowFolder(session.config.folder, name);
  // What a lock keeps can't be removed: locks are tried by the set-up of a backup.
  const objects = { ...session.config.objects, lock: undefined, legalHold: false };
  const unlocked = { ...session, config: { ...session.config, objects } };
  const policy = await objectPolicyOf(unlocked);
  const lock = await getObjectLockConfiguration(client);
  const findings: Finding[] = [];
  let figures: Figures = {};
  try {
    findings.push(await storeFinding(client, key, policy));
    if (findings.every(({ status }) => status !== 'FAIL')) {
      findings.push(await readBack(client, key), await listed(client, key));
      findings.push(...(await partFindings(client, `${key}_parts`, policy)));
      if (typeof lock === 'object') {
        findings.push(unseen('speed', `a large object would stay for ${lock.days} days (default retention)`));
      } else {
        const speed = await measureSpeed({ ...checked, session: unlocked }, `${key}_large`);
        findings.push(speed.finding);
        figures = speed.figures;
      }
    }
  } finally {
    const removed = await removeAll(session.client, session.signal.aborted || signal.aborted, key);
    if (findings[0]?.status === 'ok') findings.push(removed);
  }
  return { findings, figures };
}

async function storeFinding(client: S3Client, key: string, policy: ObjectPolicy): Promise<Finding> {
  try {
    await putObject(client, key, SMALL, policy);
    return ok('write', 'an object can be stored');
  } catch (error) {
    return failedBy('write', error);
  }
}

async function readBack(client: S3Client, key: string): Promise<Finding> {
  try {
    const { bytes } = await getRange(client, { key, start: 0, end: SMALL.length });
    if (Buffer.compare(bytes, SMALL) === 0) return ok('read', 'what was stored can be read');
    return { status: 'FAIL', what: 'read', detail: 'other bytes came back than were stored' };
  } catch (error) {
    return notPermitted('read', error, 'gprestore and incremental backups need s3:GetObject');
  }
}

async function listed(client: S3Client, key: string): Promise<Finding> {
  try {
    for await (const page of listObjects(client, key))
      if (page.some((object) => object.key === key)) return ok('list', 'what was stored is listed');
    const hint = 'a list that lags behind makes set-ups for restore fail: ask the provider';
    return warn('list', 'what was just stored is not in the list', hint);
  } catch (error) {
    return notPermitted('list', error, 'gprestore and delete_backup need s3:ListBucket');
  }
}

/** An upload in parts, which is removed before its end. */
async function partFindings(
  client: S3Client,
  key: string,
  policy: ObjectPolicy,
): Promise<readonly Finding[]> {
  let upload: MultipartUpload;
  try {
    upload = await createMultipartUpload(client, key, policy);
  } catch (error) {
    return [failedBy('multipart', error)];
  }
  const findings: Finding[] = [];
  try {
    await uploadPart(client, upload, 1, SMALL, policy);
    findings.push(ok('multipart', 'an object can be stored in parts'));
  } catch (error) {
    findings.push(failedBy('multipart', error));
  }
  findings.push(
    upload.withCrc32
      ? ok('checksums', 'the server acknowledges CRC32 of parts and objects')
      : ok('checksums', 'the server does not acknowledge CRC32: bodies are signed instead'),
  );
  try {
    await abortMultipartUpload(cleanerOf(client), key, upload.uploadId);
    findings.push(ok('abort', 'an unfinished upload can be removed'));
  } catch (error) {
    findings.push(
      notPermitted(
        'abort',
        error,
        `failed backups leave their uploads: allow s3:AbortMultipartUpload, and remove ${client.url(key)} (upload id ${upload.uploadId})`,
      ),
    );
  }
  return findings;
}

/** Keys that may only store do for gpbackup. */
function notPermitted(what: string, error: unknown, hint: string): Finding {
  if (!isDenied(error)) return failedBy(what, error);
  return warn(what, `these keys may not: ${error.reason} (${error.code})`, hint);
}

/** The same client, when its own signal has ended. */
function cleanerOf(client: S3Client, hurried = client.signal.aborted): S3Client {
  const time = hurried ? CLEANUP_AFTER_SIGNAL : CLEANUP;
  return client.with({
    signal: AbortSignal.timeout(time),
    retryPolicy: { timeout: time, reachTimeout: time, maxRetries: undefined },
  });
}

/** Removes all objects whose key begins with `key`, and their versions where that is permitted. */
async function removeAll(client: S3Client, hurried: boolean, key: string): Promise<Finding> {
  const cleaner = cleanerOf(client, hurried);
  const names = [key, `${key}_large`];
  try {
    if (hurried) await removeUploads(cleaner, key);
    const hidden = await Promise.all(names.map((name) => deleteObject(cleaner, name)));
    if (!hidden.includes(true)) return ok('delete', 'what was stored is deleted');
    return await removeVersions(cleaner, key);
  } catch (error) {
    if (!(error instanceof S3Error))
      return warn('delete', `${client.url(key)} may remain: ${reasonOf(error)}`, 'delete it');
    const hint = `delete_backup needs s3:DeleteObject; ${client.url(key)} stays until somebody deletes it`;
    return notPermitted('delete', error, hint);
  }
}

/** An upload whose beginning was cut off has an id that nobody was given. */
async function removeUploads(client: S3Client, key: string): Promise<void> {
  try {
    for await (const page of listMultipartUploads(client, key))
      for (const upload of page) await abortMultipartUpload(client, upload.key, upload.uploadId);
  } catch (error) {
    if (!(error instanceof S3Error)) throw error;
    client.log.verbose(`unfinished uploads of ${client.url(key)} may remain: ${error.message}`);
  }
}

/** In a bucket that keeps versions. */
async function removeVersions(client: S3Client, key: string): Promise<Finding> {
  let left = 0;
  try {
    for await (const page of listObjectVersions(client, key)) {
      for (const { key: name, versionId } of page) {
        try {
          await deleteObject(client, name, { versionId });
        } catch (error) {
          if (!(error instanceof S3Error) || error.status === undefined) throw error;
          left += 1;
        }
      }
    }
  } catch (error) {
    if (!isDenied(error)) throw error;
    return ok(
      'delete',
      'what was stored is deleted; its versions, which these keys may not see, expire by the rule of the bucket',
    );
  }
  return ok(
    'delete',
    left === 0
      ? 'what was stored is deleted, with its versions'
      : `what was stored is deleted; the bucket keeps ${left} of its versions`,
  );
}
