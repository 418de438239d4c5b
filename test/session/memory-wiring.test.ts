import { describe, expect, test } from 'bun:test';
import { Workplace } from '../../lab/program/plugin.ts';
import { ProcessLog } from '../../src/log/log.ts';
import { openSession, type Session } from '../../src/session/session.ts';
import { downloadSettings, uploadSettings } from '../../src/session/transfer-settings.ts';
import { copiedBudget } from '../../src/transfer/memory.ts';

const MiB = 1024 * 1024;

async function sessionOf(url: string, options: Readonly<Record<string, string>>): Promise<Session> {
  using place = new Workplace();
  const log = new ProcessLog(() => {});
  const context = { log, signal: new AbortController().signal, environment: {} };
  return await openSession(place.config({ url }, options), context);
}

/** How many buffers of a part can be had at once. */
async function buffersOf(session: Session): Promise<number> {
  const { pool, schedule } = await uploadSettings(session);
  let had = 0;
  for (let count = 0; count < 30; count += 1)
    void pool.acquire(schedule.sizeOf(1), session.signal).then(() => {
      had += 1;
    });
  await Bun.sleep(1);
  return had;
}

describe('the parts in parallel', () => {
  const CONCURRENCY = { backup_max_concurrent_requests: '6', backup_multipart_chunksize: '5MB' };

  test('are as many as the options say', async () => {
    expect(await buffersOf(await sessionOf('http://127.0.0.1:1', CONCURRENCY))).toBe(6);
  });

  test('are no more than the provider allows', async () => {
    const session = await sessionOf('https://account.r2.cloudflarestorage.com', CONCURRENCY);
    expect(await buffersOf(session)).toBe(2);
  });
});

describe('the ranges that the program chooses', () => {
  test.each([96, 128, 192, 512])(
    'stay within max_memory, from a server nearby and from any other: %d MB',
    async (size) => {
      const session = await sessionOf('http://127.0.0.1:1', { max_memory: `${size}MB` });
      for (const files of [1, 2, 5]) {
        const { plans, files: atOnce } = downloadSettings(session, files);
        for (const { rangeSize, concurrency } of [plans.far, plans.near])
          expect(rangeSize * concurrency * atOnce).toBeLessThanOrEqual(copiedBudget(size * MiB));
      }
    },
  );
});
