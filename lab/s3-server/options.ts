import type { Action } from './actions.ts';
import { OWNER } from './bucket-owner.ts';
import type { Certificate } from './certificate.ts';
import type { Encryption } from './encryption.ts';
import type { LifecycleRule } from './lifecycle.ts';
import type { LockSettings } from './object-lock.ts';
import type { Profile } from './profiles/profile.ts';

/** The operations of the S3 API that the server knows, by the names of the S3 API Reference. */
export type S3Operation =
  | 'ListBuckets'
  | 'HeadBucket'
  | 'CreateBucket'
  | 'DeleteBucket'
  | 'GetBucketLocation'
  | 'ListObjects'
  | 'ListObjectsV2'
  | 'ListMultipartUploads'
  | 'DeleteObjects'
  | 'PutObject'
  | 'GetObject'
  | 'HeadObject'
  | 'DeleteObject'
  | 'CreateMultipartUpload'
  | 'UploadPart'
  | 'UploadPartCopy'
  | 'CopyObject'
  | 'CompleteMultipartUpload'
  | 'AbortMultipartUpload'
  | 'ListParts'
  | 'ListObjectVersions'
  | 'GetBucketVersioning'
  | 'GetBucketLifecycleConfiguration'
  | 'GetBucketEncryption'
  | 'GetBucketPolicyStatus'
  | 'GetObjectLockConfiguration'
  | 'GetObjectRetention'
  | 'PutObjectRetention'
  | 'PutObjectLegalHold'
  | 'RestoreObject'
  | 'Unknown';

/** An access key that the server accepts, and what it may not do. */
export interface Credential {
  accessKeyId: string;
  secretAccessKey: string;
  /** A temporary credential: every request must carry exactly this in x-amz-security-token. */
  sessionToken?: string;
  /** A temporary credential whose time is over: every request is refused with ExpiredToken. */
  expired?: boolean;
  /** The AWS account of whoever has the key: the owner's by default. */
  account?: string;
  /**
   * Answers AccessDenied where it returns true. `key` is the object's key; for listings the prefix; otherwise ''.
   * DeleteObjects asks once for each key, as `DeleteObject`: both need the permission s3:DeleteObject.
   */
  deny?: (operation: S3Operation, key: string, facts: RequestFacts) => boolean;
  /** The same for permissions that a header asks for, and for those of a KMS key, whose id is given then. */
  denyAction?: (action: Action, keyId: string) => boolean;
}

/** What permissions depend on besides operation and key. */
export interface RequestFacts {
  readonly headers: ReadonlyMap<string, string>;
  /** The version that is named; for DeleteObjects that of the key. */
  readonly versionId: string | undefined;
  /** Of what is asked for. */
  readonly bucket?: string | undefined;
}

/** How a server speaks TLS. */
export interface ServerTls {
  /** Absent: one made at start. Its chain is sent as it is. */
  readonly certificate?: Certificate & { readonly chain?: string };
  /** PEM: authorities of clients. A client without a certificate of theirs is refused. */
  readonly clientAuthority?: string;
  readonly minVersion?: 'TLSv1.2' | 'TLSv1.3';
  readonly maxVersion?: 'TLSv1.2' | 'TLSv1.3';
}

export interface S3ServerOptions {
  /** Bodies are kept as files in this folder (made when missing); in memory when not given. */
  directory?: string;
  /** Buckets that exist from the start; ['backups'] by default. */
  buckets?: readonly string[];
  /** A request signed for another region is refused; 'us-east-1' by default. */
  region?: string;
  /** testkey/testsecret by default. The first one is what {@link S3Server} shows. */
  credentials?: readonly Credential[];
  /** https with a certificate made at start, see {@link S3Server.certificate}, or as it says. */
  tls?: boolean | ServerTls;
  /** A host `BUCKET.DOMAIN` addresses the bucket; 'localhost' by default. Path style works always. */
  domain?: string;
  /** A path in front of all others, as at a gateway: `/s3`; none by default. It is part of what is signed. */
  base?: string;
  /** Port to listen on, on 127.0.0.1; a free one by default. */
  port?: number;
  /** Bodies of 1 MiB and more are checked and counted, but not kept: reading one answers 500. */
  discard?: boolean;
  /** KMS keys, the default encryption of the buckets, and whether TLS was ended in front of the server. */
  encryption?: Encryption;
  /** Objects may have ACLs; false by default, as with new buckets of Amazon's ("bucket owner enforced"). */
  acls?: boolean;
  /** The AWS account that owns all buckets: '111122223333' by default. */
  bucketOwner?: string;
  /** Requests of other accounts must say that they pay. */
  requesterPays?: boolean;
  /** The provider to play; its host is the domain, and its first region the region. */
  profile?: Profile;
  /** Object Lock of all buckets. */
  lock?: LockSettings;
  /** All buckets keep versions; those with Object Lock do so anyway. */
  versioning?: boolean;
  /** Lifecycle rules of all buckets. They are shown and not done; none by default. */
  lifecycle?: readonly LifecycleRule[];
  /** The policy of all buckets lets everybody in, or only the account's own; none by default. */
  bucketPolicy?: 'public' | 'private';
  /**
   * What the server does with If-None-Match on a write: `demanded` as by a bucket policy with the condition key
   * s3:if-none-match, whose CreateMultipartUpload is excepted by s3:ObjectCreationOperation; `unknown` is 501.
   */
  conditions?: 'kept' | 'demanded' | 'ignored' | 'unknown';
  /** Milliseconds until an archived object can be read after RestoreObject; none by default. */
  restoreDelay?: number;
}

/** {@link S3ServerOptions}, complete. */
export interface ServerSettings {
  directory: string | undefined;
  buckets: readonly string[];
  region: string;
  credentials: readonly [Credential, ...Credential[]];
  tls: ServerTls | undefined;
  domain: string;
  base: string;
  port: number;
  discard: boolean;
  encryption: Encryption;
  acls: boolean;
  bucketOwner: string;
  requesterPays: boolean;
  profile: Profile | undefined;
  lock: LockSettings | undefined;
  versioning: boolean;
  lifecycle: readonly LifecycleRule[];
  bucketPolicy: 'public' | 'private' | undefined;
  conditions: 'kept' | 'demanded' | 'ignored' | 'unknown';
  restoreDelay: number;
}

const defaultCredential: Credential = { accessKeyId: 'testkey', secretAccessKey: 'testsecret' };

export function completeOptions(options: S3ServerOptions): ServerSettings {
  const [first = defaultCredential, ...others] = options.credentials ?? [];
  return {
    directory: options.directory,
    buckets: options.buckets ?? ['backups'],
    region: options.region ?? options.profile?.regions?.[0] ?? 'us-east-1',
    credentials: [first, ...others],
    tls: options.tls === true ? {} : options.tls === false ? undefined : options.tls,
    domain: options.domain ?? options.profile?.host ?? 'localhost',
    base: options.base ?? '',
    port: options.port ?? 0,
    discard: options.discard ?? false,
    encryption: { secure: options.tls !== undefined && options.tls !== false, ...options.encryption },
    acls: options.acls ?? false,
    bucketOwner: options.bucketOwner ?? OWNER,
    requesterPays: options.requesterPays ?? false,
    profile: options.profile,
    lock: options.lock,
    versioning: options.versioning ?? (options.lock !== undefined && options.lock.versions !== false),
    lifecycle: options.lifecycle ?? [],
    bucketPolicy: options.bucketPolicy,
    conditions: options.conditions ?? 'kept',
    restoreDelay: options.restoreDelay ?? 0,
  };
}
