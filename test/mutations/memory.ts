import { mutationsOf } from './mutation.ts';

const PROVIDERS = 'test/program/providers.test.ts';
const WIRING_MEMORY = 'test/program/wiring-memory.test.ts';

/** What a process holds in memory. */
export const MEMORY = [
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
    [WIRING_MEMORY, 'test/program/sizes.test.ts', PROVIDERS],
    [
      {
        name: 'the buffers of uploads ignore max_memory',
        find: 'new BufferPool(budget, ',
        replace: 'new BufferPool(Number.MAX_SAFE_INTEGER, ',
        tests: [WIRING_MEMORY],
      },
      {
        name: 'the ranges of restores ignore max_memory',
        find: 'Math.max(1, Math.min(concurrency, Math.floor(most / files)))',
        replace: 'concurrency',
        tests: [WIRING_MEMORY],
      },
      {
        name: 'the ranges of many files ignore max_memory',
        find: 'Math.floor(most / files)',
        replace: 'most',
        tests: ['test/program/wiring-memory.test.ts'],
      },
      {
        name: 'ranges count once in max_memory',
        find: 'copiedBudget(client.server.tunnelled',
        replace: 'transferBudget(client.server.tunnelled',
        tests: [WIRING_MEMORY],
      },
      {
        name: 'the default ranges ignore max_memory',
        find: 'each === 0 ? undefined : { rangeSize, concurrency: each }',
        replace: '{ rangeSize, concurrency }',
        tests: ['test/session/memory-wiring.test.ts'],
      },
      {
        name: 'backup_max_concurrent_requests is not kept to',
        find: 'Math.max(wanted, files)',
        replace: '100',
        tests: [WIRING_MEMORY],
      },
      {
        name: 'a provider’s most parts in parallel are passed',
        find: 'Math.min(concurrency, provider.maxPartsInFlight ?? concurrency)',
        replace: 'concurrency',
        tests: ['test/session/memory-wiring.test.ts'],
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
        find: "verify: config.protection.checksum !== 'off'",
        replace: 'verify: true',
        tests: ['test/program/wiring-download.test.ts'],
      },
      {
        name: 'restores are not verified',
        find: "verify: config.protection.checksum !== 'off'",
        replace: 'verify: false',
        tests: ['test/program/download-faults.test.ts'],
      },
      {
        name: 'more files at once than fit into max_memory',
        find: 'files: Math.min(files, most)',
        replace: 'files',
        tests: ['test/program/directories.test.ts', WIRING_MEMORY],
      },
    ],
  ),
];
