import type { Deviations } from './capabilities.ts';

const anyRegion = { 'region-checked': 'does not look at the region of a signature' };
const noDomain = { 'virtual-style': 'knows no bucket in the host name' };
const noChecksums = { 'large-checksum': 'does not acknowledge checksums' };
const noEncryption = { 'default-encryption': 'has no default encryption of buckets' };
const noSse = { 'sse-s3': 'takes no notice of it', 'sse-kms': 'takes no notice of it' };
const noKmsKey = {
  'sse-s3': 'needs a KMS key, which this set-up has not',
  'sse-kms': 'needs a KMS key, which this set-up has not',
};
const oneClass = { 'storage-class': 'takes no notice of it' };
const noArchive = { archive: 'has no class of an archive' };
const noLock = {
  'object-lock': 'has no Object Lock',
  'default-retention': 'has no Object Lock',
};
const anyKeys = {
  'secret-checked': 'checks no signature',
  'key-id-checked': 'checks no signature',
};
const plainPaths = { 'slashes-in-keys': 'keeps objects as files, whose paths have no empty parts' };
const filesAreNoFolders = { 'key-beside-folder': 'keeps objects as files, which are no folders at once' };

const anyOwner = { 'owner-checked': 'does not look at the expected owner' };

const ofMinio: Deviations = {
  ...noArchive,
  ...anyRegion,
  ...anyOwner,
  ...plainPaths,
  'uploads-listed': 'lists unfinished uploads by their exact key only',
};

const ofRclone: Deviations = {
  ...anyRegion,
  ...anyOwner,
  ...noDomain,
  ...noEncryption,
  ...plainPaths,
  ...filesAreNoFolders,
  ...noChecksums,
  ...noSse,
  tags: 'takes no notice of them',
  ...noLock,
  ...noArchive,
  'write-once': 'takes no notice of conditions',
};

const ofVersitygw: Deviations = {
  ...noEncryption,
  ...plainPaths,
  ...filesAreNoFolders,
  ...noSse,
  ...oneClass,
  ...noArchive,
};

/** What each real server lacks, by its name in the registry. */
const DEVIATIONS: Readonly<Record<string, Deviations>> = {
  rclone: { ...ofRclone, 'part-limits': 'takes parts in the order of their numbers only, without a gap' },
  'rclone-disk': ofRclone,
  seaweedfs: {
    ...noArchive,
    ...anyRegion,
    ...anyOwner,
    ...plainPaths,
    'odd-keys': 'takes a backslash for a slash',
    'default-encryption': 'has no key to encrypt with as it is set up here',
    ...noKmsKey,
  },
  ceph: {
    ...noArchive,
    ...anyRegion,
    ...anyOwner,
    ...noChecksums,
    'default-encryption': 'takes a key of its own setting only',
    'sse-s3': 'takes no notice of it',
    'sse-kms': 'has no KMS in this set-up',
    'storage-class': 'knows the classes of its own setting only',
    tags: 'loses the tags of objects in parts',
  },
  s3proxy: {
    ...noLock,
    ...noArchive,
    ...anyRegion,
    ...noDomain,
    ...noEncryption,
    ...plainPaths,
    ...filesAreNoFolders,
    'requester-pays': 'refuses headers that it does not know',
    'owner-checked': 'refuses headers that it does not know',
    'sse-s3': 'has no encryption',
    'sse-kms': 'has no encryption',
    'storage-class': 'keeps the class of small objects only',
    tags: 'has no tags',
    acl: 'has few ACLs',
  },
  versitygw: ofVersitygw,
  'versitygw-plain': ofVersitygw,
  minio: { ...ofMinio, 'default-encryption': 'needs a KMS key, which this set-up has not', ...noKmsKey },
  'minio-https': ofMinio,
  garage: {
    ...noEncryption,
    'slashes-in-keys': 'takes the slash at the start of a key for that of the path',
  },
  gofakes3: { ...anyRegion, ...anyOwner, ...anyKeys, ...noDomain, ...noChecksums, ...noEncryption },
  moto: { ...anyRegion, ...anyOwner, ...anyKeys, ...noDomain },
  s3mock: {
    ...anyRegion,
    ...anyOwner,
    ...anyKeys,
    ...noDomain,
    ...noEncryption,
    'sdk-upload': 'wants checksums of parts that its own answers do not give',
    'odd-keys': 'refuses a backslash',
  },
  's3s-fs': {
    ...anyRegion,
    ...noChecksums,
    ...noEncryption,
    ...plainPaths,
    ...filesAreNoFolders,
    'long-keys': 'keeps facts of an object in a file whose name has the whole key',
    'bucket-checked': 'makes the bucket with the first object',
    'uploads-listed': 'has no ListMultipartUploads',
    'part-limits': 'takes parts in the order of their numbers only, without a gap',
  },
};

/** Of a server that nothing is known of, all that it lacks is news. */
export function deviationsOf(name: string): Deviations {
  return DEVIATIONS[name] ?? {};
}
