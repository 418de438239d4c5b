import { PluginError } from '../../base/plugin-error.ts';
import type { ObjectsConfig } from '../../config/config.ts';
import { S3Error } from '../../s3/errors/s3-error.ts';
import { abortMultipartUpload } from '../../s3/operations/abort-multipart-upload.ts';
import { createMultipartUpload, type MultipartUpload } from '../../s3/operations/create-multipart-upload.ts';
import { uploadPart } from '../../s3/operations/upload-part.ts';
import type { Feature, Provider } from '../../s3/providers/providers.ts';
import { isArchive } from '../../s3/storage-class.ts';
import { objectPolicyOf } from '../object-policy.ts';
import type { Session } from '../session.ts';
import { readCustomerKey } from './customer-key.ts';

/** The provider is known not to take an option. */
export class NotTakenError extends PluginError {}

/**
 * What a set-up for backup finds out of the options that say how objects are stored: a provider that is known not to
 * take one, before anything is sent, and what objects in parts need beyond the small report of the set-up: the class,
 * which small objects do not have, and the use of a key for each part. An upload is begun for that, and removed: it
 * leaves no object.
 * @param dataKey a key that data of this backup may have
 */
export async function checkStorage(session: Session, dataKey: string): Promise<void> {
  const { client, config, log } = session;
  const { objects } = config;
  refuseNotTaken(client.server.provider, objects);
  warn(objects, (message) => log.warning(message));
  const usesKey = objects.sse?.startsWith('aws:kms') === true || objects.customerKeyFile !== undefined;
  if (objects.storageClass === undefined && !usesKey) return;
  const policy = { ...(await objectPolicyOf(session)), checksum: 'off' } as const;
  const upload = await createMultipartUpload(client, dataKey, policy);
  try {
    if (usesKey) await uploadPart(client, upload, 1, new Uint8Array(1), policy);
  } catch (error) {
    throw withOption(error, objects.sse === undefined ? 'sse_customer_key_file' : 'sse');
  } finally {
    await removeQuietly(session, upload);
  }
}

/** A part's request has no header that would name the option: some servers begin an upload that they can't go on with. */
function withOption(error: unknown, option: string): unknown {
  if (!(error instanceof S3Error) || error.status !== 500) return error;
  const hint = `the server stores no part with ${option}: see its log; without a key of its own leave out ${option}`;
  return new NotTakenError(error.message, { hint, cause: error });
}

/** A user that may do nothing but store can store all the same. */
async function removeQuietly({ client, log }: Session, { key, uploadId }: MultipartUpload): Promise<void> {
  try {
    await abortMultipartUpload(client, key, uploadId);
  } catch (error) {
    if (!(error instanceof S3Error)) throw error;
    log.warning(`the upload ${uploadId} of the set-up stays: ${error.message}`);
  }
}

function refuseNotTaken(provider: Provider, objects: ObjectsConfig): void {
  const error = notTaken(provider, objects);
  if (error !== undefined) throw error;
}

/** Which options a provider is known not to take. */
export function notTaken(
  { name, refuses = {} }: Provider,
  objects: ObjectsConfig,
): NotTakenError | undefined {
  const not = featuresOf(objects).flatMap(([feature, option]) => {
    const why = refuses[feature];
    return why === undefined ? [] : [{ option, why }];
  });
  if (not.length === 0) return undefined;
  const options = [...new Set(not.map(({ option }) => option))].join(', ');
  return new NotTakenError(
    `${name} does not take the options ${options}: ${not.map(({ why }) => why).join('; ')}`,
    { hint: `leave out ${options}, or use another provider; nothing was sent` },
  );
}

/** What objects are asked to be stored with, and the option that asks. */
function featuresOf(objects: ObjectsConfig): (readonly [Feature, string])[] {
  const { sse, customerKeyFile, tags, acl, lock, legalHold } = objects;
  return [
    ...(sse === undefined ? [] : [['sse', 'sse'] as const]),
    ...(sse?.startsWith('aws:kms') === true ? [['sse-kms', 'sse'] as const] : []),
    ...(customerKeyFile === undefined ? [] : [['sse-c', 'sse_customer_key_file'] as const]),
    ...(tags === undefined ? [] : [['tags', 'tags'] as const]),
    // What every bucket is where nobody has changed it.
    ...(acl === undefined || acl === 'private' ? [] : [['acl', 'acl'] as const]),
    ...(lock === undefined ? [] : [['lock', 'object_lock_mode'] as const]),
    ...(legalHold ? [['lock', 'object_lock_legal_hold'] as const] : []),
  ];
}

function warn({ storageClass, customerKeyFile }: ObjectsConfig, log: (message: string) => void): void {
  if (storageClass !== undefined && isArchive(storageClass)) {
    log(
      `storage_class is ${storageClass}: the data of this backup must be brought back from the archive before a restore (restore_from_archive)`,
    );
  }
  if (customerKeyFile !== undefined && readCustomerKey(customerKeyFile).isOpen) {
    log(`every user of this host can read ${customerKeyFile} (sse_customer_key_file): chmod 600 it`);
  }
}
