import type { RequestFacts, S3Operation } from '../../lab/s3-server/options.ts';

/** Operators, each with condition keys and the values that they may have. */
type Condition = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

/** A statement of an IAM policy, as far as the policies of docs/permissions.md use the language. */
interface Statement {
  readonly Effect: 'Allow';
  readonly Action: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Condition?: Condition;
}

export interface Policy {
  readonly Statement: readonly Statement[];
}

/**
 * The IAM action that each S3 operation asks for (IAM Service Authorization Reference, "Actions defined by Amazon
 * S3"; S3 User Guide, "Required permissions for Amazon S3 API operations").
 */
const ACTION_OF: Readonly<Partial<Record<S3Operation, string>>> = {
  PutObject: 's3:PutObject',
  CreateMultipartUpload: 's3:PutObject',
  UploadPart: 's3:PutObject',
  // The reading of their source is asked for as GetObject.
  CopyObject: 's3:PutObject',
  UploadPartCopy: 's3:PutObject',
  ListParts: 's3:ListMultipartUploadParts',
  CompleteMultipartUpload: 's3:PutObject',
  AbortMultipartUpload: 's3:AbortMultipartUpload',
  GetObject: 's3:GetObject',
  HeadObject: 's3:GetObject',
  DeleteObject: 's3:DeleteObject',
  RestoreObject: 's3:RestoreObject',
  ListObjectsV2: 's3:ListBucket',
  ListObjectVersions: 's3:ListBucketVersions',
  ListMultipartUploads: 's3:ListBucketMultipartUploads',
  GetObjectLockConfiguration: 's3:GetBucketObjectLockConfiguration',
  GetBucketVersioning: 's3:GetBucketVersioning',
  GetBucketLifecycleConfiguration: 's3:GetLifecycleConfiguration',
  GetBucketEncryption: 's3:GetEncryptionConfiguration',
  GetBucketPolicyStatus: 's3:GetBucketPolicyStatus',
};

/** What a version's operations ask for in place of that. */
const ACTION_OF_VERSION: Readonly<Partial<Record<S3Operation, string>>> = {
  GetObject: 's3:GetObjectVersion',
  HeadObject: 's3:GetObjectVersion',
  DeleteObject: 's3:DeleteObjectVersion',
};

/** What a header asks for in addition, on PutObject, CreateMultipartUpload and the deleting of versions. */
const ACTION_OF_HEADER: Readonly<Record<string, string>> = {
  'x-amz-tagging': 's3:PutObjectTagging',
  'x-amz-acl': 's3:PutObjectAcl',
  'x-amz-object-lock-mode': 's3:PutObjectRetention',
  'x-amz-object-lock-legal-hold': 's3:PutObjectLegalHold',
  'x-amz-bypass-governance-retention': 's3:BypassGovernanceRetention',
};

const BUCKET_ACTIONS = new Set([
  's3:ListBucket',
  's3:ListBucketVersions',
  's3:ListBucketMultipartUploads',
  's3:GetBucketObjectLockConfiguration',
  's3:GetBucketVersioning',
  's3:GetLifecycleConfiguration',
  's3:GetEncryptionConfiguration',
  's3:GetBucketPolicyStatus',
]);

/** ARNs of another name for a bucket: of itself, and what stands in front of its keys. */
export interface Resources {
  readonly whole: string;
  readonly objects: string;
}

const PLAIN: RequestFacts = { headers: new Map(), versionId: undefined };

function listOf(value: string | readonly string[] | undefined): readonly string[] {
  return value === undefined ? [] : typeof value === 'string' ? [value] : value;
}

/** The actions that a policy allows anywhere. */
export function actionsOf(policy: Policy): string[] {
  return [...new Set(policy.Statement.flatMap(({ Action }) => listOf(Action)))];
}

/** The policy without one action. */
export function without(policy: Policy, action: string): Policy {
  return {
    Statement: policy.Statement.map((statement) => ({
      ...statement,
      Action: listOf(statement.Action).filter((allowed) => allowed !== action),
    })),
  };
}

