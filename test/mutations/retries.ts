import { mutationsOf } from './mutation.ts';

/** When a request is tried again, and what is learnt from it. */
export const RETRIES = [
  ...mutationsOf(
    'src/s3/retry.ts',
    ['test/s3/retry.test.ts'],
    [
      {
        name: 'what is final is tried again',
        find: "if (verdict === 'final') return undefined;",
        replace: '',
      },
      {
        name: 'max_request_retries is not kept to',
        find: 'this.#tries > maxRetries',
        replace: 'this.#tries > maxRetries + 100',
      },
      {
        name: 'keys that ran out fail a backup that may not retry',
        find: "verdict !== 'new credentials' && ",
        replace: '',
      },
      {
        name: 'progress leaves the clock of the time budget as it was',
        find: `    this.#since = now;
    this.#triesSinceProgress = 0;`,
        replace: '    this.#triesSinceProgress = 0;',
        tests: ['test/s3/retry-wiring.test.ts'],
      },
      {
        name: 'damage that lasts is tried for ten minutes',
        find: 'FEW_TRIES = 3',
        replace: 'FEW_TRIES = 3000',
      },
      {
        name: 'a process that was stopped for an hour gives up at once',
        find: 'LEAST_TRIES = 3',
        replace: 'LEAST_TRIES = 0',
      },
      {
        name: 'all processes come back at the same moment',
        find: 'this.#random() * bound',
        replace: '1 * bound',
      },
      {
        name: 'pauses grow for ever',
        find: 'Math.min(LONGEST_PAUSE, FIRST_PAUSE',
        replace: 'Math.min(Infinity, FIRST_PAUSE',
      },
      {
        name: 'a pause lasts longer than the time budget',
        find: 'return Math.min(pause, left > 0 ? left : bound);',
        replace: 'return pause;',
      },
      {
        name: 'seconds of Retry-After are taken for milliseconds',
        find: 'Number(value) * 1000',
        replace: 'Number(value)',
      },
      {
        name: 'a server that never answered gets the whole budget in every retry',
        find: 'reached ? this.#policy.timeout : this.#policy.reachTimeout',
        replace: 'this.#policy.timeout',
      },
    ],
  ),
  ...mutationsOf(
    'src/s3/throttle.ts',
    ['test/s3/throttle.test.ts'],
    [
      {
        name: 'slowing down leaves the limit as it was',
        find: 'this.#running + 1) / 2)',
        replace: 'this.#running + 1) / 1)',
      },
      { name: 'the limit never grows again', find: '    this.#limit += 1;\n', replace: '' },
      {
        name: 'refusals of the same moment each halve the limit',
        find: 'if (now - this.#lastCut < 1000) return;',
        replace: '',
      },
      {
        name: 'nothing at all is sent after many refusals',
        find: 'Math.max(1, Math.floor(',
        replace: 'Math.max(0, Math.floor(',
      },
    ],
  ),
  ...mutationsOf(
    'src/s3/server.ts',
    ['test/s3/client.test.ts', 'test/program/upload-faults.test.ts'],
    [
      {
        name: 'a server that is not Amazon’s decides the region',
        find: '!this.address.aws || ',
        replace: '',
      },
      {
        name: 'two regions that name each other are asked for ever',
        find: 'if (this.#tried.has(region)) return false;',
        replace: '',
      },
      {
        name: 'after a change of region the old one is signed for',
        find: 'this.address = this.#addressFor(region);',
        replace: `this.address = this.#addressFor(region);
    if (this.region === region) return true;`,
      },
      {
        name: "the server's clock is learnt the wrong way round",
        find: 'this.clockOffset = server - Date.now()',
        replace: 'this.clockOffset = Date.now() - server',
      },
    ],
  ),
  ...mutationsOf(
    'src/s3/server.ts',
    ['test/s3/client.test.ts'],
    [
      {
        name: 'a tunnel’s copies of bodies do not count in max_memory',
        find: "return this.#isProxied && this.scheme === 'https';",
        replace: 'return false;',
        tests: ['test/session/memory-wiring.test.ts', 'test/program/proxy-memory.test.ts'],
      },
    ],
  ),
];
