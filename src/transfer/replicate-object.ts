import { AbortScope } from '../base/abort-scope.ts';
import { PluginError } from '../base/plugin-error.ts';
import { crc32ToHex } from '../s3/checksum.ts';
import type { S3Client } from '../s3/client.ts';
import type { ObjectPolicy } from '../s3/object-policy.ts';
import { copyObject, LARGEST_COPY } from '../s3/operations/copy-object.ts';
import { ofSource } from '../s3/operations/copy-source.ts';
import { describeObject, type ObjectDescription } from '../s3/operations/head-object.ts';
import {
  CRC32_METADATA,
  SOURCE_METADATA,
  UPLOAD_METADATA,
  USER_METADATA,
} from '../s3/operations/metadata.ts';
import { Bridge } from './bridge.ts';
import { copyInParts } from './copy-in-parts.ts';
import { type DownloadSettings, download } from './download.ts';
import type { UploadSettings } from './part-sender.ts';
import { bare, mayBeMd5, type SeenObject, sameBytes } from './same-bytes.ts';
import { upload } from './upload.ts';

/** The two sites of a replication, and how objects move from one to the other. */
export interface Sites {
  readonly from: S3Client;
  readonly to: S3Client;
  readonly download: DownloadSettings;
  readonly upload: UploadSettings;
}

/** An object at both sites. */
export interface KeyPair {
  readonly key: string;
  readonly replica: string;
}

/** The replica is not what its source is. */
export class ReplicaError extends PluginError {}

/** A source with its facts, and its checksum where the store has one. @throws {S3Error} */
export async function describeSource(client: S3Client, key: string): Promise<ObjectDescription> {
  return await describeObject(client, key, { checksum: client.server.provider.checksums !== 'never' });
}

export function seen({ facts, headers }: ObjectDescription): SeenObject {
  return { facts, replicaOf: headers.get(SOURCE_METADATA)?.trim() };
}

/**
 * Lets the server of the second site copy an object from the first: in one request up to 5 GB, in parts above.
 * @param largest bytes of what is copied in one request
 * @throws {S3Error} also where the server does not do it, or not with these keys; {ReplicaError}
 */
export async function copyWithin(
  { from, to, upload: { policy } }: Sites,
  { key, replica }: KeyPair,
  source: ObjectDescription,
  largest = LARGEST_COPY,
): Promise<void> {
  const { facts, headers } = source;
  const copied = {
    bucket: from.bucket,
    key,
    facts,
    headers: ofSource(from.server.headersOf('GetObject')),
  };
  if (facts.size > largest) {
    await copyInParts(to, replica, copied, withMetadata(policy, source), largest);
  } else {
    const isProvable = (facts.crc32 ?? facts.uploadToken) !== undefined;
    const metadata = { user: notes(source), contentType: headers.get('content-type') ?? undefined };
    await copyObject(to, replica, copied, policy, isProvable ? undefined : metadata);
  }
  await prove(to, replica, source);
}

/**
 * Reads an object at the first site and stores it at the second, through this process. Its checksum is compared with
 * the one of the source while it is read, and with that of the replica when it is stored.
 * @throws as `download` and `upload` do; {ReplicaError}
 */
export async function copyThrough(
  { from, to, download: settings, upload: uploading }: Sites,
  { key, replica }: KeyPair,
  source: ObjectDescription,
): Promise<void> {
  const { facts } = source;
  const wantsMd5 = facts.crc32 === undefined && isMd5(source);
  const bridge = new Bridge(facts.size, wantsMd5);
  const scope = new AbortScope(to.signal);
  const { signal } = scope;
  const reading = async (): Promise<void> => {
    await download(from.with({ signal }), key, bridge, { ...settings, expected: facts });
    const md5 = bridge.md5();
    if (md5 !== undefined && md5 !== bare(facts.etag)?.toLowerCase()) {
      throw new ReplicaError(`${from.url(key)} is damaged: its MD5 is ${md5}, its ETag ${facts.etag ?? ''}`, {
        hint: 'the object is not what was stored: have the storage checked',
      });
    }
    bridge.end();
  };
  const policy = withMetadata(uploading.policy, source);
  const writing = upload(to.with({ signal }), replica, bridge, { ...uploading, policy });
  const failed = (error: unknown): void => {
    bridge.fail(error);
    scope.abort(error);
  };
  try {
    const [read, written] = await Promise.allSettled([
      reading().catch((error: unknown) => {
        // What stops the reader is the reason why the writer has to stop.
        bridge.fail(error);
        throw error;
      }),
      writing.catch((error: unknown) => {
        failed(error);
        throw error;
      }),
    ]);
    to.signal.throwIfAborted();
    if (read.status === 'rejected') throw read.reason;
    if (written.status === 'rejected') throw written.reason;
  } finally {
    scope.release();
  }
  await prove(to, replica, source);
}

/** Compares what the second site now has with the source. */
async function prove(to: S3Client, replica: string, source: ObjectDescription): Promise<void> {
  const stored = await describeSource(to, replica);
  if (sameBytes(seen(source), seen(stored)) !== 'different') return;
  const [one, other] = [source.facts, stored.facts];
  throw new ReplicaError(
    `${to.url(replica)} is not what was copied: ${words(other.size, other.crc32)} in place of ${words(one.size, one.crc32)}`,
    {
      hint: 'run replicate_backup again when nothing else writes there; have the storage checked if it comes back',
    },
  );
}

function words(size: number, crc32: number | undefined): string {
  return `${size} bytes${crc32 === undefined ? '' : ` with CRC32 ${crc32ToHex(crc32)}`}`;
}

/** The ETag of an object of one part is its MD5, unless KMS or a key of its owner encrypts it. */
function isMd5({ facts, headers }: ObjectDescription): boolean {
  const isOfKms = headers.get('x-amz-server-side-encryption')?.startsWith('aws:kms') === true;
  const hasCustomerKey = headers.get('x-amz-server-side-encryption-customer-algorithm') !== null;
  return mayBeMd5(facts.etag) && !isOfKms && !hasCustomerKey;
}

/** The metadata of a replica: that of its source, but for the token of its upload, and where it comes from. */
function notes({ facts, headers }: ObjectDescription): Record<string, string> {
  const user: Record<string, string> = {};
  for (const [name, value] of headers) {
    if (name.startsWith(USER_METADATA) && name !== UPLOAD_METADATA) user[name] = value;
  }
  if (facts.crc32 !== undefined) user[CRC32_METADATA] = crc32ToHex(facts.crc32);
  const etag = bare(facts.etag);
  if (etag !== undefined) user[SOURCE_METADATA] = etag;
  return user;
}

function withMetadata(policy: ObjectPolicy, source: ObjectDescription): ObjectPolicy {
  const metadata = notes(source);
  return { ...policy, storedWith: (key, size) => ({ ...policy.storedWith?.(key, size), ...metadata }) };
}