/** The policy with one more action: for a bucket's where the bucket is listed, otherwise in its first statement. */
export function withAction(policy: Policy, action: string): Policy {
  const home = policy.Statement.find(
    ({ Action }) => !BUCKET_ACTIONS.has(action) || listOf(Action).includes('s3:ListBucket'),
  );
  if (home === undefined) throw new Error(`the policy has no statement for ${action}`);
  return {
    Statement: policy.Statement.map((statement) =>
      statement === home ? { ...statement, Action: [...listOf(statement.Action), action] } : statement,
    ),
  };
}

/** Whether the policy lets its user do `operation` on `key` (a listing's prefix) of `bucket`. */
export function allows(
  policy: Policy,
  bucket: string | Resources,
  operation: S3Operation,
  key: string,
  facts: RequestFacts = PLAIN,
): boolean {
  const { headers, versionId } = facts;
  const action = (versionId === undefined ? undefined : ACTION_OF_VERSION[operation]) ?? ACTION_OF[operation];
  if (action === undefined) return false;
  const more = Object.entries(ACTION_OF_HEADER).filter(([name]) => headers.has(name));
  const context = contextOf(operation, key, headers);
  const { whole, objects } =
    typeof bucket === 'string'
      ? { whole: `arn:aws:s3:::${bucket}`, objects: `arn:aws:s3:::${bucket}` }
      : bucket;
  return [action, ...more.map(([, needed]) => needed)].every((needed) => {
    const resource = BUCKET_ACTIONS.has(needed) ? whole : `${objects}/${key}`;
    return policy.Statement.some(
      ({ Action, Resource, Condition = {} }) =>
        listOf(Action).includes(needed) &&
        listOf(Resource).some((pattern) => isLike(resource, pattern)) &&
        holds(Condition, context),
    );
  });
}

/** Whether a policy, a user's or a key's, lets a KMS key be used by way of S3. */
export function allowsKms(policy: Policy, action: string, key: string, region = 'us-east-1'): boolean {
  const context = new Map([['kms:ViaService', `s3.${region}.amazonaws.com`]]);
  return policy.Statement.some(
    ({ Action, Resource, Condition = {} }) =>
      listOf(Action).includes(action) &&
      listOf(Resource).some((pattern) => isLike(key, pattern)) &&
      holds(Condition, context),
  );
}

/** The condition keys of S3 that a request has (IAM Service Authorization Reference, "Condition keys for Amazon S3"). */
function contextOf(
  operation: S3Operation,
  key: string,
  headers: RequestFacts['headers'],
): ReadonlyMap<string, string> {
  const ifNoneMatch = headers.get('if-none-match');
  const creates = ['PutObject', 'CompleteMultipartUpload'].includes(operation);
  const isUpload = creates || ['CreateMultipartUpload', 'UploadPart'].includes(operation);
  return new Map([
    ...(operation.startsWith('ListObject') ? [['s3:prefix', key] as const] : []),
    ...(ifNoneMatch === undefined ? [] : [['s3:if-none-match', ifNoneMatch] as const]),
    ...(isUpload ? [['s3:ObjectCreationOperation', String(creates)] as const] : []),
  ]);
}

/** Every operator and every key of a condition must hold (IAM User Guide, "Condition operators"). */
export function holds(condition: Condition, context: ReadonlyMap<string, string>): boolean {
  return Object.entries(condition).every(([operator, keys]) =>
    Object.entries(keys).every(([key, values]) => {
      const value = context.get(key);
      const wanted = listOf(values);
      switch (operator) {
        case 'Null':
          return wanted.includes(String(value === undefined));
        case 'Bool':
        case 'StringEquals':
          return value !== undefined && wanted.includes(value);
        case 'StringLike':
          return value !== undefined && wanted.some((pattern) => isLike(value, pattern));
        default:
          throw new Error(`the operator ${operator} is not known here`);
      }
    }),
  );
}

/** IAM's patterns: a star stands for any characters. */
function isLike(text: string, pattern: string): boolean {
  const escaped = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${escaped.join('.*')}$`, 's').test(text);
}
