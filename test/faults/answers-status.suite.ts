import { afterAll, beforeAll, expect } from 'bun:test';
import type { ProxyAction } from '../../lab/proxy/proxy.ts';
import { faultCase } from './fault-case.ts';
import { LARGE, Passage, SMALL } from './passage.ts';
import { RealServer } from './real-server.ts';

let server: RealServer;
beforeAll(async () => {
  server = await RealServer.start();
});
afterAll(async () => await server[Symbol.asyncDispose]());

const PROCESSES = 16;
const STORM = 30_000;

for (const [words, headers] of [
  ['with Retry-After', { 'retry-after': '3' }],
  ['without Retry-After', {}],
] as const) {
  faultCase(
    'Server answers',
    `503 SlowDown for ${STORM / 1000} s to ${PROCESSES} processes at once, ${words}: waited for, both ways`,
    async (tries) => {
      let begin = Number.POSITIVE_INFINITY;
      const slowDown: ProxyAction = { kind: 'answer', status: 503, code: 'SlowDown', headers };
      const decide = (): ProxyAction | undefined => {
        begin = Math.min(begin, performance.now());
        return performance.now() - begin < STORM ? slowDown : undefined;
      };
      const opening = Array.from({ length: PROCESSES }, async (_, index) =>
        Passage.open(server, tries, index % 4 === 0 ? LARGE : SMALL, { decide }),
      );
      await using passages = new AsyncDisposableStack();
      const all = (await Promise.all(opening)).map((passage) => passages.use(passage));
      const restored = all.filter((_, index) => index % 2 === 0);
      for (const passage of restored) await passage.store();
      await Promise.all(
        all.map(async (passage) => {
          if (restored.includes(passage)) await passage.restoreSurvives();
          else await passage.backupSurvives();
        }),
      );
      expect(performance.now() - begin).toBeGreaterThan(STORM);
      for (const { proxy } of all) expect(proxy.requests[0]?.status).toBe(503);
    },
    { concurrent: true },
  );
}

faultCase(
  'Server answers',
  '503 SlowDown for 30 s in the middle of transfers: waited for, both ways',
  async (tries) => {
    await using backup = await Passage.open(server, tries, LARGE, { decide: stormAfter('UploadPart') });
    await using restore = await Passage.open(server, tries, LARGE, { decide: stormAfter('GetObject') });
    await restore.store();
    await Promise.all([backup.backupSurvives(), restore.restoreSurvives()]);
    for (const { proxy } of [backup, restore])
      expect(proxy.requests.filter(({ status }) => status === 503).length).toBeGreaterThan(2);
  },
  { concurrent: true },
);

/** A storm that begins with the second request of an operation. */
function stormAfter(operation: string): (request: { operation: string }) => ProxyAction | undefined {
  let seen = 0;
  let begin = Number.POSITIVE_INFINITY;
  return (request) => {
    if (request.operation === operation && ++seen === 2) begin = performance.now();
    const age = performance.now() - begin;
    return age >= 0 && age < STORM ? { kind: 'answer', status: 503, code: 'SlowDown' } : undefined;
  };
}

/** Status, S3's code for it (proxies send a page instead). */
const STATUSES: readonly (readonly [number, string | undefined])[] = [
  [500, 'InternalError'],
  [502, undefined],
  [504, undefined],
  [408, 'RequestTimeout'],
  [429, 'TooManyRequests'],
  [409, 'OperationAborted'],
  [499, undefined],
];

const PAGE = '<html><head><title>Sorry</title></head><body>try later</body></html>';

for (const [status, code] of STATUSES) {
  const answer: ProxyAction = {
    kind: 'answer',
    status,
    ...(code === undefined ? { body: PAGE, headers: { 'content-type': 'text/html' } } : { code }),
  };
  const name = code === undefined ? `${status}` : `${status} ${code}`;

  faultCase(
    'Server answers',
    `${name} for a while, to every kind of request: sent again, both ways`,
    async (tries) => {
      await using large = await Passage.open(server, tries, LARGE);
      await using small = await Passage.open(server, tries, SMALL);
      for (const { proxy } of [large, small]) {
        const operations = [
          'CreateMultipartUpload',
          'UploadPart',
          'CompleteMultipartUpload',
          'PutObject',
          'GetObject',
          'HeadObject',
        ] as const;
        for (const operation of operations) proxy.script.add({ when: { operation, times: 2 }, do: answer });
        proxy.script.add({ when: { operation: 'GetObject', nth: 5, times: 2 }, do: answer });
      }
      await Promise.all([large.backupSurvives(), small.backupSurvives()]);
      large.expectFired(6);
      small.expectFired(2);
      await Promise.all([large.restoreSurvives(), small.restoreSurvives(), large.restoresFile()]);
      large.expectFired(10);
      small.expectFired(4);
    },
    { concurrent: true },
  );

  faultCase(
    'Server answers',
    `${name} for good: an error that tells it and the number of tries (max_request_retries: 2)`,
    async (tries) => {
      await using large = await Passage.open(server, tries, LARGE);
      await using small = await Passage.open(server, tries, SMALL);
      const options = { max_request_retries: '2' };
      const words = [code ?? `HTTP ${status}`, '3 tries', 'HINT: '];
      for (const { proxy } of [large, small]) {
        for (const operation of ['UploadPart', 'PutObject', 'GetObject'] as const)
          proxy.script.add({ when: { operation, times: Infinity }, do: answer });
      }
      await Promise.all([large.backupFails(words, options), small.backupFails(words, options)]);
      await Promise.all([large.store(), small.store()]);
      await Promise.all([
        large.restoreFails(words, options),
        small.restoreFails(words, options),
        large.restoresFile(words, options),
      ]);
      large.proxy.script.clear();
      large.proxy.script.add({ when: { operation: 'GetObject', nth: 2, times: Infinity }, do: answer });
      await large.restoreFails(words, options);
    },
    { concurrent: true },
  );
}
