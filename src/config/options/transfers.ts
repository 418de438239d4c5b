import { GiB, KiB, MiB } from '../../base/bytes.ts';
import { defineOptions } from './definition.ts';

/** How objects are cut, sent and protected on their way. */
export const TRANSFERS = defineOptions({
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
  restore_subset: {
    kind: 'on/off',
    fallback: 'off',
    origin: 'fork',
    summary:
      'Read by gprestore: with `on` it fetches only the bytes of the selected tables from an uncompressed single data file.',
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
  logger_verbosity: {
    kind: 'choice',
    choices: ['error', 'info', 'verbose', 'debug'],
    fallback: 'info',
    origin: 'fork',
    summary: 'How much is written to the log file.',
  },
  statistics: {
    kind: 'on/off',
    fallback: 'on',
    origin: 'new',
    summary:
      'Store in each backup what every process stored, how long it took and what it waited for: one small object a host.',
  },
});
