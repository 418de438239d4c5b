import { describe, expect, test } from 'bun:test';
import { problemsOf } from './sample.ts';

type Options = Readonly<Record<string, string>>;

/** The options, and words of each problem, in their order. */
const BAD: readonly (readonly [why: string, options: Options, words: readonly (readonly string[])[]])[] = [
  [
    'options of KMS without a method',
    { sse_kms_key_id: 'k', sse_kms_encryption_context: 'a=b', sse_bucket_key: 'off' },
    [
      ['"sse_kms_key_id"', 'aws:kms', 'not set'],
      ['"sse_kms_encryption_context"', 'not set'],
      ['"sse_bucket_key"', 'not set'],
    ],
  ],
  ['a KMS key with SSE-S3', { sse: 'AES256', sse_kms_key_id: 'k' }, [['"sse_kms_key_id"', '"AES256"']]],
  [
    'a bucket key with DSSE-KMS',
    { sse: 'aws:kms:dsse', sse_bucket_key: 'on' },
    [['"sse_bucket_key"', 'dsse']],
  ],
  [
    'a context that KMS does not take',
    { sse: 'aws:kms', sse_kms_encryption_context: `a=${'x'.repeat(8192)}` },
    [['"sse_kms_encryption_context"', '8192']],
  ],
  [
    'two kinds of keys, one of them in clear',
    { sse: 'AES256', sse_customer_key_file: '/k', encryption: 'off' },
    [
      ['"sse"', '"sse_customer_key_file"', 'exclude'],
      ['"sse_customer_key_file"', 'https', '"encryption": off'],
    ],
  ],
  [
    'http in the endpoint',
    { sse_customer_key_file: '/k', endpoint: 'http://h' },
    [['needs https', 'http://']],
  ],
  [
    'an endpoint without a scheme, and encryption: off',
    { sse_customer_key_file: '/k', endpoint: 'h:9000', encryption: 'off' },
    [['needs https', '"encryption": off']],
  ],
  [
    'a host from a source, over http',
    { sse_customer_key_file: '/k', endpoint_source: 'https://s/h', encryption: 'off' },
    [['needs https']],
  ],
  [
    'eleven tags',
    { tags: Array.from({ length: 11 }, (_, index) => `t${index}=v`).join(',') },
    [['"tags"', '11', 'at most 10']],
  ],
  ['a tag with a long name', { tags: `${'n'.repeat(129)}=v` }, [['"tags"', '128']]],
  ['a tag with a long value', { tags: `n=${'v'.repeat(257)}` }, [['"n"', '256']]],
  ['a tag of AWS', { tags: 'aws:x=v' }, [['"aws:x"', 'aws:']]],
  ['a tag of AWS in capitals', { tags: 'AWS:x=v' }, [['"AWS:x"', 'aws:']]],
  ['a name with a sign that no tag takes', { tags: 'a&b=v' }, [['"a&b"', 'letters']]],
  ['a value with a sign that no tag takes', { tags: 'n=a;b' }, [['"n"', '"a;b"', 'letters']]],
  ['a brace that is no placeholder', { tags: 'n={host' }, [['"{host"', 'placeholders']]],
  [
    'an unknown placeholder',
    { tags: 'n={table}' },
    [['"n"', '"{table}"', '{database}, {timestamp}, {type}, {host}']],
  ],
  ['a placeholder in capitals', { tags: 'n={Host}' }, [['"{Host}"', '{host}']]],
  ['tags without a value', { tags: 'n' }, [['"tags"', 'name=value']]],
  ['a class in small letters', { storage_class: 'standard_ia' }, [['"storage_class"', 'capitals']]],
  ['an ACL that is none', { acl: 'everybody' }, [['"acl"', 'bucket-owner-full-control']]],
  ['a method that is none', { sse: 'aes128' }, [['"sse"', 'aws:kms']]],
];

describe('refused', () => {
  test.each(BAD)('%s', async (_why, options, words) => {
    const problems = await problemsOf(options);
    expect(problems).toHaveLength(words.length);
    for (const [index, parts] of words.entries()) {
      for (const part of parts) expect(problems[index]).toContain(part);
    }
  });

  test('all that is wrong at once', async () => {
    const all = { sse_kms_key_id: 'k', sse_customer_key_file: '/k', endpoint: 'http://h', tags: 'aws:x={y}' };
    expect(await problemsOf(all)).toHaveLength(4);
  });
});

test.each<[string, Options]>([
  [
    'KMS with all it has',
    { sse: 'aws:kms', sse_kms_key_id: 'alias/x', sse_kms_encryption_context: 'a=b', sse_bucket_key: 'on' },
  ],
  ['DSSE-KMS with a key', { sse: 'aws:kms:dsse', sse_kms_key_id: 'k', sse_bucket_key: 'off' }],
  ['a key of the owner on AWS', { sse_customer_key_file: '/k' }],
  ['a key of the owner at an https endpoint', { sse_customer_key_file: '/k', endpoint: 'https://h' }],
  [
    'a key of the owner where a source gives the host',
    { sse_customer_key_file: '/k', endpoint_source: 'http://s/h' },
  ],
  ['ten tags', { tags: Array.from({ length: 10 }, (_, index) => `t${index}=`).join(',') }],
  ['tags at their limits', { tags: `${'n'.repeat(128)}=${'v'.repeat(256)}` }],
  ['tags in any script', { tags: 'équipe=データ + - = . _ : / @' }],
  ['placeholders within a value', { tags: 'n=gp-{database}/{timestamp}/{type}@{host}' }],
  ['tags as JSON', { tags: '{"a": "b", "c": "1"}' }],
])('taken: %s', async (_title, options) => {
  expect(await problemsOf(options)).toEqual([]);
});
