import { describe, expect, test } from 'bun:test';
import type { HintFacts } from '../../../src/s3/errors/hint-facts.ts';
import { hintFor } from '../../../src/session/hint.ts';

const SSE = 'x-amz-server-side-encryption';
const KEY = `${SSE}-customer-key`;

const facts: HintFacts = {
  status: 400,
  code: '',
  scheme: 'https',
  host: 's3.example:9000',
  bucket: 'backups',
  region: 'us-east-1',
  ofStore: true,
  proxy: undefined,
  serverRegion: undefined,
  redirectedTo: undefined,
  retryable: false,
  operation: 'PutObject',
};

/** What went wrong, and the words that the hint must have. */
const CASES: readonly (readonly [why: string, change: Partial<HintFacts>, words: readonly string[]])[] = [
  ['a class', { code: 'InvalidStorageClass', sent: ['x-amz-storage-class'] }, ['storage_class']],
  ['a class, seen without its header', { code: 'InvalidStorageClass' }, ['storage_class']],
  [
    'a class by the message alone (Ceph)',
    {
      code: 'InvalidArgument',
      message: 'invalid storage class',
      sent: ['x-amz-storage-class', 'x-amz-tagging'],
    },
    ['of storage_class'],
  ],
  ['tags', { code: 'InvalidTag', message: 'not a valid tag', sent: ['x-amz-tagging'] }, ['tags']],
  [
    'too many tags',
    { code: 'BadRequest', message: 'Object tags cannot be', sent: ['x-amz-tagging'] },
    ['tags'],
  ],
  [
    'a header by its name',
    {
      status: 501,
      code: 'NotImplemented',
      message: "Header 'x-amz-tagging' not implemented",
      sent: [SSE, 'x-amz-tagging'],
    },
    ['of tags'],
  ],
  [
    'something, with two options set',
    { status: 501, code: 'NotImplemented', message: 'not implemented', sent: [SSE, 'x-amz-acl'] },
    ['sse, acl'],
  ],
  [
    'a bucket without Object Lock',
    {
      code: 'InvalidRequest',
      message: 'Bucket is missing Object Lock Configuration',
      sent: ['x-amz-object-lock-mode'],
    },
    ['made with Object Lock', 'object_lock_mode and object_lock_retention'],
  ],
  [
    'a hold where there is no Object Lock, without words',
    { status: 501, code: 'NotImplemented', sent: ['x-amz-object-lock-legal-hold'] },
    ['leave out object_lock_legal_hold'],
  ],
  [
    'keys that may not lock',
    { status: 403, code: 'AccessDenied', sent: ['x-amz-object-lock-mode'] },
    ['s3:PutObjectRetention (for object_lock_mode)'],
  ],
  [
    'a locked key that is not accepted again',
    {
      status: 403,
      code: 'AccessDenied',
      message: 'Access Denied because object protected by object lock',
    },
    ['write_once: on'],
  ],
  [
    'a tag, with a lock',
    { code: 'InvalidTag', message: 'bad', sent: ['x-amz-tagging', 'x-amz-object-lock-mode'] },
    ['of tags'],
  ],
  [
    'a lock, with tags',
    {
      code: 'InvalidRequest',
      message: 'Bucket is missing Object Lock Configuration',
      sent: ['x-amz-tagging', 'x-amz-object-lock-mode'],
    },
    ['object_lock_mode'],
  ],
  ['an ACL', { code: 'AccessControlListNotSupported', sent: ['x-amz-acl'] }, ['acl']],
  [
    'a KMS key that is not there',
    { code: 'KMS.NotFoundException', sent: [SSE] },
    ['sse_kms_key_id', 'region'],
  ],
  ['a KMS key that is off', { code: 'KMS.DisabledException', sent: [SSE] }, ['enable']],
  ['a KMS key to be deleted', { code: 'KMS.KMSInvalidStateException', sent: [SSE] }, ['enable']],
  [
    'no permission to use a KMS key',
    {
      status: 403,
      code: 'AccessDenied',
      message: 'is not authorized to perform: kms:GenerateDataKey on',
      sent: [SSE],
    },
    ['kms:GenerateDataKey', 'kms:Decrypt'],
  ],
  [
    'no permission to decrypt, on restore',
    {
      status: 403,
      code: 'AccessDenied',
      message: 'not authorized to perform: kms:Decrypt',
      operation: 'GetObject',
    },
    ['kms:Decrypt'],
  ],
  [
    'no permission, with tags',
    { status: 403, code: 'AccessDenied', sent: ['x-amz-tagging'] },
    ['s3:PutObjectTagging'],
  ],
  [
    'no permission, with an ACL',
    { status: 403, code: 'AccessDenied', sent: ['x-amz-acl'] },
    ['s3:PutObjectAcl'],
  ],
  [
    'a server without a key (SeaweedFS)',
    { status: 500, code: 'InternalError', sent: [SSE] },
    ['leave out sse', 's3.example:9000'],
  ],
  [
    'an object with a key, read without',
    {
      code: 'InvalidRequest',
      message: 'The object was stored using a form of Server Side Encryption. The correct parameters',
      operation: 'GetObject',
    },
    ['SSE-C', 'sse_customer_key_file'],
  ],
  [
    'another key',
    { status: 403, code: 'AccessDenied', operation: 'GetObject', sent: [KEY] },
    ['not the one', 'sse_customer_key_file'],
  ],
  [
    'an object without a key, read with one',
    { code: 'InvalidRequest', message: 'not applicable', operation: 'GetObject', sent: [KEY] },
    ['leave the option out'],
  ],
  ['the same, answer of a HEAD', { operation: 'HeadObject', sent: [KEY] }, ['leave the option out']],
];

test.each(CASES)('%s', (_why, change, words) => {
  const hint = hintFor({ ...facts, ...change }) ?? '';
  for (const word of words) expect(hint).toContain(word);
});

describe('nothing is made of', () => {
  test.each<[string, Partial<HintFacts>, string]>([
    [
      'a missing object, read with a key',
      { status: 404, code: 'NoSuchKey', operation: 'GetObject', sent: [KEY] },
      'folder',
    ],
    [
      'a wrong region, with tags',
      { code: 'AuthorizationHeaderMalformed', sent: ['x-amz-tagging'] },
      'region',
    ],
    [
      'no permission to list, with a key',
      { status: 403, code: 'AccessDenied', operation: 'ListObjectsV2' },
      'permission',
    ],
    [
      'a server that is away, with a class',
      { status: 503, retryable: true, sent: ['x-amz-storage-class'] },
      'did not recover',
    ],
    ['a request without options', { code: 'InvalidRequest' }, 'folder'],
    [
      'a wrong date, with a key',
      { status: 403, code: 'RequestTimeTooSkewed', sent: ['x-amz-tagging'] },
      'clocks',
    ],
    [
      'a wrong secret key, with tags',
      { status: 403, code: 'SignatureDoesNotMatch', sent: ['x-amz-tagging'] },
      'aws_secret_access_key',
    ],
    [
      'an unknown user, read with a key',
      { status: 403, code: 'InvalidAccessKeyId', operation: 'GetObject', sent: [KEY] },
      'aws_access_key_id',
    ],
    ['an expired token, with an ACL', { code: 'ExpiredToken', sent: ['x-amz-acl'] }, 'token'],
  ])('%s', (_why, change, word) => {
    expect(hintFor({ ...facts, ...change })).toContain(word);
  });
});
