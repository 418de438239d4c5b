import { mutationsOf } from './mutation.ts';

const FAULTS = 'test/program/upload-faults.test.ts';
const WIRING = 'test/program/wiring-upload.test.ts';
const SIZES = 'test/program/sizes.test.ts';
const PROVIDERS = 'test/program/providers.test.ts';
const MEMORY = 'test/program/wiring-memory.test.ts';
const POLICY = 'test/s3/object-policy.test.ts';
const RESTORE = 'test/program/download-faults.test.ts';

/** Backups: parts, their buffers, what makes them one object, what is left when they fail. */
export const UPLOADS = [
  ...mutationsOf(
    'src/s3/operations/complete-multipart-upload.ts',
    [WIRING, FAULTS],
    [
      {
        name: 'a result of Complete without ETag counts',
        find: "if ((childText(element, 'ETag') ?? '') === '')",
        replace: "if (childText(element, 'ETag') === null)",
        tests: [WIRING],
      },
      {
        name: 'another object of the same size counts as this upload’s',
        find: 'facts.uploadToken === upload.token && facts.size === size',
        replace: 'facts.size === size',
        tests: [FAULTS],
      },
      {
        name: 'an object with this upload’s token and another size counts',
        find: 'facts.uploadToken === upload.token && facts.size === size',
        replace: 'facts.uploadToken === upload.token',
        tests: [WIRING],
      },
      {
        name: '200 with an error in it counts as success',
        find: "if (root === 'Error') {",
        replace: "if (root === 'None') {",
        tests: [FAULTS, WIRING],
      },
      {
        name: 'InternalError in a 200 is final',
        find: "document.code === 'InternalError' || ",
        replace: '',
        equivalent:
          'the code alone decides that the request is sent again, and both statuses leave the outcome open',
      },
      {
        name: 'an object of which Complete’s answer was lost counts as not stored',
        find: 'if (!(await isThere(client, upload, parts))) throw error;',
        replace: 'throw error;',
        tests: [FAULTS],
      },
      {
        name: 'the checksum of the whole is not sent',
        find: "{ 'x-amz-checksum-crc32': crc32ToBase64(crc32OfParts(parts)), 'x-amz-checksum-type': 'FULL_OBJECT' }",
        replace: '{}',
        tests: [WIRING],
      },
      {
        name: 'blanks in front of Complete’s result are an error',
        find: 'text.trimStart()',
        replace: 'text',
        tests: [WIRING],
      },
      {
        name: 'joining thousands of parts gets no more time than a part',
        find: 'PATIENCE_FACTOR = 5',
        replace: 'PATIENCE_FACTOR = 0.2',
        tests: [WIRING],
      },
    ],
  ),
  ...mutationsOf(
    'src/s3/operations/create-multipart-upload.ts',
    [FAULTS, WIRING],
    [
      {
        name: 'an upload whose answer was lost is left',
        find: 'strays: tries > 1',
        replace: 'strays: false',
        tests: [FAULTS],
      },
      {
        name: 'checksums are sent that nobody acknowledged',
        find: 'withCrc32: withCrc32 && acknowledged',
        replace: 'withCrc32',
        tests: [FAULTS],
      },
      {
        name: 'a server that refuses checksums can’t be used',
        find: 'error.status === 400 || error.status === 501',
        replace: 'error.status === 400',
        tests: [FAULTS],
      },
      {
        name: 'checksum: crc32 is not kept to',
        find: "if (policy.checksum === 'crc32' && !upload.withCrc32) throw notAcknowledged(client, upload);",
        replace: '',
        tests: [FAULTS],
      },
      {
        name: 'checksum: off is not kept to',
        find: "policy.checksum === 'crc32' || (policy.checksum === 'auto' && ",
        replace: "policy.checksum === 'crc32' || (policy.checksum !== 'crc32' && ",
        tests: [WIRING],
      },
      {
        name: 'an upload without an id goes on',
        find: "if (uploadId === '') throw new TransportError('EPROTOCOL', 'the answer gives no upload id');",
        replace: '',
        tests: [WIRING],
      },
      {
        name: 'an upload leaves no token on its object',
        find: '{ ...checksum, [UPLOAD_METADATA]: token }',
        replace: '{ ...checksum }',
        tests: [FAULTS],
      },
    ],
  ),
  ...mutationsOf(
    'src/s3/operations/upload-part.ts',
    [FAULTS, WIRING],
    [
      {
        name: 'a part without an ETag counts',
        find: "if (etag === null || etag === '')",
        replace: 'if (etag === undefined)',
        tests: [FAULTS],
      },
      {
        name: 'a part behind a gateway that holds bodies gets no time',
        find: 'patience: bodyPatience(client, body.length),',
        replace: '',
        tests: [FAULTS],
      },
    ],
  ),
  ...mutationsOf(
    'src/s3/operations/put-object.ts',
    [FAULTS, WIRING],
    [
      {
        name: 'the page of a portal counts as stored',
        find: "answer.headers.get('etag') === null || ",
        replace: '',
        tests: [FAULTS],
      },
      {
        name: 'small objects are stored without our checksum',
        find: '{ ...headers, [CRC32_METADATA]: crc32ToHex(crc) }',
        replace: '{ ...headers }',
        tests: [RESTORE],
      },
      {
        name: 'a small object behind a gateway that holds bodies gets no time',
        find: 'patience: bodyPatience(client, body.length),',
        replace: '',
        tests: [WIRING],
      },
    ],
  ),
  ...mutationsOf(
    'src/s3/operations/abort-multipart-upload.ts',
    [FAULTS, WIRING],
    [
      {
        name: 'an upload that is gone can’t be removed',
        find: 'error.status !== 404',
        replace: 'error.status !== 444',
        tests: ['test/program/wiring-delete.test.ts'],
      },
    ],
  ),
  ...mutationsOf(
    'src/s3/object-policy.ts',
    [POLICY, 'test/program/connections.test.ts'],
    [
      {
        name: 'Content-MD5 is missing where nothing else protects a body',
        find: "policy.checksum === 'off' ? {} : { 'content-md5': md5Base64(body) }",
        replace: '{}',
        tests: [POLICY],
      },
      {
        name: 'a bare part is protected by nothing',
        find: "const bare = !signBody && policy.checksum !== 'off';",
        replace: 'const bare = false;',
      },
      {
        name: 'over plain http bodies are not signed',
        find: "client.scheme === 'http' || !hasChecksum",
        replace: '!hasChecksum',
      },
      {
        name: 'payload_signing is not kept to',
        find: "if (policy.payloadSigning !== 'auto') return policy.payloadSigning === 'on';",
        replace: '',
      },
      {
        name: 'checksum headers go to servers that refuse them',
        find: "policy.checksum === 'auto' && client.provider.checksums === 'always'",
        replace: "policy.checksum === 'auto' && client.provider.checksums !== 'never'",
      },
    ],
  ),
  ...mutationsOf(
    'src/transfer/upload-in-parts.ts',
    [WIRING, FAULTS],
    [
      {
        name: 'uploads of other keys with the same beginning are aborted',
        find: 'if (stray.key === key) await',
        replace: 'await',
        tests: [WIRING],
      },
      {
        name: 'a second upload that nobody knows of is left after success',
        find: 'if (begun.strays) await removeUnfinished(client, key, undefined, false);',
        replace: '',
        tests: [FAULTS],
      },
      {
        name: 'a failed backup leaves its upload',
        find: 'await removeUnfinished(client, key, begun, signal.aborted);',
        replace: '',
        tests: [FAULTS],
      },
      {
        name: 'parts are still sent when their upload is removed',
        find: 'await sender.stop(error);',
        replace: '',
        tests: [WIRING, FAULTS],
      },
      {
        name: 'an upload whose parts were still arriving is left',
        find: 'if (!hurried) await abortMultipartUpload(cleaner, key, begun.uploadId);',
        replace: '',
        tests: [WIRING],
      },
      {
        name: 'an upload that Create may have begun is left',
        find: 'if (!(error instanceof S3Error) || error.status === undefined) {',
        replace: 'if (key === null) {',
        tests: [WIRING, 'test/program/signals.test.ts'],
      },
      {
        name: 'the clean-up after a signal ends with the signal',
        find: 'signal: AbortSignal.timeout(time),',
        replace: 'signal: AbortSignal.abort(),',
        tests: [FAULTS],
      },
      {
        name: 'a clean-up that fails hides why the backup failed',
        find: `  } catch (error) {
    client.log.warning(`,
        replace: `  } catch (error) {
    if (begun !== undefined) throw error;
    client.log.warning(`,
        tests: [WIRING],
      },
    ],
  ),
  ...mutationsOf(
    'src/transfer/part-sender.ts',
    [FAULTS, SIZES],
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
        tests: [FAULTS],
      },
      {
        name: 'an upload is completed before its last parts are stored',
        find: 'await Promise.all(this.#running);',
        replace: '',
        tests: [SIZES],
      },
      {
        name: 'a buffer that was sent is lost',
        find: '        pool.release(buffer);\n',
        replace: '',
        tests: [WIRING],
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
        find: 'first.subarray(0, length), policy',
        replace: 'first, policy',
      },
    ],
  ),
  ...mutationsOf(
    'src/transfer/upload-file.ts',
    [WIRING, 'test/program/contract.test.ts'],
    [
      {
        name: 'a file that grows while it is read is cut',
        find: 'if (length === buffer.length) return undefined;',
        replace: '',
        tests: [WIRING],
      },
      {
        name: 'a large file is read into memory at once',
        find: 'facts.size < settings.schedule.sizeOf(1)',
        replace: 'facts.size >= 0',
        tests: [WIRING],
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
        find: "signal.addEventListener('abort', stop, { once: true });",
        replace: '',
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
  ...mutationsOf(
    'src/transfer/buffer-pool.ts',
    ['test/transfer/buffer-pool.test.ts'],
    [
      {
        name: 'buffers pass the budget',
        find: 'this.#inUse < this.#most && this.#bytesInUse + size <= this.#budget',
        replace: 'this.#inUse < this.#most',
      },
      {
        name: 'more buffers than wanted',
        find: 'this.#inUse < this.#most && this.#bytesInUse + size <= this.#budget',
        replace: 'this.#bytesInUse + size <= this.#budget',
      },
      {
        name: 'a part larger than the budget waits for ever',
        find: 'if (this.#inUse === 0) return true;',
        replace: '',
      },
      {
        name: 'buffers of an earlier size stay in memory',
        find: 'if (reused === undefined) for (const buffer of this.#free.splice(0)) buffer.buffer.transfer(0);',
        replace: '',
      },
      {
        name: 'a large buffer waits behind small ones for ever',
        find: 'this.#waiting.length === 0 && this.#fits(size)',
        replace: 'this.#fits(size)',
      },
    ],
  ),
  ...mutationsOf(
    'src/transfer/memory.ts',
    ['test/transfer/memory.test.ts'],
    [
      {
        name: 'copies of bodies count once in max_memory',
        find: 'Math.max((maxMemory - BASE) / 2, LEAST)',
        replace: 'Math.max(maxMemory - BASE, LEAST)',
      },
      {
        name: 'the program itself does not count in max_memory',
        find: 'Math.max(maxMemory - BASE, LEAST)',
        replace: 'Math.max(maxMemory, LEAST)',
      },
      {
        name: 'nothing moves where one part does not fit',
        find: 'Math.max(1, Math.min(wanted',
        replace: 'Math.max(0, Math.min(wanted',
      },
    ],
  ),
  ...mutationsOf(
    'src/transfer/part-schedule.ts',
    ['test/transfer/part-schedule.test.ts'],
    [
      {
        name: 'an upload of 5 TiB does not fit',
        find: '[500, GiB],',
        replace: '[500, 512 * MiB],\n  [500, 512 * MiB],',
      },
      {
        name: 'servers that take few parts get too small ones',
        find: 'schedule.capacity >= LARGEST_OBJECT ? schedule',
        replace: 'true ? schedule',
      },
      {
        name: 'max_upload_parts does not scale the steps',
        find: '(count * maxParts) / MOST_PARTS',
        replace: 'Math.min(count, maxParts)',
      },
    ],
  ),
  ...mutationsOf(
    'src/transfer/in-parallel.ts',
    ['test/program/wiring-directories.test.ts', 'test/program/directories.test.ts'],
    [
      {
        name: 'FILES_AT_ONCE is not kept to',
        find: 'if (running.size >= most) await Promise.race(running);',
        replace: '',
        tests: ['test/program/wiring-directories.test.ts'],
      },
      {
        name: 'a file that fails among others is a success',
        find: '.catch((error: unknown) => scope.abort(error))',
        replace: '.catch(() => {})',
        tests: ['test/program/directories.test.ts'],
      },
    ],
  ),
  ...mutationsOf(
    'src/session/transfer-settings.ts',
    [MEMORY, SIZES, PROVIDERS],
    [
      {
        name: 'the buffers of uploads ignore max_memory',
        find: 'new BufferPool(budget, ',
        replace: 'new BufferPool(Number.MAX_SAFE_INTEGER, ',
        tests: [MEMORY],
      },
      {
        name: 'the ranges of restores ignore max_memory',
        find: 'Math.max(1, Math.min(concurrency, Math.floor(most / files)))',
        replace: 'concurrency',
        tests: [MEMORY],
      },
      {
        name: 'the ranges of many files ignore max_memory',
        find: 'Math.floor(most / files)',
        replace: 'most',
        tests: [MEMORY, 'test/program/directories.test.ts'],
      },
      {
        name: 'ranges count once in max_memory',
        find: 'const budget = copiedBudget(config.maxMemory);',
        replace: 'const budget = transferBudget(config.maxMemory);',
        tests: [MEMORY],
      },
      {
        name: 'the default ranges ignore max_memory',
        find: 'each === 0 ? undefined : { rangeSize, concurrency: each }',
        replace: '{ rangeSize, concurrency }',
        tests: [MEMORY],
      },
      {
        name: 'backup_max_concurrent_requests is not kept to',
        find: 'Math.max(wanted, files)',
        replace: '100',
        tests: [MEMORY],
      },
      {
        name: 'a provider’s most parts in parallel are passed',
        find: 'Math.min(concurrency, provider.maxPartsInFlight ?? concurrency)',
        replace: 'concurrency',
        tests: [PROVIDERS, WIRING],
      },
      {
        name: 'a provider’s most parts are passed',
        find: 'Math.min(config.backup.maxParts, provider.maxParts ?? Infinity)',
        replace: 'config.backup.maxParts',
        tests: [PROVIDERS],
      },
      {
        name: 'a provider that wants equal parts gets growing ones',
        find: 'config.backup.partSize ?? provider.equalParts',
        replace: 'config.backup.partSize',
        tests: [PROVIDERS],
      },
      {
        name: 'checksum: off verifies restores all the same',
        find: "verify: config.connection.checksum !== 'off'",
        replace: 'verify: true',
        tests: ['test/program/wiring-download.test.ts'],
      },
      {
        name: 'restores are not verified',
        find: "verify: config.connection.checksum !== 'off'",
        replace: 'verify: false',
        tests: [RESTORE],
      },
      {
        name: 'more files at once than fit into max_memory',
        find: 'files: Math.min(files, most)',
        replace: 'files',
        tests: ['test/program/directories.test.ts', MEMORY],
      },
    ],
  ),
];
