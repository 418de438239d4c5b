import { type Arbitrary, array, constantFrom, integer, oneof, record, string, tuple } from 'fast-check';
import { anyConfigFile, mutated } from '../config/config-files.ts';

/** A config file, and the secrets that were written into it. */
export interface RandomConfig {
  readonly text: string;
  readonly secrets: readonly string[];
}

/** Long enough to be found nowhere by chance. */
const secret = string({
  unit: constantFrom('a', 'Z', '0', '7', '/', '+', '=', '_', 'Q', ':', '@', '%'),
  minLength: 12,
  maxLength: 24,
}).map((text) => `s${text}s`);

const anyQuote = constantFrom('"', '"', "'", '');

/** Further lines, most of them good. What is tried on the network is given up at its first failure. */
const line = constantFrom(
  'encryption: "off"',
  'encryption: maybe',
  'url_style: virtual',
  'checksum: crc32',
  'payload_signing: "on"',
  'restore_multipart_chunksize: 10 MB',
  'restore_multipart_chunksize: 1PB',
  'backup_multipart_chunksize: 5242880',
  'max_memory: 96MB',
  'max_memory: -1',
  'logger_verbosity: debug',
  'verify_tls: off',
  'ca_file: /nowhere.pem',
  'remove_duplicate_bucket: true',
  'password_encryption: on',
  'pgport: ""',
  'bukket: x',
  'bucket: again',
  '# a comment',
  '"open: x',
  '- item',
  'folder: ../..',
  'region: "eu west"',
  'endpoint: ftp://x',
);

const mutation = tuple(
  integer({ min: 0, max: 2000 }),
  integer({ min: 0, max: 3 }),
  oneof(
    constantFrom('', ' ', '\n', '\n  ', '\r', '\t', ':', '"', "'", '#', '-', '\\', '{', '[', '&', '*', '!'),
    constantFrom('|', '>', '%', '@', '\0', '\u0085', '\u2028', '\ufeff', '\u001b[31m', '\ud83d\ude00'),
    string({ maxLength: 3 }),
  ),
);

/** Files that would work, with secrets in them, and up to three places where something was changed. */
const secretiveFile: Arbitrary<RandomConfig> = record({
  secrets: record({ key: secret, token: secret, password: secret, added: secret }),
  quote: anyQuote,
  lines: array(line, { maxLength: 2 }),
  end: constantFrom('\n', '\n', '\r\n'),
  mutations: oneof(
    array(mutation, { maxLength: 0 }),
    array(mutation, { maxLength: 1 }),
    array(mutation, { maxLength: 3 }),
  ),
}).map(({ secrets: { key, token, password, added }, quote, lines, end, mutations }) => {
  const encoded = encodeURIComponent(password);
  const text = [
    'executablepath: /bin/gpbackup_s3_plugin',
    'options:',
    '  endpoint: 127.0.0.1:9',
    '  bucket: backups',
    '  folder: gp/test',
    '  retry_timeout: 1s',
    '  max_request_retries: 0',
    ...lines.map((text_) => `  ${text_}`),
    '  aws_access_key_id: AKIA',
    `  aws_secret_access_key: ${quote}${key}${quote}`,
    `  aws_session_token: ${quote}${token}${quote}`,
    `  http_proxy: ${quote}http://user:${encoded}@127.0.0.1:9${quote}`,
    `  gpbackup_s3_plugin: ${quote}${added}${quote}`,
    '',
  ].join(end);
  return { text: mutations.reduce(mutated, text), secrets: [key, token, encoded, added] };
});

/** Any config file: as people write them, as programs write them, and neither. */
export const randomConfig: Arbitrary<RandomConfig> = oneof(
  { weight: 3, arbitrary: secretiveFile },
  { weight: 2, arbitrary: anyConfigFile.map((text) => ({ text, secrets: [] })) },
);
