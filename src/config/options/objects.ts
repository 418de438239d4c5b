import { PATTERNS } from '../patterns.ts';
import { defineOptions } from './definition.ts';

/** How objects are stored. */
export const OBJECTS = defineOptions({
  sse: {
    kind: 'choice',
    choices: ['AES256', 'aws:kms', 'aws:kms:dsse'],
    origin: 'new',
    summary:
      'Encryption by the server, where the default of the bucket is not enough: with its own keys (`AES256`) or with KMS.',
  },
  sse_kms_key_id: {
    kind: 'text',
    pattern: PATTERNS.header,
    origin: 'new',
    summary: 'The id, ARN or alias of the KMS key. Default: the one of the bucket or of AWS.',
  },
  sse_kms_encryption_context: {
    kind: 'map',
    origin: 'new',
    summary: 'The encryption context for KMS: `name=value,name=value`. It is not secret.',
  },
  sse_bucket_key: {
    kind: 'on/off',
    origin: 'new',
    summary: 'Use an S3 Bucket Key, which saves requests to KMS. Default: as the bucket is set up.',
  },
  sse_customer_key_file: {
    kind: 'text',
    origin: 'new',
    summary:
      'A file with a key of 32 bytes, in hexadecimal or base64, that the server encrypts with and does not keep (SSE-C). https only.',
  },
  storage_class: {
    kind: 'text',
    pattern: PATTERNS.storageClass,
    origin: 'new',
    summary: 'The storage class of new objects, such as STANDARD_IA. Default: as the server decides.',
  },
  storage_class_min_size: {
    kind: 'size',
    fallback: '128KB',
    origin: 'new',
    summary: 'Smaller objects are stored in the default class: others bill a minimum size.',
  },
  tags: {
    kind: 'map',
    origin: 'new',
    summary:
      'Tags of new objects: `name=value,name=value`, at most 10. `{database}`, `{timestamp}`, `{type}` and `{host}` in a value are replaced.',
  },
  acl: {
    kind: 'choice',
    choices: [
      'private',
      'public-read',
      'public-read-write',
      'authenticated-read',
      'aws-exec-read',
      'bucket-owner-read',
      'bucket-owner-full-control',
    ],
    origin: 'new',
    summary: 'The canned ACL of new objects. Default: none is sent.',
  },
  object_lock_mode: {
    kind: 'choice',
    choices: ['GOVERNANCE', 'COMPLIANCE'],
    origin: 'new',
    summary: 'Object Lock for new objects, until the timestamp of the backup plus `object_lock_retention`.',
  },
  object_lock_retention: {
    kind: 'duration',
    minimum: 3_600_000,
    maximum: 36_500 * 86_400_000,
    origin: 'new',
    summary: 'How long the objects of a backup are locked, from its timestamp: `30d`.',
  },
  object_lock_legal_hold: {
    kind: 'on/off',
    fallback: 'off',
    origin: 'new',
    summary: 'Put a legal hold on new objects, which locks them until it is removed.',
  },
  bypass_governance_retention: {
    kind: 'on/off',
    fallback: 'off',
    origin: 'new',
    summary:
      'Let delete commands delete versions in mode GOVERNANCE before their time, which needs a permission of its own.',
  },
  write_once: {
    kind: 'choice',
    choices: ['auto', 'on', 'off'],
    fallback: 'auto',
    origin: 'new',
    summary:
      '`on`: no object is ever replaced by another (If-None-Match), except for the files that gpbackup itself writes twice. `auto`: `off`.',
  },
  requester_pays: {
    kind: 'on/off',
    fallback: 'off',
    origin: 'new',
    summary: 'Accept the costs of requests to a Requester Pays bucket.',
  },
  expected_bucket_owner: {
    kind: 'text',
    pattern: PATTERNS.accountId,
    origin: 'new',
    summary: 'The AWS account that must own the bucket; requests to any other are refused.',
  },
  restore_from_archive: {
    kind: 'choice',
    choices: ['off', 'standard', 'bulk', 'expedited'],
    fallback: 'off',
    origin: 'new',
    summary:
      'What the set-up of a restore does with objects in an archive class: `off` names them; otherwise they are brought back in this tier.',
  },
});
