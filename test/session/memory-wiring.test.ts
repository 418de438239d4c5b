import { describe, expect, test } from 'bun:test';
import { Workplace } from '../../lab/program/plugin.ts';
import { ProcessLog } from '../../src/log/log.ts';
import { openSession } from '../../src/session/session.ts';
import { downloadSettings } from '../../src/session/transfer-settings.ts';
import { copiedBudget } from '../../src/transfer/memory.ts';

const MiB = 1024 * 1024;

describe('the ranges that the program chooses', () => {
  test.each([96, 128, 192, 512])(
    'stay within max_memory, from a server nearby and from any other: %d MB',
    async (size) => {
      using place = new Workplace();
      const config = place.config({ url: 'http://127.0.0.1:1' }, { max_memory: `${size}MB` });
      const session = await openSession(config, {
        log: new ProcessLog(() => {}),
        signal: new AbortController().signal,
        environment: {},
      });
      for (const files of [1, 2, 5]) {
        const { plans, files: atOnce } = downloadSettings(session, files);
        for (const { rangeSize, concurrency } of [plans.far, plans.near])
          expect(rangeSize * concurrency * atOnce).toBeLessThanOrEqual(copiedBudget(size * MiB));
      }
    },
  );
});
