import { expect, test } from 'bun:test';
import { assert, asyncProperty } from 'fast-check';
import { normalise } from '../../src/config/normalise.ts';
import { parseRawConfig } from '../../src/config/parse-raw-config.ts';
import { anyConfigFile } from './config-files.ts';

test('any file is a config or a list of problems, each one printable line; nothing is thrown', async () => {
  let configs = 0;
  await assert(
    asyncProperty(anyConfigFile, async (text) => {
      const normalised = await normalise(await parseRawConfig(text));
      if ('config' in normalised) {
        configs += 1;
        expect(normalised.config.bucket).not.toBe('');
        expect(normalised.config.folder).not.toMatch(/^\/|\/$|\/\/|(^|\/)\.\.?(\/|$)/);
        return;
      }
      expect(normalised.problems.length).toBeGreaterThan(0);
      for (const problem of normalised.problems) expect(problem).toMatch(/^[^\p{Cc}\p{Zl}\p{Zp}]+$/u);
    }),
    { numRuns: 2000 },
  );
  expect(configs).toBeLessThan(2000);
});
