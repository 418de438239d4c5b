import { expect, test } from 'bun:test';
import { assert, asyncProperty, constantFrom, dictionary } from 'fast-check';
import { normaliseOutside } from '../../../src/config/outside/normalise-outside.ts';
import { parseRawConfig } from '../../../src/config/parse-raw-config.ts';
import { anyConfigFile } from '../config-files.ts';

const variables = dictionary(
  constantFrom('NAME', 'SECRET', 'SECRET_1', 'COORDINATOR_DATA_DIRECTORY'),
  constantFrom('x', '', 'a\nb', '/none', '10MB', 'on', '\u0085', 'c30d04090302'.padEnd(140, '0')),
);

test('any file with any environment is a config or a list of problems, each one printable line', async () => {
  await assert(
    asyncProperty(anyConfigFile, variables, async (text, environment) => {
      // Nothing of a random file is to be started.
      const raw = await parseRawConfig(text.replaceAll('_command', '_file'));
      const host = { environment, signal: new AbortController().signal };
      const normalised = await normaliseOutside(raw, host);
      const told = 'config' in normalised ? normalised.config.warnings : normalised.problems;
      if ('problems' in normalised) expect(told.length).toBeGreaterThan(0);
      for (const line of told) expect(line).toMatch(/^[^\p{Cc}\p{Zl}\p{Zp}]+$/u);
    }),
    { numRuns: 2000 },
  );
});
