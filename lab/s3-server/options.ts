import type { Action } from './actions.ts';
import type { Encryption } from './encryption.ts';
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
  | 'CompleteMultipartUpload'
  | 'AbortMultipartUpload'
  | 'ListParts'
  | 'Unknown';

/** An access key that the server accepts, and what it may not do. */
export interface Credential {
  accessKeyId: string;
  secretAccessKey: string;
  /** A temporary credential: every request must carry exactly this in x-amz-security-token. */
  sessionToken?: string;
  /** A temporary credential whose time is over: every request is refused with ExpiredToken. */
  expired?: boolean;
  /**
   * Answers AccessDenied where it returns true. `key` is the object's key; for listings the prefix; otherwise ''.
   * DeleteObjects asks once for each key, as `DeleteObject`: both need the permission s3:DeleteObject.
   */
  deny?: (operation: S3Operation, key: string) => boolean;
  /** The same for permissions that a header or a KMS key asks for. */
  denyAction?: (action: Action) => boolean;
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
  /** https with a certificate made at start, see {@link S3Server.certificate}. */
  tls?: boolean;
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
  /** The provider to play; its host is the domain, and its first region the region. */
  profile?: Profile;
}

/** {@link S3ServerOptions}, complete. */
export interface ServerSettings {
  directory: string | undefined;
  buckets: readonly string[];
  region: string;
  credentials: readonly [Credential, ...Credential[]];
  tls: boolean;
  domain: string;
  base: string;
  port: number;
  discard: boolean;
  encryption: Encryption;
  acls: boolean;
  profile: Profile | undefined;
}

const defaultCredential: Credential = { accessKeyId: 'testkey', secretAccessKey: 'testsecret' };

export function completeOptions(options: S3ServerOptions): ServerSettings {
  const [first = defaultCredential, ...others] = options.credentials ?? [];
  return {
    directory: options.directory,
    buckets: options.buckets ?? ['backups'],
    region: options.region ?? options.profile?.regions?.[0] ?? 'us-east-1',
    credentials: [first, ...others],
    tls: options.tls ?? false,
    domain: options.domain ?? options.profile?.host ?? 'localhost',
    base: options.base ?? '',
    port: options.port ?? 0,
    discard: options.discard ?? false,
    encryption: { secure: options.tls ?? false, ...options.encryption },
    acls: options.acls ?? false,
    profile: options.profile,
  };
}
