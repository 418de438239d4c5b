import { printable } from '../base/printable.ts';
import { schemeByOption } from './addresses.ts';
import type { EndpointConfig } from './config.ts';
import type { OptionValues } from './option-values.ts';
import type { TextMap } from './text-map.ts';

type Read = Partial<OptionValues>;

const KMS_ONLY = ['sse_kms_key_id', 'sse_kms_encryption_context', 'sse_bucket_key'] as const;

/** What is wrong with how objects are to be stored. */
export function objectProblems(read: Read, endpoint: EndpointConfig | undefined): string[] {
  return [
    ...kmsProblems(read),
    ...customerKeyProblems(read, endpoint),
    ...(read.tags === undefined ? [] : tagProblems(read.tags)),
  ];
}

/** KMS takes contexts of this many bytes at most (KMS Developer Guide, "Encryption context"). */
const LONGEST_CONTEXT = 8192;

function kmsProblems(read: Read): string[] {
  const { sse, sse_bucket_key: bucketKey, sse_kms_encryption_context: context } = read;
  const problems: string[] = [];
  if (sse === undefined || sse === 'AES256') {
    const has = sse === undefined ? 'which is not set' : `which is "${sse}"`;
    for (const name of KMS_ONLY) {
      if (read[name] === undefined) continue;
      problems.push(`"${name}" is for "sse": aws:kms and aws:kms:dsse, ${has}`);
    }
  } else if (sse === 'aws:kms:dsse' && bucketKey === true) {
    // S3 User Guide, "Reducing the cost of SSE-KMS with Amazon S3 Bucket Keys".
    problems.push('option "sse_bucket_key" is "on": there are no bucket keys for "sse": aws:kms:dsse');
  }
  if (context !== undefined && JSON.stringify(Object.fromEntries(context)).length > LONGEST_CONTEXT) {
    problems.push(`option "sse_kms_encryption_context" must be at most ${LONGEST_CONTEXT} bytes long`);
  }
  return problems;
}

function customerKeyProblems(read: Read, endpoint: EndpointConfig | undefined): string[] {
  if (read.sse_customer_key_file === undefined) return [];
  const problems: string[] = [];
  if (read.sse !== undefined) {
    problems.push('"sse" and "sse_customer_key_file" exclude each other: the server encrypts with one key');
  }
  // The key is in the head of each request. endpoint_source changes the host alone.
  if ((endpoint?.scheme ?? schemeByOption(read)) === 'http') {
    const by = read.encryption === false ? '"encryption": off' : 'http:// in "endpoint"';
    problems.push(
      `"sse_customer_key_file" needs https, and ${by} asks for http: the key would be readable on its way`,
    );
  }
  return problems;
}

/** S3 User Guide, "Categorizing your objects using tags": how many, how long, and of which characters. */
const MOST_TAGS = 10;
const LONGEST_NAME = 128;
const LONGEST_VALUE = 256;
const CHARACTERS = /^[\p{L}\p{N}\p{Zs}+\-=._:/@]*$/u;
const PLACEHOLDERS = ['database', 'timestamp', 'type', 'host'];

function tagProblems(tags: TextMap): string[] {
  const problems: string[] = [];
  if (tags.size > MOST_TAGS) problems.push(`option "tags": ${tags.size} tags, must be at most ${MOST_TAGS}`);
  for (const [name, value] of tags) {
    const tag = `option "tags": the tag "${printable(name)}"`;
    if (Array.from(name).length > LONGEST_NAME) {
      problems.push(`${tag} must be at most ${LONGEST_NAME} characters long`);
    }
    if (!CHARACTERS.test(name)) {
      problems.push(`${tag} must be of letters, digits, spaces and + - = . _ : / @`);
    }
    if (/^aws:/i.test(name)) problems.push(`${tag} must not begin with aws:`);
    problems.push(...valueProblems(tag, value));
  }
  return problems;
}

function valueProblems(tag: string, value: string): string[] {
  const unknown: string[] = [];
  const plain = value.replaceAll(/\{([^{}]*)\}/g, (_, name: string) => {
    if (!PLACEHOLDERS.includes(name)) unknown.push(name);
    return '';
  });
  const problems = unknown.map(
    (name) =>
      `${tag} has the placeholder "{${printable(name)}}": must be ${PLACEHOLDERS.map((known) => `{${known}}`).join(', ')}`,
  );
  if (Array.from(plain).length > LONGEST_VALUE) {
    problems.push(`${tag} has a value that is too long: must be at most ${LONGEST_VALUE} characters`);
  }
  if (!CHARACTERS.test(plain)) {
    problems.push(
      `${tag} has the value "${printable(value)}": must be of letters, digits, spaces, placeholders and + - = . _ : / @`,
    );
  }
  return problems;
}
