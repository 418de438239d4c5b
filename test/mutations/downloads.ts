import { mutationsOf } from './mutation.ts';

const FAULTS = 'test/program/download-faults.test.ts';
const WIRING = 'test/program/wiring-download.test.ts';
const FILE = 'test/program/restore-file.test.ts';
const FSYNC = 'test/program/wiring-files.test.ts';
const SUBSET = 'test/program/restore-subset.test.ts';
const RETRIES = 'test/program/wiring-retries.test.ts';

/** Restores: ranges, checksums, files. */
export const DOWNLOADS = [
  ...mutationsOf(
    'src/s3/operations/get-range.ts',
    [WIRING, FAULTS],
    [
      {
        name: 'a range taken in one piece may be shorter than announced',
        find: 'if (bytes.length !== end - start) throw short(bytes.length, end - start);',
        replace: '',
        tests: [WIRING, 'test/s3/operations/get-range.test.ts'],
      },
      {
        name: 'the resumption of a first range has no If-Match',
        find: 'const etag = (this.#kept?.facts ?? this.#read.expected)?.etag;',
        replace: 'const etag = this.#read.expected?.etag;',
        tests: [WIRING],
      },
      {
        name: 'the resumption of a first range is not compared with its beginning',
        find: 'const expected = this.#kept?.facts ?? this.#read.expected;',
        replace: 'const expected = this.#read.expected;',
        tests: [WIRING],
      },
      {
        name: 'no range has If-Match',
        find: "...(etag === undefined ? {} : { unsignedHeaders: { 'if-match': etag } })",
        replace: '',
        tests: [WIRING],
      },
      {
        name: 'an object of another size is mixed in',
        find: 'facts.size !== expected.size || ',
        replace: '',
        tests: [WIRING],
      },
      {
        name: 'an object with another ETag is mixed in',
        find: 'expected.etag !== undefined && facts.etag !== expected.etag',
        replace: 'expected.etag === null',
        tests: [FAULTS],
      },
      {
        name: 'a range that starts elsewhere is taken',
        find: 'range.start !== start || range.end !== end',
        replace: 'range.end - range.start !== end - start',
        tests: [FAULTS, WIRING],
      },
      {
        name: 'a range compressed on its way is taken',
        find: 'length === undefined ? compression !== undefined : length !== end - start',
        replace: 'length === null',
        tests: [FAULTS],
      },
      {
        name: 'more bytes than the range are kept',
        find: 'kept.length = before;',
        replace: '',
        tests: [WIRING],
      },
      {
        name: 'a resumed range may end early',
        find: 'if (kept.length !== wanted) throw short(kept.length, wanted);',
        replace: '',
        tests: [FAULTS, WIRING],
      },
      {
        name: 'on a slow line bodies are still taken in one piece',
        find: ' && !this.#client.slow',
        replace: '',
        tests: [RETRIES],
      },
      {
        name: 'a large range that stands still is noticed late',
        find: 'LARGEST_WHOLE = 8 * 1024 * 1024',
        replace: 'LARGEST_WHOLE = 8 * 1024 * 1024 * 1024',
        tests: [FAULTS],
      },
      {
        name: 'bytes that come are no progress',
        find: 'this.#report(progress, useful.length);',
        replace: '',
        tests: [RETRIES],
      },
      {
        name: 'a byte now and then is progress for ever',
        find: 'this.#unreported.bytes < leastBytes(now - this.#unreported.since)',
        replace: 'this.#unreported.bytes < 1',
        tests: [FAULTS, RETRIES],
      },
      {
        name: '416 is taken for an empty object',
        find: 'if (facts.size !== 0) throw error;',
        replace: '',
        tests: [FAULTS],
      },
      {
        name: '416 to a later range is taken for an empty one',
        find: 'error.status === 416 && read.start === 0',
        replace: 'error.status === 416',
        tests: [WIRING],
      },
      {
        name: 'of a whole object the wrong bytes are taken',
        find: 'end, skip: start, partial: false',
        replace: 'end, skip: 0, partial: false',
        tests: [FAULTS],
      },
      {
        name: 'the page of a portal is restored',
        find: 'if (!isOfStore(headers)) {',
        replace: 'if (headers === null) {',
        tests: [FAULTS],
      },
      {
        name: 'a resumed range starts again at its first byte',
        find: 'return this.#read.start + (this.#kept?.length ?? 0);',
        replace: 'return this.#read.start;',
        tests: [FAULTS],
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
    [FAULTS, WIRING],
    [
      {
        name: 'the checksum is not asked for',
        find: "{ 'x-amz-checksum-mode': 'ENABLED' }",
        replace: '{}',
        tests: [FAULTS],
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
        find: 'if (type === null && inParts && headers.get(UPLOAD_METADATA) === null) return undefined;',
        replace: '',
      },
      {
        name: 'our own checksum of small objects is not read',
        find: 'fromMetadata === null ? storedCrc32(headers)',
        replace: 'true ? storedCrc32(headers)',
      },
    ],
  ),
  ...mutationsOf(
    'src/s3/operations/patience.ts',
    ['test/program/upload-faults.test.ts', RETRIES],
    [
      {
        name: 'large bodies get no more time than small ones',
        find: 'client.stallTimeout + (bytes / SLOWEST) * 1000 * (client.stallTimeout / 60_000)',
        replace: 'client.stallTimeout',
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
    'src/transfer/download.ts',
    [WIRING, FAULTS],
    [
      {
        name: 'the checksum of an object that was replaced meanwhile is compared',
        find: 'stored.etag === facts.etag && stored.size === facts.size ?',
        replace: 'stored !== undefined ?',
        tests: [WIRING],
      },
      {
        name: 'the checksum in the metadata of an object of several ranges is not compared',
        find: 'facts.crc32 ?? (settings.verify',
        replace: '(settings.verify',
        tests: [WIRING],
      },
      {
        name: 'damage is not noticed',
        find: 'if (isLast && expectedCrc !== undefined && crc !== expectedCrc)',
        replace: 'if (isLast && expectedCrc === null)',
        tests: [FAULTS],
      },
      {
        name: 'damage is noticed only when all is written',
        find: 'const isLast = sink.written + bytes.length === facts.size;',
        replace: 'const isLast = sink.written === facts.size;',
        tests: [FAULTS],
      },
      {
        name: 'the checksum is that of the last range',
        find: 'crc = crc32(bytes, crc)',
        replace: 'crc = crc32(bytes)',
        tests: [FAULTS],
      },
      {
        name: 'later ranges may be of another object',
        find: '{ key, ...range, expected: facts }',
        replace: '{ key, ...range }',
        tests: [FAULTS],
      },
      {
        name: 'a small object that was damaged on its way is an error',
        find: 'CHECKSUM_TRIES = 3',
        replace: 'CHECKSUM_TRIES = 1',
        tests: [FAULTS],
      },
      {
        name: 'damage of a small object is written',
        find: '    if (crc === expected) {',
        replace: '    if (crc !== null) {',
        tests: [FAULTS],
      },
      {
        name: 'a small object of parts is not verified',
        find: '(inParts && verify ? await',
        replace: '(inParts && expected === null ? await',
        tests: [FAULTS],
      },
      {
        name: 'a server that can’t tell a checksum fails the restore',
        find: 'if (!(error instanceof S3Error) || error.status === undefined) throw error;',
        replace: 'throw error;',
        tests: [FAULTS],
      },
      {
        name: 'a range that was written stays in memory',
        find: '    bytes.buffer.transfer(0);',
        replace: '',
        tests: ['test/program/memory.test.ts'],
      },
    ],
  ),
  ...mutationsOf(
    'src/transfer/download-file.ts',
    [FSYNC, FILE],
    [
      {
        name: 'restore_file does not flush the file to the disk',
        find: 'system(`writing ${path}`, () => fsyncSync(fd));',
        replace: '',
        tests: [FSYNC],
      },
      {
        name: 'restore_file does not flush the folder to the disk',
        find: 'system(`flushing ${folder}`, () => flushFolder(folder));',
        replace: '',
        tests: [FSYNC],
      },
      {
        name: 'a failed restore_file leaves its unfinished file',
        find: 'rmSync(unfinished, { force: true });',
        replace: '',
        tests: [FILE],
      },
      {
        name: 'a target is overwritten in place',
        find: 'openSync(unfinished, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o666)',
        replace: 'openSync(path, constants.O_WRONLY | constants.O_CREAT, 0o666)',
        tests: [FILE],
      },
      {
        name: 'a file with a long name can’t be restored',
        find: 'KEPT_OF_NAME = 60',
        replace: 'KEPT_OF_NAME = 300',
        tests: ['test/program/directories.test.ts'],
      },
      {
        name: 'restored files can be read by their owner only, whatever the umask',
        find: '0o666)',
        replace: '0o666 & 0o600)',
        tests: [FILE, FSYNC],
      },
    ],
  ),
  ...mutationsOf(
    'src/transfer/download-subset.ts',
    [SUBSET, WIRING],
    [
      {
        name: 'a range past the end is noticed after the first bytes are written',
        find: 'if (end > facts.size) {',
        replace: 'if (end > facts.size && end < 0) {',
        tests: [SUBSET],
      },
      {
        name: 'ranges of a subset may be of different objects',
        find: '        expected: facts,\n',
        replace: '',
        tests: [WIRING],
      },
    ],
  ),
  ...mutationsOf(
    'src/transfer/subset-plan.ts',
    ['test/transfer/subset-plan.test.ts'],
    [
      {
        name: 'one range of a subset is as large as it likes',
        find: ' && union.end - union.start <= largest',
        replace: '',
      },
      { name: 'far ranges of a subset are read with all between them', find: 'gap <= NEAR && ', replace: '' },
      {
        name: 'the last ranges of a subset are lost',
        find: '  if (pieces.length > 0) yield { start, end, pieces };\n}',
        replace: '}',
      },
    ],
  ),
  ...mutationsOf(
    'src/transfer/range-plan.ts',
    ['test/transfer/range-plan.test.ts'],
    [
      {
        name: 'a server nearby gets the plan of a distant one',
        find: 'latency < NEARBY ? near : far',
        replace: 'far',
      },
    ],
  ),
  ...mutationsOf(
    'src/transfer/in-order.ts',
    ['test/transfer/in-order.test.ts'],
    [
      { name: 'ranges come out of order', find: 'queue.push(task);', replace: 'queue.unshift(task);' },
      {
        name: 'a failure does not end the other ranges',
        find: 'task.catch((error: unknown) => scope.abort(error));',
        replace: 'task.catch(() => {});',
      },
      { name: 'only one range at a time', find: 'count < ahead', replace: 'count < 1' },
      {
        name: 'a signal does not end the ranges',
        find: "signal.addEventListener('abort', stop, { once: true });",
        replace: '',
      },
    ],
  ),
  ...mutationsOf(
    'src/transfer/sink.ts',
    ['test/transfer/sink.test.ts'],
    [
      {
        name: 'a pipe that takes only some bytes loses the rest',
        find: 'offset += taken;',
        replace: 'offset = bytes.length;',
      },
      {
        name: 'a pipe that is full ends the restore',
        find: "if (code === 'EAGAIN') setTimeout(() => resolve(0), POLL_INTERVAL);",
        replace: "if (code === 'EAGAIN' && offset < 0) setTimeout(() => resolve(0), POLL_INTERVAL);",
      },
      {
        name: 'a reader that had enough is a failure',
        find: "code === 'EPIPE'",
        replace: "code === 'EPIPES'",
      },
    ],
  ),
];
