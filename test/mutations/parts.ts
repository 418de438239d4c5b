import { mutationsOf } from './mutation.ts';

const SIZES = 'test/program/sizes.test.ts';
const UPLOAD_FAULTS = 'test/program/upload-faults.test.ts';
const WIRING_UPLOAD = 'test/program/wiring-upload.test.ts';

/** Streams and files on their way up. */
export const PARTS = [
  ...mutationsOf(
    'src/transfer/upload-in-parts.ts',
    [WIRING_UPLOAD, UPLOAD_FAULTS],
    [
      {
        name: 'uploads of other keys with the same beginning are aborted',
        find: 'if (stray.key === key) await',
        replace: 'await',
        tests: [WIRING_UPLOAD],
      },
      {
        name: 'a second upload that nobody knows of is left after success',
        find: 'if (begun.strays) await removeUnfinished(client, key, undefined, false);',
        replace: '',
        tests: [UPLOAD_FAULTS],
      },
      {
        name: 'a failed backup leaves its upload',
        find: 'await removeUnfinished(client, key, begun, client.signal.aborted);',
        replace: '',
        tests: [UPLOAD_FAULTS],
      },
      {
        name: 'an upload whose parts were still arriving is left',
        find: 'if (!hurried) await abortMultipartUpload(cleaner, key, begun.uploadId);',
        replace: '',
        tests: [WIRING_UPLOAD],
      },
      {
        name: 'an upload that Create may have begun is left',
        find: 'if (!isAnswer && !(error instanceof ObjectExistsError)) {',
        replace: 'if (key === null) {',
        tests: [WIRING_UPLOAD, 'test/program/signals.test.ts'],
      },
      {
        name: 'the clean-up after a signal ends with the signal',
        find: 'signal: AbortSignal.timeout(time),',
        replace: 'signal: AbortSignal.abort(),',
        tests: [UPLOAD_FAULTS],
      },
      {
        name: 'a clean-up that fails hides why the backup failed',
        find: `  } catch (error) {
    client.log.warning(`,
        replace: `  } catch (error) {
    if (begun !== undefined) throw error;
    client.log.warning(`,
        tests: [WIRING_UPLOAD],
      },
    ],
  ),
  ...mutationsOf(
    'src/transfer/part-sender.ts',
    [UPLOAD_FAULTS, SIZES],
    [
      {
        name: 'more parts than the server takes are sent',
        find: 'if (partNumber > schedule.maxParts) throw this.#tooLarge();',
        replace: '',
        tests: [SIZES],
      },
      {
        name: 'an upload is completed without the part that failed',
        find: '        this.#scope.abort(error);\n',
        replace: '',
        tests: [UPLOAD_FAULTS],
      },
      {
        name: 'an upload is completed before its last parts are stored',
        find: 'await this.#timed(Promise.all(this.#running));',
        replace: '',
        tests: [SIZES],
      },
      {
        name: 'a buffer that was sent is lost',
        find: '        pool.release(buffer);\n',
        replace: '',
        tests: ['test/program/wiring-memory.test.ts'],
      },
    ],
  ),
  ...mutationsOf(
    'src/transfer/upload.ts',
    [SIZES],
    [
      {
        name: 'a stream of exactly one part loses its next byte',
        find: 'if (length < first.length || (await source.ended(signal))) {',
        replace: 'if (length <= first.length) {',
      },
      {
        name: 'a stream that fits into one part is an upload in parts',
        find: 'if (length < first.length || (await source.ended(signal))) {',
        replace: 'if (length < 0) {',
      },
      {
        name: 'whatever was in the buffer before is stored as well',
        find: 'first.subarray(0, length), settings',
        replace: 'first, settings',
      },
    ],
  ),
  ...mutationsOf(
    'src/transfer/upload-file.ts',
    [WIRING_UPLOAD, 'test/program/contract.test.ts'],
    [
      {
        name: 'a file that grows while it is read is cut',
        find: 'if (length === buffer.length) return undefined;',
        replace: '',
        tests: [WIRING_UPLOAD],
      },
      {
        name: 'a large file is read into memory at once',
        find: 'facts.size < settings.schedule.sizeOf(1)',
        replace: 'facts.size >= 0',
        tests: [WIRING_UPLOAD],
      },
    ],
  ),
  ...mutationsOf(
    'src/transfer/source.ts',
    ['test/transfer/source.test.ts', SIZES],
    [
      {
        name: 'a producer that pauses has ended',
        find: "codeOf(error) === 'EAGAIN' && !signal.aborted",
        replace: "codeOf(error) === 'EAGAINST'",
      },
      { name: 'what was read ahead is lost', find: '    into.set(part);', replace: '' },
      {
        name: 'a read that fails is the end of the stream',
        find: `            reject(
              new SourceError(`,
        replace: `            resolve(0);
            reject(
              new SourceError(`,
      },
      {
        name: 'a signal does not end the wait for input',
        find: 'onAbort(signal, () => reject(signal.reason))',
        replace: 'onAbort(signal, () => {})',
        tests: ['test/transfer/source.test.ts', 'test/program/signals.test.ts'],
      },
    ],
  ),
  ...mutationsOf(
    'src/transfer/ready-pipe.ts',
    ['test/transfer/ready-pipe.test.ts', SIZES],
    [
      {
        name: 'a file is read from its first byte again',
        find: 'if (!fstatSync(fd).isFIFO()) return undefined;',
        replace: '',
      },
    ],
  ),
];
