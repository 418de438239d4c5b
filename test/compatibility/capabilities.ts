/** Whether a server can do something; `untried` where it offers nothing to try it with. */
export type Value = 'yes' | 'partly' | 'no' | 'untried';

/** What the document tells of every server, in its order: the titles of its rows. */
export const CAPABILITIES = {
  commands: 'all commands of the interface',
  sizes: 'objects of 0 bytes to 300 MB',
  'large-checksum': 'CRC32 of a large object, kept by the server',
  'small-checksum': 'CRC32 of a small object, kept as metadata',
  'delete-objects': 'DeleteObjects (else keys are deleted one by one)',
  'uploads-listed': 'unfinished uploads listed by prefix (else delete_backup can not find them)',
  'part-limits': 'parts from 5 MiB, numbers up to 10,000',
  'path-style': 'bucket in the path',
  'virtual-style': 'bucket in the host name',
  'endpoint-path': 'a path in `endpoint`',
  tenant: '`TENANT:BUCKET`',
  https: 'https',
  'session-token': 'session token',
  'default-encryption': 'default encryption of the bucket',
  'request-headers': 'signed headers of `request_headers`',
  'requester-pays': 'takes `requester_pays`',
  'owner-checked': 'refuses another `expected_bucket_owner`',
  'sse-s3': '`sse: AES256`',
  'sse-kms': '`sse: aws:kms`',
  'sse-c': '`sse_customer_key_file` (https only)',
  'storage-class': '`storage_class`',
  tags: '`tags`',
  acl: '`acl: bucket-owner-full-control`',
  'secret-checked': 'refuses a wrong secret key',
  'key-id-checked': 'refuses an unknown access key id',
  'region-checked': 'refuses a wrong region',
  'bucket-checked': 'refuses a bucket that is not there',
  'read-only-user': 'a user that may only read',
  'write-only-user': 'a user that may only write',
  'object-lock': 'objects that are locked until a time (Object Lock)',
  'default-retention': 'a bucket that locks every object by itself',
  'write-once': 'objects that are written once (If-None-Match)',
  archive: 'archived objects are brought back (RestoreObject)',
  'odd-keys': 'keys with spaces, %, +, quotes and other scripts',
  'slashes-in-keys': 'keys with empty parts (`a//b`), and with a leading slash',
  'key-beside-folder': 'the keys `a` and `a/b` at once',
  'long-keys': 'keys of 1,024 bytes',
  'sdk-upload': "takes the AWS SDK's multipart upload as it comes",
  'backup-requests': 'requests of a backup of 64 kB',
  'restore-requests': 'requests of a restore of 64 kB',
} as const;

export type Capability = keyof typeof CAPABILITIES;

/** What was seen of one capability. */
export interface Seen {
  readonly value: Value;
  /** A few words, the same in every run: what the server answers or does. */
  readonly fact?: string;
}

/**
 * What a server is known to lack, by capability, each with the reason in words. It is tried like everything
 * else: a server that has learnt it has to be taken off the list, and one that has unlearnt something put on it.
 */
export type Deviations = Readonly<Partial<Record<Capability, string>>>;
