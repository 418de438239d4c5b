import { mutationsOf } from './mutation.ts';

const DOWNLOAD_FAULTS = 'test/program/download-faults.test.ts';
const WIRING_DOWNLOAD = 'test/program/wiring-download.test.ts';
const WIRING_RETRIES = 'test/program/wiring-retries.test.ts';

/** S3 operations that read, and checksums. */
export const RANGES = [
  ...mutationsOf(
    'src/s3/operations/get-range.ts',
    [WIRING_DOWNLOAD, DOWNLOAD_FAULTS],
    [
      {
        name: 'a range taken in one piece may be shorter than announced',
        find: 'if (bytes.length !== end - start) throw short(bytes.length, end - start);',
        replace: '',
        tests: [WIRING_DOWNLOAD, 'test/s3/operations/get-range.test.ts'],
      },
      {
        name: 'the resumption of a first range has no If-Match',
        find: 'strongTag(this.#kept?.facts ?? this.#read.expected)',
        replace: 'strongTag(this.#read.expected)',
        tests: [WIRING_DOWNLOAD],
      },
      {
        name: 'the resumption of a first range is not compared with its beginning',
        find: 'const expected = this.#kept?.facts ?? this.#read.expected;',
        replace: 'const expected = this.#read.expected;',
        tests: [WIRING_DOWNLOAD],
      },
      {
        name: 'no range has If-Match',
        find: "...(etag === undefined ? {} : { unsignedHeaders: { 'if-match': etag } })",
        replace: '',
        tests: [WIRING_DOWNLOAD],
      },

      {
        name: 'a range that starts elsewhere is taken',
        find: 'range.start !== start || range.end !== end',
        replace: 'range.end - range.start !== end - start',
        tests: [DOWNLOAD_FAULTS, WIRING_DOWNLOAD],
      },
      {
        name: 'a range compressed on its way is taken',
        find: 'length === undefined ? compression !== undefined : length !== end - start',
        replace: 'length === null',
        tests: [DOWNLOAD_FAULTS],
      },
      {
        name: 'more bytes than the range are kept',
        find: 'kept.length = before;',
        replace: '',
        tests: [WIRING_DOWNLOAD],
      },
      {
        name: 'a resumed range may end early',
        find: 'if (kept.length !== wanted) throw short(kept.length, wanted);',
        replace: '',
        tests: [DOWNLOAD_FAULTS, WIRING_DOWNLOAD],
      },
      {
        name: 'on a slow line bodies are still taken in one piece',
        find: ' && !this.#client.server.slow',
        replace: '',
        tests: [WIRING_RETRIES],
      },
      {
        name: 'a large range that stands still is noticed late',
        find: 'LARGEST_WHOLE = 8 * 1024 * 1024',
        replace: 'LARGEST_WHOLE = 8 * 1024 * 1024 * 1024',
        tests: [DOWNLOAD_FAULTS],
      },
      {
        name: 'bytes that come are no progress',
        find: 'this.#report(attempt, useful.length);',
        replace: '',
        tests: [WIRING_RETRIES],
      },
      {
        name: 'a byte now and then is progress for ever',
        find: 'this.#unreported.bytes < leastBytes(now - this.#unreported.since)',
        replace: 'this.#unreported.bytes < 1',
        tests: [DOWNLOAD_FAULTS, WIRING_RETRIES],
      },
      {
        name: '416 is taken for an empty object',
        find: 'if (facts.size !== 0) throw error;',
        replace: '',
        tests: [DOWNLOAD_FAULTS],
      },
      {
        name: '416 to a later range is taken for an empty one',
        find: 'error.status === 416 && read.start === 0',
        replace: 'error.status === 416',
        tests: [WIRING_DOWNLOAD],
      },
      {
        name: 'of a whole object the wrong bytes are taken',
        find: 'end, skip: start, partial: false',
        replace: 'end, skip: 0, partial: false',
        tests: [DOWNLOAD_FAULTS],
      },
      {
        name: 'the page of a portal is restored',
        find: 'if (!isOfStore(headers)) {',
        replace: 'if (headers === null) {',
        tests: [DOWNLOAD_FAULTS],
      },
      {
        name: 'a resumed range starts again at its first byte',
        find: 'return this.#read.start + (this.#kept?.length ?? 0);',
        replace: 'return this.#read.start;',
        tests: [DOWNLOAD_FAULTS],
      },
    ],
  ),
  ...mutationsOf(
    'src/s3/operations/content-range.ts',
    ['test/s3/operations/content-range.test.ts'],
    [{ name: 'the last byte of a range is lost', find: 'end: last + 1', replace: 'end: last' }],
  ),
  ...mutationsOf(
    'src/s3/operations/head-object.ts',
    [DOWNLOAD_FAULTS, WIRING_DOWNLOAD],
    [
      {
        name: 'the checksum is not asked for',
        find: "{ 'x-amz-checksum-mode': 'ENABLED' }",
        replace: '{}',
        tests: [DOWNLOAD_FAULTS],
      },
    ],
  ),
  ...mutationsOf(
    'src/s3/operations/object-facts.ts',
    ['test/s3/operations/object-facts.test.ts'],
    [
      {
        name: 'a checksum of checksums is compared with the bytes',
        find: "if (type === 'COMPOSITE') return undefined;",
        replace: '',
      },
      {
        name: 'a checksum of unknown kind is compared with the bytes of an object in parts',
        find: 'if (type === null && isInParts(',
        replace: 'if (type === undefined && isInParts(',
      },
      {
        name: 'our own checksum of small objects is not read',
        find: 'fromMetadata === null ? storedCrc32(headers)',
        replace: 'true ? storedCrc32(headers)',
      },
    ],
  ),
  ...mutationsOf(
    'src/s3/checksum.ts',
    ['test/s3/checksum.test.ts'],
    [
      {
        name: 'the checksum of the whole is combined wrong',
        find: 'rest = Math.floor(rest / 2)',
        replace: 'rest = Math.floor(rest / 4)',
      },
      { name: 'a checksum with a leading zero is written short', find: ".padStart(8, '0')", replace: '' },
    ],
  ),
  ...mutationsOf(
    'src/s3/operations/object-facts.ts',
    ['test/s3/operations/object-facts.test.ts', 'test/s3/operations/get-range.test.ts'],
    [
      { name: 'an object of another size is mixed in', find: 'one.size !== other.size || ', replace: '' },
      { name: 'an object with another ETag is mixed in', find: ' || one.etag !== other.etag', replace: '' },
    ],
  ),
];
