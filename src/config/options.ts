import { GiB, KiB, MiB } from '../base/bytes.ts';

/**
 * The one definition of every option under `options:` of the config file. Reading, checking, the JSON Schema
 * and the README's table are all made from it.
 */
export interface OptionDefinition {
  readonly kind:
    | 'text'
    | 'secret'
    | 'on/off'
    | 'true/false'
    | 'size'
    | 'count'
    | 'choice'
    | 'duration'
    | 'url';
  /** The value in force when the option is absent, as one would write it; absent: no default. */
  readonly fallback?: string;
  readonly required?: true;
  readonly choices?: readonly string[];
  /** Inclusive bounds: bytes, a number, or milliseconds, as the kind says. */
  readonly minimum?: number;
  readonly maximum?: number;
  /**
   * A value outside these bounds works with the Go plugin, where it means what it says: here the bound is used then, and
   * the log says so.
   */
  readonly clamped?: 'above' | 'above and below';
  /** 0 means the same as no value, as in the Go plugin. */
  readonly zeroIsUnset?: true;
  /**
   * What a text or an address must look like, for the reader and for the JSON Schema, whose patterns have no flags: both
   * cases of a letter are spelt out.
   */
  readonly pattern?: ValuePattern;
  /** Where the option comes from: all plugins of the family, one fork, gpbackup itself, or this plugin. */
  readonly origin: 'family' | 'fork' | 'gpbackup' | 'new';
  readonly summary: string;
}

export interface ValuePattern {
  readonly source: string;
  /** In words that complete "must be …". */
  readonly allowed: string;
}

/** The schema's pattern and the reader's. */
export const PATTERNS = {
  bucket: {
    source: '^[A-Za-z0-9][A-Za-z0-9._-]*$',
    allowed: 'letters, digits, dots, hyphens and underscores',
  },
  region: { source: '^[A-Za-z0-9_-]+$', allowed: 'letters, digits, hyphens and underscores' },
  folder: {
    source: '^(?=\\s*\\S)(?!(?:.*/)?\\.\\.(?:/|$))[^\\u0000-\\u001f\\u007f-\\u009f]*$',
    allowed: 'a path without ".." parts and control characters',
  },
  endpoint: {
    source: '^\\s*([Hh][Tt][Tt][Pp][Ss]?://)?(?![A-Za-z][A-Za-z0-9+.-]*://)[^\\s/?#@]+(/[^\\s?#]*)?\\s*$',
    allowed: 'http://host[:port] or https://host[:port], with a path at most',
  },
  proxy: {
    source:
      '^\\s*([Hh][Tt][Tt][Pp][Ss]?://)?(?![A-Za-z][A-Za-z0-9+.-]*://)([^\\u0000-\\u001f\\u007f-\\u009f]*@)?[^\\s/?#@]+(/[^\\s?#@]*)?\\s*$',
    allowed: 'http://host[:port] or https://host[:port]',
  },
  url: {
    source: '^\\s*([Hh][Tt][Tt][Pp][Ss]?://)?(?![A-Za-z][A-Za-z0-9+.-]*://)[^\\s/?#]+([/?#]\\S*)?\\s*$',
    allowed: 'http://host[:port] or https://host[:port]',
  },
} as const satisfies Readonly<Record<string, ValuePattern>>;

const defineOptions = <const T extends Record<string, OptionDefinition>>(table: T): T => table;

