import type { Config, ObjectsConfig } from '../../config/config.ts';
import { type PolicySite, policySite } from './policy-site.ts';

/** Who a policy is for. */
export const ROLES = ['backup', 'restore', 'delete', 'operator'] as const;
export type Role = (typeof ROLES)[number];

export interface Statement {
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: string;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/** An identity-based policy of IAM, in the order that its documents have. */
export interface PolicyDocument {
  readonly Version: '2012-10-17';
  readonly Statement: readonly Statement[];
}

/** Actions by what they are for. */
interface Grants {
  readonly objects: readonly string[];
  /** Lists, of the folder only. */
  readonly lists?: readonly string[];
  /** Of the bucket as a whole. */
  readonly bucket?: readonly string[];
  readonly kms?: readonly string[];
}

/** What each role needs; docs/permissions.md explains it, and tests compare the two. */
const OF_ROLE: Readonly<Record<Role, Grants>> = {
  backup: { objects: ['s3:PutObject', 's3:AbortMultipartUpload'] },
  restore: { objects: ['s3:GetObject'], lists: ['s3:ListBucket'] },
  delete: {
    objects: ['s3:DeleteObject', 's3:AbortMultipartUpload'],
    lists: ['s3:ListBucket'],
    bucket: ['s3:ListBucketMultipartUploads'],
  },
  operator: {
    objects: ['s3:GetObject', 's3:ListMultipartUploadParts'],
    lists: ['s3:ListBucket', 's3:ListBucketVersions'],
    bucket: [
      's3:ListBucketMultipartUploads',
      's3:GetBucketVersioning',
      's3:GetLifecycleConfiguration',
      's3:GetEncryptionConfiguration',
      's3:GetBucketPolicyStatus',
      's3:GetBucketObjectLockConfiguration',
    ],
  },
};

/** What replicating adds: to read what is stored, and to compare the copy. */
const REPLICATING = { objects: ['s3:GetObject'], lists: ['s3:ListBucket'] } as const;

/** Of a bucket and of no access point. */
const SETTINGS = /^s3:Get/;

/** The policy of a role for a config: its bucket, folder and options, and those of its second site. */
export function rolePolicy(role: Role, config: Config): PolicyDocument {
  const { second } = config;
  const first =
    second !== undefined && role === 'backup' ? joined(OF_ROLE[role], REPLICATING) : OF_ROLE[role];
  return {
    Version: '2012-10-17',
    Statement: [
      ...statementsOf(role, first, config),
      ...(second === undefined ? [] : statementsOf(role, ofSecond(role), second)),
    ],
  };
}

/**
 * At the second site a backup is copied, and what an earlier copy has left is removed; the other roles do what they do
 * at the first.
 */
function ofSecond(role: Role): Grants {
  return role === 'backup'
    ? { ...joined(OF_ROLE.backup, REPLICATING), bucket: ['s3:ListBucketMultipartUploads'] }
    : OF_ROLE[role];
}

function joined(one: Grants, other: Grants): Grants {
  return {
    ...one,
    objects: [...one.objects, ...other.objects],
    lists: [...(one.lists ?? []), ...(other.lists ?? [])],
  };
}

function statementsOf(role: Role, plain: Grants, config: Config): readonly Statement[] {
  const site = policySite(config);
  const { objects } = config;
  const { objects: onObjects, lists = [], bucket = [], kms = [] } = withOptions(role, plain, objects);
  const ofBucket = site.isAccessPoint ? bucket.filter((action) => !SETTINGS.test(action)) : bucket;
  return [
    ...(role === 'backup' && objects.writeOnce
      ? writtenOnce(onObjects, site)
      : [allow(onObjects, site.objects)]),
    ...(lists.length === 0
      ? []
      : [allow(lists, site.bucket, { StringLike: { 's3:prefix': [site.prefixes] } })]),
    ...(ofBucket.length === 0 ? [] : [allow(ofBucket, site.bucket)]),
    ...(kms.length === 0 ? [] : [ofKey(kms, site, objects)]),
  ];
}

/** Options that need more actions. */
function withOptions(role: Role, plain: Grants, objects: ObjectsConfig): Grants {
  const { tags, acl, lock, legalHold, sse, fromArchive, bypassGovernance } = objects;
  const hasKey = sse?.startsWith('aws:kms') === true;
  const isLocked = lock !== undefined || legalHold;
  switch (role) {
    case 'backup':
      return {
        ...plain,
        objects: [
          ...plain.objects,
          ...(tags === undefined ? [] : ['s3:PutObjectTagging']),
          ...(acl === undefined ? [] : ['s3:PutObjectAcl']),
          ...(lock === undefined ? [] : ['s3:PutObjectRetention']),
          ...(legalHold ? ['s3:PutObjectLegalHold'] : []),
        ],
        kms: hasKey ? ['kms:GenerateDataKey', 'kms:Decrypt'] : [],
      };
    case 'restore':
    case 'operator':
      return {
        ...plain,
        objects: [
          ...plain.objects,
          ...(role === 'restore' && fromArchive !== 'off' ? ['s3:RestoreObject'] : []),
        ],
        kms: hasKey ? ['kms:Decrypt'] : [],
      };
    case 'delete':
      return {
        ...plain,
        objects: [
          ...plain.objects,
          ...(bypassGovernance ? ['s3:BypassGovernanceRetention', 's3:DeleteObjectVersion'] : []),
          ...(isLocked ? ['s3:GetObjectVersion', 's3:GetObjectRetention', 's3:GetObjectLegalHold'] : []),
        ],
        lists: [...(plain.lists ?? []), ...(bypassGovernance || isLocked ? ['s3:ListBucketVersions'] : [])],
      };
  }
}

/**
 * Objects are stored under the condition that there is none; beginning an upload and sending its parts have no such
 * condition (S3 User Guide, "Enforce conditional writes on Amazon S3 buckets").
 */
function writtenOnce(actions: readonly string[], { objects }: PolicySite): readonly Statement[] {
  return [
    allow(['s3:PutObject'], objects, { Null: { 's3:if-none-match': 'false' } }),
    allow(['s3:PutObject'], objects, { Bool: { 's3:ObjectCreationOperation': 'false' } }),
    allow(
      actions.filter((action) => action !== 's3:PutObject'),
      objects,
    ),
  ];
}

/** The key that is named, or any of the region; by way of S3 only. */
function ofKey(actions: readonly string[], site: PolicySite, { kmsKeyId }: ObjectsConfig): Statement {
  const via = { 'kms:ViaService': site.viaService };
  const any = `arn:${site.partition}:kms:${site.region}:*:key/`;
  if (kmsKeyId === undefined) return allow(actions, `${any}*`, { StringEquals: via });
  const [, alias] = /(?:^|:)(alias\/.+)$/.exec(kmsKeyId) ?? [];
  if (alias !== undefined)
    return allow(actions, `${any}*`, {
      StringEquals: via,
      'ForAnyValue:StringEquals': { 'kms:ResourceAliases': alias },
    });
  const arn = kmsKeyId.startsWith('arn:') ? kmsKeyId : `${any}${kmsKeyId.replace(/^key\//, '')}`;
  return allow(actions, arn, { StringEquals: via });
}

function allow(
  Action: readonly string[],
  Resource: string,
  Condition?: NonNullable<Statement['Condition']>,
): Statement {
  return { Effect: 'Allow', Action, Resource, ...(Condition === undefined ? {} : { Condition }) };
}
