import type { HintFacts } from '../../s3/errors/hint-facts.ts';

/** The options behind headers that a request had, by what a server's message may say of them. */
const OPTIONS: readonly (readonly [header: string, said: RegExp, option: string])[] = [
  ['x-amz-server-side-encryption-customer-key', /customer|encryption|sse/i, 'sse_customer_key_file'],
  ['x-amz-server-side-encryption', /encrypt|sse|kms|crypt/i, 'sse'],
  ['x-amz-storage-class', /storage.?class/i, 'storage_class'],
  ['x-amz-tagging', /\btag/i, 'tags'],
  ['x-amz-acl', /\bacls?\b|access control list/i, 'acl'],
];

const UNKNOWN_CODES = new Set([
  'NotImplemented',
  'InvalidRequest',
  'InvalidArgument',
  'BadRequest',
  'InvalidTag',
  '',
]);

/**
 * What a user can do about a refusal that is about how an object is stored: names the option whose header the
 * request had. Undefined for everything else.
 */
export function objectHint(facts: HintFacts): string | undefined {
  return ofLock(facts) ?? ofKms(facts) ?? ofCustomerKey(facts) ?? ofHeader(facts) ?? ofPermission(facts);
}

/** Amazon: 400 InvalidRequest "Bucket is missing Object Lock Configuration"; others: 501, or words like WORM. */
function ofLock({ code, message = '', status = 0, sent = [] }: HintFacts): string | undefined {
  const names = [
    ...(sent.includes('x-amz-object-lock-mode') ? ['object_lock_mode and object_lock_retention'] : []),
    ...(sent.includes('x-amz-object-lock-legal-hold') ? ['object_lock_legal_hold'] : []),
  ].join(' and ');
  if (names === '' || status < 400 || (status >= 500 && status !== 501)) return undefined;
  return status === 501 ||
    UNKNOWN_CODES.has(code) ||
    /lock|retention|retain|worm|legal.?hold/i.test(`${code} ${message}`)
    ? `use a bucket that was made with Object Lock, or leave out ${names}; with it the keys need s3:PutObjectRetention and s3:PutObjectLegalHold for these`
    : undefined;
}

function ofKms({ code, message = '', status }: HintFacts): string | undefined {
  if (status === 403 && /kms:(\w+)/i.test(message)) {
    return 'the keys may not use the KMS key: allow kms:GenerateDataKey (backup) and kms:Decrypt (both) in its policy and in that of the user (docs/storage.md)';
  }
  if (!/kms/i.test(code)) return undefined;
  if (/disabled|state/i.test(code))
    return 'enable the KMS key that sse_kms_key_id or the bucket names, or name another one';
  return /notfound|invalid|exist/i.test(code)
    ? 'the KMS key is not there: check sse_kms_key_id, and that the key is in the region of the bucket'
    : 'KMS does not give the server a key: check sse, sse_kms_key_id and the policy of the key';
}

/** S3 distinguishes an object without such a key, one that needs a key, and another key; a HEAD has the status alone. */
function ofCustomerKey({ code, message = '', status, operation, sent = [] }: HintFacts): string | undefined {
  if (operation !== 'GetObject' && operation !== 'HeadObject') return undefined;
  if (!sent.includes('x-amz-server-side-encryption-customer-key')) {
    return status === 400 && /Server.?Side.?Encryption|encryption key|encrypted/i.test(message)
      ? 'the object was stored with a key of its owner (SSE-C): name the file with that key in sse_customer_key_file'
      : undefined;
  }
  if (isDenial({ status, code })) {
    return 'the key in sse_customer_key_file is not the one that the object was stored with, or the keys may not read it: check the file, and the policy of the user';
  }
  return status === 400 && (code === 'InvalidRequest' || code === '' || /customer|encrypt/i.test(message))
    ? 'the object was stored without the key in sse_customer_key_file, or with another one: name the file of that time, or leave the option out'
    : undefined;
}

function ofHeader({ code, message = '', status = 0, sent = [], host }: HintFacts): string | undefined {
  const set = OPTIONS.filter(([header]) => sent.includes(header));
  if (set.length === 0 || status < 400 || status === 403) return undefined;
  if (status === 500 && sent.includes('x-amz-server-side-encryption')) {
    return `${host} did not recover in time: see its log; without a key for sse some servers answer so, then leave out sse`;
  }
  if (status >= 500 && status !== 501) return undefined;
  const meant = set.find(([, said]) => said.test(`${code} ${message}`));
  if (meant !== undefined) {
    return `the server does not take this value of ${meant[2]}: correct the option, or leave it out`;
  }
  return UNKNOWN_CODES.has(code)
    ? `the server may not support ${listOf(set)}: try without; also check the characters of folder and file names`
    : undefined;
}

/** Permissions that a write with these headers needs beyond s3:PutObject. */
function ofPermission({ status, code, operation, sent = [] }: HintFacts): string | undefined {
  if (!isDenial({ status, code }) || (operation !== 'PutObject' && operation !== 'CreateMultipartUpload'))
    return undefined;
  const needed = [
    ...(sent.includes('x-amz-tagging') ? ['s3:PutObjectTagging (for tags)'] : []),
    ...(sent.includes('x-amz-object-lock-mode') ? ['s3:PutObjectRetention (for object_lock_mode)'] : []),
    ...(sent.includes('x-amz-object-lock-legal-hold')
      ? ['s3:PutObjectLegalHold (for object_lock_legal_hold)']
      : []),
    ...(sent.includes('x-amz-acl') ? ['s3:PutObjectAcl (for acl)'] : []),
    ...(sent.includes('x-amz-server-side-encryption-customer-key')
      ? ['SSE-C in the encryption settings of the bucket (for sse_customer_key_file)']
      : []),
    ...(sent.includes('x-amz-server-side-encryption')
      ? ['kms:GenerateDataKey on the KMS key (for sse: aws:kms)']
      : []),
  ];
  return needed.length === 0
    ? undefined
    : `the keys do not have this permission: allow ${['s3:PutObject', ...needed].join(', ')}; check keys and bucket too`;
}

/** A want of permission, and not a wrong key, token or time, for which servers also answer 403. */
function isDenial({ status, code }: Pick<HintFacts, 'status' | 'code'>): boolean {
  return status === 403 && (code === 'AccessDenied' || code === '');
}

function listOf(set: typeof OPTIONS): string {
  return set.map(([, , option]) => option).join(', ');
}
