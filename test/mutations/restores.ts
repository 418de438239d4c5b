import { mutationsOf } from './mutation.ts';

const DOWNLOAD_FAULTS = 'test/program/download-faults.test.ts';
const RESTORE_FILE = 'test/program/restore-file.test.ts';
const RESTORE_SUBSET = 'test/program/restore-subset.test.ts';
const WIRING_DOWNLOAD = 'test/program/wiring-download.test.ts';
const WIRING_FILES = 'test/program/wiring-files.test.ts';

/** Streams and files on their way down. */
export const RESTORES = [
  ...mutationsOf(
    'src/transfer/download.ts',
    [WIRING_DOWNLOAD, DOWNLOAD_FAULTS],
    [
      {
        name: 'the checksum in the metadata of an object of several ranges is not compared',
        find: 'const known = facts.crc32 ?? settings.expected?.crc32;',
        replace: 'const known = settings.expected?.crc32;',
        tests: [WIRING_DOWNLOAD],
      },
      {
        name: 'damage is not noticed',
        find: 'if (isLast && expectedCrc !== undefined && crc !== expectedCrc)',
        replace: 'if (isLast && expectedCrc === null)',
        tests: [DOWNLOAD_FAULTS],
      },
      {
        name: 'damage is noticed only when all is written',
        find: 'const isLast = sink.written + bytes.length === facts.size;',
        replace: 'const isLast = sink.written === facts.size;',
        tests: [DOWNLOAD_FAULTS],
      },
      {
        name: 'the checksum is that of the last range',
        find: 'crc = crc32(bytes, crc)',
        replace: 'crc = crc32(bytes)',
        tests: [DOWNLOAD_FAULTS],
      },
      {
        name: 'later ranges may be of another object',
        find: '{ key, ...range, expected: facts }',
        replace: '{ key, ...range }',
        tests: [DOWNLOAD_FAULTS],
      },
      {
        name: 'a small object that was damaged on its way is an error',
        find: 'CHECKSUM_TRIES = 3',
        replace: 'CHECKSUM_TRIES = 1',
        tests: [DOWNLOAD_FAULTS],
      },
      {
        name: 'damage of a small object is written',
        find: '    if (crc === expected) {',
        replace: '    if (crc !== null) {',
        tests: [DOWNLOAD_FAULTS],
      },
      {
        name: 'a small object of parts is not verified',
        find: '(inParts && verify ? await',
        replace: '(inParts && expected === null ? await',
        tests: [DOWNLOAD_FAULTS],
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
    [WIRING_FILES, RESTORE_FILE],
    [
      {
        name: 'restore_file does not flush the file to the disk',
        find: 'await flushed(fd, path, client.signal);',
        replace: '',
        tests: [WIRING_FILES],
      },
      {
        name: 'restore_file does not flush the folder to the disk',
        find: 'system(path, () => flushFolder(folder));',
        replace: '',
        tests: [WIRING_FILES],
      },
      {
        name: 'a failed restore_file leaves its unfinished file',
        find: 'rmSync(unfinished, { force: true });',
        replace: '',
        tests: [RESTORE_FILE],
      },
      {
        name: 'a target is overwritten in place',
        find: 'openSync(unfinished, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o666)',
        replace: 'openSync(path, constants.O_WRONLY | constants.O_CREAT, 0o666)',
        tests: [RESTORE_FILE],
      },

      {
        name: 'restored files can be read by their owner only, whatever the umask',
        find: '0o666)',
        replace: '0o666 & 0o600)',
        tests: [RESTORE_FILE, WIRING_FILES],
      },
    ],
  ),
  ...mutationsOf(
    'src/transfer/download-subset.ts',
    [RESTORE_SUBSET, WIRING_DOWNLOAD],
    [
      {
        name: 'a range past the end is noticed after the first bytes are written',
        find: 'if (end > facts.size) {',
        replace: 'if (end > facts.size && end < 0) {',
        tests: [RESTORE_SUBSET],
      },
      {
        name: 'ranges of a subset may be of different objects',
        find: '        expected: facts,\n',
        replace: '',
        tests: [WIRING_DOWNLOAD],
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
        find: 'new AbortScope(signal)',
        replace: 'new AbortScope(new AbortController().signal)',
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
  ...mutationsOf(
    'src/transfer/optional-facts.ts',
    ['test/program/wiring-download.test.ts', 'test/program/download-faults.test.ts'],
    [
      {
        name: 'the checksum of an object that was replaced meanwhile is compared',
        find: 'if (isSameObject(stored, facts)) return',
        replace: 'if (stored !== undefined) return',
        tests: ['test/program/wiring-download.test.ts'],
      },
      {
        name: 'a server that can’t tell a checksum fails the restore',
        find: `throw error;
    client.log`,
        replace: `throw error;
    if (error instanceof S3Error) throw error;
    client.log`,
        tests: ['test/program/download-faults.test.ts'],
      },
      {
        name: 'a server that can’t tell a checksum holds up each restore for ten minutes',
        find: 'timeout: 15_000, reachTimeout: 15_000, maxRetries: 1',
        replace: 'timeout: 600_000, reachTimeout: 600_000, maxRetries: 1000',
        tests: ['test/program/download-faults.test.ts'],
      },
    ],
  ),
  ...mutationsOf(
    'src/transfer/unfinished-file.ts',
    ['test/program/restore-file.test.ts'],
    [
      {
        name: 'a file with a long name can’t be restored',
        find: 'KEPT_OF_NAME = 60',
        replace: 'KEPT_OF_NAME = 300',
        tests: ['test/program/directories.test.ts'],
      },
      {
        name: 'a restore removes the unfinished file of another that is running',
        find: 'its === place && pid !== undefined && isGone(Number(pid))',
        replace: 'its === place && pid !== undefined',
        tests: ['test/program/restore-file.test.ts'],
      },
    ],
  ),
];
