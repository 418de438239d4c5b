import { afterAll, beforeAll, expect } from 'bun:test';
import { setTimeout } from 'node:timers/promises';
import type { ProxyAction } from '../../lab/proxy/proxy.ts';
import type { FaultCondition } from '../../lab/test-server.ts';
import { faultCase, type Tries } from './fault-case.ts';
import { LARGE, Passage, SMALL } from './passage.ts';
import { RealServer } from './real-server.ts';

let server: RealServer;
beforeAll(async () => {
  server = await RealServer.start();
});
afterAll(async () => await server[Symbol.asyncDispose]());

/** A case for the time that it waits: others run beside it. */
function waitingCase(title: string, body: (tries: Tries) => Promise<void>): void {
  faultCase('Network', title, body, { concurrent: true });
}

async function passage(tries: Tries, size = LARGE): Promise<Passage> {
  return await Passage.open(server, tries, size);
}

const REFUSED = 20_000;

waitingCase(
  'the server refuses connections for 20 s before the first request: waited for, both ways',
  async (tries) => {
    await using backup = await passage(tries);
    await using small = await passage(tries, SMALL);
    await using restore = await passage(tries);
    await restore.store();
    const all = [backup, small, restore];
    for (const { proxy } of all) await proxy.refuse();
    const ended = Promise.all([
      backup.backupSurvives(),
      small.backupSurvives(),
      restore.restoreSurvives(),
      restore.restoresFile(),
    ]);
    await setTimeout(REFUSED);
    for (const { proxy } of all) await proxy.accept();
    await ended;
  },
);

waitingCase(
  'the server refuses connections for 20 s in the middle of a transfer: it goes on, both ways',
  async (tries) => {
    await using backup = await passage(tries);
    await using restore = await passage(tries);
    await restore.store();
    refuseFor(REFUSED, backup, { operation: 'UploadPart', partNumber: 2 });
    refuseFor(REFUSED, restore, { operation: 'GetObject', nth: 2 });
    await Promise.all([backup.backupSurvives(), restore.restoreSurvives()]);
    backup.expectFired();
    restore.expectFired();
  },
);

function refuseFor(milliseconds: number, { proxy }: Passage, when: FaultCondition): void {
  const run = async (): Promise<void> => {
    await proxy.refuse();
    void setTimeout(milliseconds).then(async () => await proxy.accept());
  };
  proxy.script.add({ when, do: { kind: 'before', run } });
}

waitingCase(
  'a server that refuses connections for good: an error that names its address (retry_timeout: 3s)',
  async (tries) => {
    await using backup = await passage(tries);
    await using restore = await passage(tries);
    await restore.store();
    const words = ['the connection was refused', 'ECONNREFUSED', 'HINT: no program listens at 127.0.0.1'];
    backup.proxy.script.add({
      when: { operation: 'UploadPart' },
      do: { kind: 'before', run: async () => await backup.proxy.refuse() },
    });
    await restore.proxy.refuse();
    await Promise.all([
      backup.backupFails(words, { retry_timeout: '3s' }, { isCutOff: true }),
      restore.restoreFails(words, { retry_timeout: '3s' }),
      restore.restoresFile(words, { retry_timeout: '3s' }),
    ]);
  },
);

/** Where a connection is reset, in requests of a backup and of a restore. */
const RESETS: readonly (readonly [string, readonly (readonly [FaultCondition, ProxyAction])[]])[] = [
  [
    'in the middle of a request’s body',
    [
      [{ operation: 'PutObject' }, { kind: 'cutRequest', afterBytes: 30_000 }],
      [
        { operation: 'UploadPart', partNumber: 2 },
        { kind: 'cutRequest', afterBytes: 3_000_000 },
      ],
      [
        { operation: 'UploadPart', partNumber: 3, times: 3 },
        { kind: 'cutRequest', afterBytes: 12_344 },
      ],
      [{ operation: 'CompleteMultipartUpload' }, { kind: 'cutRequest', afterBytes: 50 }],
      [{ operation: 'GetObject' }, { kind: 'cutRequest', afterBytes: 0 }],
    ],
  ],
  [
    'in the middle of an answer’s head',
    [
      [{ operation: 'PutObject' }, { kind: 'cutResponse', afterBytes: 20, inHeaders: true }],
      [{ operation: 'CreateMultipartUpload' }, { kind: 'cutResponse', afterBytes: 10, inHeaders: true }],
      [
        { operation: 'UploadPart', partNumber: 2 },
        { kind: 'cutResponse', afterBytes: 40, inHeaders: true },
      ],
      [{ operation: 'CompleteMultipartUpload' }, { kind: 'cutResponse', afterBytes: 30, inHeaders: true }],
      [
        { operation: 'GetObject', nth: 1 },
        { kind: 'cutResponse', afterBytes: 40, inHeaders: true },
      ],
      [
        { operation: 'GetObject', nth: 3 },
        { kind: 'cutResponse', afterBytes: 20, inHeaders: true },
      ],
    ],
  ],
  [
    'in the middle of an answer’s body',
    [
      [{ operation: 'CreateMultipartUpload' }, { kind: 'cutResponse', afterBytes: 60 }],
      [{ operation: 'CompleteMultipartUpload' }, { kind: 'cutResponse', afterBytes: 60 }],
      [
        { operation: 'GetObject', nth: 1 },
        { kind: 'cutResponse', afterBytes: 70_000 },
      ],
      [
        { operation: 'GetObject', nth: 2, times: 4 },
        { kind: 'cutResponse', afterBytes: 50_000 },
      ],
    ],
  ],
];