export const OPTIONS = defineOptions({
  bucket: {
    kind: 'text',
    pattern: PATTERNS.bucket,
    required: true,
    origin: 'family',
    summary: 'The bucket that holds the backups.',
  },
  folder: {
    kind: 'text',
    pattern: PATTERNS.folder,
    required: true,
    origin: 'family',
    summary: 'The folder (key prefix) in the bucket under which `backups/…` is kept; `/` for none.',
  },
  region: {
    kind: 'text',
    pattern: PATTERNS.region,
    origin: 'family',
    summary:
      'The AWS region. Needed without `endpoint`; with one it only signs the requests (when absent: the region that the host of a known provider tells, else us-east-1).',
  },
  endpoint: {
    kind: 'url',
    pattern: PATTERNS.endpoint,
    origin: 'family',
    summary:
      'An S3 server other than AWS: `host`, `host:port`, or with `http://` or `https://` in front; without a scheme `encryption` decides. A path after it (of a gateway) is part of every URL.',
  },
  endpoint_source: {
    kind: 'url',
    pattern: PATTERNS.url,
    origin: 'fork',
    summary: "A URL whose answer's body is the host to use instead of the endpoint's (reshke's fork).",
  },
  aws_access_key_id: {
    kind: 'text',
    origin: 'family',
    summary: 'The access key id. With neither key the AWS credential chain is asked.',
  },
  aws_secret_access_key: {
    kind: 'secret',
    origin: 'family',
    summary: 'The secret key of the access key id.',
  },
  aws_session_token: {
    kind: 'secret',
    origin: 'new',
    summary: 'The session token of temporary keys.',
  },
  encryption: {
    kind: 'on/off',
    fallback: 'on',
    origin: 'family',
    summary: 'https (`on`) or http (`off`) to AWS, and to an endpoint without a scheme.',
  },
  http_proxy: {
    kind: 'url',
    pattern: PATTERNS.proxy,
    origin: 'family',
    summary: 'The proxy for all requests, `http://[user:password@]host:port`.',
  },
  backup_max_concurrent_requests: {
    kind: 'count',
    fallback: '8',
    minimum: 1,
    maximum: 1000,
    clamped: 'above',
    zeroIsUnset: true,
    origin: 'family',
    summary: 'How many parts of one upload are under way at once.',
  },
  backup_multipart_chunksize: {
    kind: 'size',
    minimum: 5 * MiB,
    maximum: 4 * GiB,
    clamped: 'above',
    zeroIsUnset: true,
    origin: 'family',
    summary:
      'A fixed size for all parts of an upload. Without it parts start at 8MB and grow with the stream, so that 5 TiB fit.',
  },
  restore_max_concurrent_requests: {
    kind: 'count',
    minimum: 1,
    maximum: 1000,
    clamped: 'above',
    zeroIsUnset: true,
    origin: 'family',
    summary:
      'How many ranges of one download are under way at once. Without it 10, or 5 where the server answers within 10 ms.',
  },
  restore_multipart_chunksize: {
    kind: 'size',
    minimum: 64 * KiB,
    maximum: 2 * GiB,
    clamped: 'above and below',
    zeroIsUnset: true,
    origin: 'family',
    summary:
      'The size of one range of a download. Without it 4MB, or 8MB where the server answers within 10 ms.',
  },
  remove_duplicate_bucket: {
    kind: 'true/false',
    fallback: 'false',
    origin: 'family',
    summary: "`true` when the endpoint's host already names the bucket: keys then follow the host directly.",
  },
  logger_verbosity: {
    kind: 'choice',
    choices: ['error', 'info', 'verbose', 'debug'],
    fallback: 'info',
    origin: 'fork',
    summary: 'What the log file tells (Arenadata, Greengage).',
  },
  max_request_retries: {
    kind: 'count',
    minimum: 0,
    maximum: 1000,
    origin: 'fork',
    summary: 'The most retries of one request (woblerr). Without it `retry_timeout` alone bounds them.',
  },
  restore_subset: {
    kind: 'on/off',
    fallback: 'off',
    origin: 'fork',
    summary:
      'Read by gprestore: `on` lets it fetch single tables from an uncompressed single data file by restore_data_subset.',
  },
  retry_timeout: {
    kind: 'duration',
    fallback: '10m',
    minimum: 1000,
    maximum: 24 * 3_600_000,
    origin: 'new',
    summary:
      'How long one request may go on without progress before it is given up: `90s`, `10m`, `1h`. A connection that moves no byte for a fifth of it (60 s at most) is replaced.',
  },
  max_memory: {
    kind: 'size',
    fallback: '192MB',
    minimum: 96 * MiB,
    origin: 'new',
    summary:
      'The memory one process may use. Explicit chunk sizes are honoured; fewer are in flight when they would pass it, at least one.',
  },
  max_upload_parts: {
    kind: 'count',
    minimum: 1,
    maximum: 10_000,
    fallback: '10000',
    origin: 'new',
    summary: 'The most parts of one upload, for servers that take fewer than the 10,000 of S3.',
  },
  url_style: {
    kind: 'choice',
    choices: ['auto', 'path', 'virtual'],
    fallback: 'auto',
    origin: 'new',
    summary:
      'The bucket in the path or in the host name. `auto`: in the host for AWS and for providers that demand it, in the path elsewhere.',
  },
  dual_stack: {
    kind: 'choice',
    choices: ['auto', 'on', 'off'],
    fallback: 'auto',
    origin: 'new',
    summary:
      'Host names of AWS that answer over IPv4 and IPv6. `auto`: for S3, in all regions that have them; `on`: for STS as well; `off`: never. Not used with `endpoint`.',
  },
  payload_signing: {
    kind: 'choice',
    choices: ['auto', 'on', 'off'],
    fallback: 'auto',
    origin: 'new',
    summary:
      'Whether the SHA-256 of every body is signed. `auto`: always over http, over https where no checksum protects the body.',
  },
  checksum: {
    kind: 'choice',
    choices: ['auto', 'crc32', 'off'],
    fallback: 'auto',
    origin: 'new',
    summary:
      'CRC32 checksums of bodies and objects. `auto`: where the server acknowledges them; `crc32`: demanded; `off`: never.',
  },
  ca_file: {
    kind: 'text',
    origin: 'new',
    summary: "A PEM file with further certificate authorities to trust beside the operating system's.",
  },
  verify_tls: {
    kind: 'on/off',
    fallback: 'on',
    origin: 'new',
    summary: '`off` accepts any certificate: for a test system only.',
  },
  upload_secrets: {
    kind: 'on/off',
    fallback: 'off',
    origin: 'new',
    summary:
      "`on` uploads gpbackup's copy of this file as it is; otherwise the values of secrets are replaced in the copy in the bucket.",
  },
  pgport: { kind: 'text', origin: 'gpbackup', summary: 'Added by gpbackup; not used.' },
  backup_plugin_version: { kind: 'text', origin: 'gpbackup', summary: 'Added by gpbackup; not used.' },
  password_encryption: {
    kind: 'on/off',
    fallback: 'off',
    origin: 'gpbackup',
    summary: 'Read by gpbackup, which then adds the next option; S3 keys are not encrypted with it.',
  },
  gpbackup_s3_plugin: {
    kind: 'secret',
    origin: 'gpbackup',
    summary: 'Added by gpbackup under `password_encryption: on`; not used.',
  },
});

export type OptionName = keyof typeof OPTIONS;

export const OPTION_NAMES = Object.keys(OPTIONS) as readonly OptionName[];

export function isOptionName(name: string): name is OptionName {
  return Object.hasOwn(OPTIONS, name);
}
