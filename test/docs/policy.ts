import type { S3Operation } from '../../lab/s3-server/server.ts';

/** A statement of an IAM policy, as far as the policies of docs/permissions.md use the language. */
interface Statement {
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: string;
  readonly Condition?: { readonly StringLike: { readonly 's3:prefix': readonly string[] } };
}

export interface Policy {
  readonly Statement: readonly Statement[];
}

/**
 * The IAM action that each S3 operation asks for (IAM Service Authorization Reference, "Actions defined by Amazon
 * S3"; S3 User Guide, "Multipart upload API and permissions").
 */
const ACTION_OF: Readonly<Partial<Record<S3Operation, string>>> = {
  PutObject: 's3:PutObject',
  CreateMultipartUpload: 's3:PutObject',
  UploadPart: 's3:PutObject',
  CompleteMultipartUpload: 's3:PutObject',
  AbortMultipartUpload: 's3:AbortMultipartUpload',
  GetObject: 's3:GetObject',
  HeadObject: 's3:GetObject',
  DeleteObject: 's3:DeleteObject',
  ListObjectsV2: 's3:ListBucket',
  ListMultipartUploads: 's3:ListBucketMultipartUploads',
};

const BUCKET_ACTIONS = new Set(['s3:ListBucket', 's3:ListBucketMultipartUploads']);

/** The actions that a policy allows anywhere. */
export function actionsOf(policy: Policy): string[] {
  return [...new Set(policy.Statement.flatMap(({ Action }) => Action))];
}

/** The policy without one action. */
export function without(policy: Policy, action: string): Policy {
  return {
    Statement: policy.Statement.map((statement) => ({
      ...statement,
      Action: statement.Action.filter((allowed) => allowed !== action),
    })),
  };
}

/** The policy with one more action in its first statement. */
export function withAction(policy: Policy, action: string): Policy {
  const [first, ...others] = policy.Statement;
  if (first === undefined) throw new Error('the policy has no statement');
  return { Statement: [{ ...first, Action: [...first.Action, action] }, ...others] };
}

/** Whether the policy lets its user do `operation` on `key` (a listing's prefix) of `bucket`. */
export function allows(policy: Policy, bucket: string, operation: S3Operation, key: string): boolean {
  const action = ACTION_OF[operation];
  if (action === undefined) return false;
  const onBucket = BUCKET_ACTIONS.has(action);
  const resource = `arn:aws:s3:::${bucket}${onBucket ? '' : `/${key}`}`;
  return policy.Statement.some(
    (statement) =>
      statement.Action.includes(action) &&
      isLike(resource, statement.Resource) &&
      (statement.Condition?.StringLike['s3:prefix'].some((pattern) => isLike(key, pattern)) ?? true),
  );
}

/** IAM's patterns: a star stands for any characters. */
function isLike(text: string, pattern: string): boolean {
  const escaped = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${escaped.join('.*')}$`, 's').test(text);
}