for (const [where, faults] of RESETS) {
  waitingCase(`a connection reset ${where}: sent again, both ways, large and small`, async (tries) => {
    for (const size of [LARGE, SMALL]) {
      await using one = await passage(tries, size);
      for (const [when, action] of faults) one.proxy.script.add({ when, do: action });
      await one.backupSurvives();
      const fired = one.proxy.script.fired;
      one.expectFired(where.includes('answer’s body') && size === SMALL ? 0 : 1);
      await one.restoreSurvives();
      one.expectFired(fired + 1);
      one.proxy.script.clear();
      for (const [when, action] of faults) one.proxy.script.add({ when, do: action });
      await one.restoresFile();
    }
  });
}

waitingCase('a latency of 2 s each way: slower, nothing else, both ways', async (tries) => {
  await using backup = await passage(tries);
  await using restore = await passage(tries);
  await restore.store();
  for (const { proxy } of [backup, restore]) proxy.link.latency = 2000;
  await Promise.all([backup.backupSurvives(), restore.restoreSurvives()]);
});

waitingCase(
  'a bandwidth of 50 kB/s: slower, nothing else, both ways, ranges side by side too',
  async (tries) => {
    await using backup = await passage(tries, 1_000_000);
    await using restore = await passage(tries, 1_000_000);
    await using ranges = await passage(tries, 1_000_000);
    await restore.store();
    await ranges.store();
    for (const { proxy } of [backup, restore, ranges]) proxy.link.bytesPerSecond = 50_000;
    await Promise.all([
      backup.backupSurvives(),
      restore.restoreSurvives(),
      ranges.restoreSurvives({ restore_multipart_chunksize: '64KB' }),
    ]);
  },
);

waitingCase(
  'a bandwidth of 50 kB/s at which the watchdog at first gives up too early (retry_timeout: 75s): a further try gets more time',
  async (tries) => {
    await using backup = await passage(tries, 1_000_000);
    await using restore = await passage(tries, 1_000_000);
    await restore.store();
    for (const { proxy } of [backup, restore]) proxy.link.bytesPerSecond = 50_000;
    await Promise.all([
      backup.backupSurvives({ retry_timeout: '75s' }),
      restore.restoreSurvives({ retry_timeout: '75s' }),
    ]);
    for (const { proxy } of [backup, restore]) expect(proxy.requests.length).toBeGreaterThan(1);
  },
);

waitingCase(
  'a black hole of 70 s, longer than the watchdog’s 60 s: the transfer goes on, both ways',
  async (tries) => {
    await blackHole(tries, 70_000, {});
  },
);

waitingCase(
  'a black hole of 15 s, several times the watchdog’s 4 s (retry_timeout: 20s): the transfer goes on, both ways',
  async (tries) => {
    await blackHole(tries, 15_000, { retry_timeout: '20s' });
  },
);

async function blackHole(tries: Tries, milliseconds: number, options: Record<string, string>): Promise<void> {
  await using backup = await passage(tries);
  await using restore = await passage(tries);
  await restore.store();
  swallowFor(milliseconds, backup, { operation: 'UploadPart', partNumber: 2 });
  swallowFor(milliseconds, restore, { operation: 'GetObject', nth: 3 });
  await Promise.all([backup.backupSurvives(options), restore.restoreSurvives(options)]);
  backup.expectFired();
  restore.expectFired();
}

function swallowFor(milliseconds: number, { proxy }: Passage, when: FaultCondition): void {
  const run = (): void => {
    proxy.link.swallow();
    void setTimeout(milliseconds).then(() => proxy.link.release());
  };
  proxy.script.add({ when, do: { kind: 'before', run } });
}

waitingCase('a black hole without end: an error after retry_timeout (5s), both ways', async (tries) => {
  await using backup = await passage(tries);
  await using restore = await passage(tries);
  await restore.store();
  const words = ['ESTALLED', 'HINT: 127.0.0.1'];
  for (const { proxy } of [backup, restore]) {
    const run = (): void => proxy.link.swallow();
    proxy.script.add({ when: { operation: 'UploadPart', nth: 2 }, do: { kind: 'before', run } });
    proxy.script.add({ when: { operation: 'GetObject', nth: 3 }, do: { kind: 'before', run } });
  }
  await Promise.all([
    backup.backupFails(words, { retry_timeout: '5s' }, { isCutOff: true }),
    restore.restoreFails(words, { retry_timeout: '5s' }),
    restore.restoresFile(words, { retry_timeout: '5s' }),
  ]);
});
