import { GiB, KiB, MiB } from '../base/bytes.ts';
import { PATTERNS, type ValuePattern } from './patterns.ts';

/**
 * The one definition of every option under `options:` of the config file. Reading, checking, the JSON Schema
 * and the table in docs/options.md are all made from it.
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

const defineOptions = <const T extends Record<string, OptionDefinition>>(table: T): T => table;

export const OPTIONS = defineOptions({
  bucket: {
    kind: 'text',
    pattern: PATTERNS.bucket,
    required: true,
    origin: 'family',
    summary: 'The bucket that stores the backups. It must exist.',
  },
  folder: {
    kind: 'text',
    pattern: PATTERNS.folder,
    required: true,
    origin: 'family',
    summary:
      'The folder (key prefix) in the bucket. Backups are stored under `FOLDER/backups/`. `/` means no folder: the keys begin with `backups/`.',
  },
  region: {
    kind: 'text',
    pattern: PATTERNS.region,
    origin: 'family',
    summary:
      'The AWS region. Required without `endpoint`. With `endpoint` it is only used to sign requests; the default is then the region in the host name of a known provider, otherwise us-east-1.',
  },
  endpoint: {
    kind: 'url',
    pattern: PATTERNS.endpoint,
    origin: 'family',
    summary:
      'The address of an S3 server other than AWS: `host` or `host:port`, with or without `http://` or `https://` in front. Without a scheme, `encryption` decides. A path after it (of a gateway) is part of every URL.',
  },
  endpoint_source: {
    kind: 'url',
    pattern: PATTERNS.url,
    origin: 'fork',
    summary: 'A URL that returns the host name to use in place of the one in `endpoint`.',
  },
  aws_access_key_id: {
    kind: 'text',
    origin: 'family',
    summary: 'The access key id. Without keys the plugin uses the AWS credential chain.',
  },
  aws_secret_access_key: {
    kind: 'secret',
    origin: 'family',
    summary: 'The secret key that belongs to the access key id.',
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
    summary: 'Use https (`on`) or http (`off`) for AWS and for an endpoint without a scheme.',
  },
  http_proxy: {
    kind: 'url',
    pattern: PATTERNS.proxy,
    origin: 'family',
    summary: 'The proxy for all requests: `http://[user:password@]host:port`.',
  },
  backup_max_concurrent_requests: {
    kind: 'count',
    fallback: '8',
    minimum: 1,
    maximum: 1000,
    clamped: 'above',
    zeroIsUnset: true,
    origin: 'family',
    summary: 'Number of parts of one upload sent in parallel.',
  },
  backup_multipart_chunksize: {
    kind: 'size',
    minimum: 5 * MiB,
    maximum: 4 * GiB,
    clamped: 'above',
    zeroIsUnset: true,
    origin: 'family',
    summary:
      'A fixed size for all parts of an upload. By default parts start at 8MB and grow with the stream, so that 5TB fit.',
  },
  restore_max_concurrent_requests: {
    kind: 'count',
    minimum: 1,
    maximum: 1000,
    clamped: 'above',
    zeroIsUnset: true,
    origin: 'family',
    summary:
      'Number of ranges of one download fetched in parallel. Default: 10, or 5 when the server answers within 10 ms.',
  },
  restore_multipart_chunksize: {
    kind: 'size',
    minimum: 64 * KiB,
    maximum: 2 * GiB,
    clamped: 'above and below',
    zeroIsUnset: true,
    origin: 'family',
    summary: 'Size of one range of a download. Default: 4MB, or 8MB when the server answers within 10 ms.',
  },
  remove_duplicate_bucket: {
    kind: 'true/false',
    fallback: 'false',
    origin: 'family',
    summary:
      '`true` when the host name in `endpoint` already contains the bucket: it is then not added again.',
  },
  logger_verbosity: {
    kind: 'choice',
    choices: ['error', 'info', 'verbose', 'debug'],
    fallback: 'info',
    origin: 'fork',
    summary: 'How much is written to the log file.',
  },
  max_request_retries: {
    kind: 'count',
    minimum: 0,
    maximum: 1000,
    origin: 'fork',
    summary: 'Maximum number of retries of one request. By default only `retry_timeout` limits them.',
  },
  restore_subset: {
    kind: 'on/off',
    fallback: 'off',
    origin: 'fork',
    summary:
      'Read by gprestore: with `on` it fetches only the bytes of the selected tables from an uncompressed single data file.',
  },
  retry_timeout: {
    kind: 'duration',
    fallback: '10m',
    minimum: 1000,
    maximum: 24 * 3_600_000,
    origin: 'new',
    summary:
      'How long a request is retried without progress before it fails: `90s`, `10m`, `1h`. A connection that moves no byte for a fifth of this time (at most 60 s) is replaced.',
  },
  max_memory: {
    kind: 'size',
    fallback: '192MB',
    minimum: 96 * MiB,
    origin: 'new',
    summary:
      'Memory limit of one process. If chunk size × requests exceeds it, fewer run in parallel (never below one).',
  },
  max_upload_parts: {
    kind: 'count',
    minimum: 1,
    maximum: 10_000,
    fallback: '10000',
    origin: 'new',
    summary: 'Maximum number of parts of one upload, for servers that accept fewer than 10,000.',
  },
  url_style: {
    kind: 'choice',
    choices: ['auto', 'path', 'virtual'],
    fallback: 'auto',
    origin: 'new',
    summary:
      'Where the bucket is named: in the `path` of the URL or in the host name (`virtual`). `auto`: in the host name for AWS and for providers that require it, otherwise in the path.',
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
      'Sign the SHA-256 of every body. `auto`: always over http; over https only when no checksum protects the body.',
  },
  checksum: {
    kind: 'choice',
    choices: ['auto', 'crc32', 'off'],
    fallback: 'auto',
    origin: 'new',
    summary:
      'CRC32 checksums of parts and objects. `auto`: when the server supports them; `crc32`: required; `off`: never.',
  },
  ca_file: {
    kind: 'text',
    origin: 'new',
    summary: "A PEM file with certificate authorities to trust in addition to the operating system's.",
  },
  verify_tls: {
    kind: 'on/off',
    fallback: 'on',
    origin: 'new',
    summary: '`off` accepts any certificate. Use it on test systems only.',
  },
  upload_secrets: {
    kind: 'on/off',
    fallback: 'off',
    origin: 'new',
    summary:
      'gpbackup stores a copy of this file in the bucket. `off`: secrets in that copy are replaced; `on`: it is uploaded unchanged.',
  },
  pgport: { kind: 'text', origin: 'gpbackup', summary: 'Added by gpbackup. Not used.' },
  backup_plugin_version: { kind: 'text', origin: 'gpbackup', summary: 'Added by gpbackup. Not used.' },
  password_encryption: {
    kind: 'on/off',
    fallback: 'off',
    origin: 'gpbackup',
    summary: 'Read by gpbackup, which then adds `gpbackup_s3_plugin`. It does not encrypt S3 keys.',
  },
  gpbackup_s3_plugin: {
    kind: 'secret',
    origin: 'gpbackup',
    summary: 'Added by gpbackup when `password_encryption` is on. Not used.',
  },
});

export type OptionName = keyof typeof OPTIONS;

export const OPTION_NAMES = Object.keys(OPTIONS) as readonly OptionName[];

export function isOptionName(name: string): name is OptionName {
  return Object.hasOwn(OPTIONS, name);
}
