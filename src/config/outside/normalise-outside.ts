import type { Host } from '../host.ts';
import { type Normalised, normalise } from '../normalise.ts';
import type { RawConfig } from '../raw-config.ts';
import { decryptValues } from './decrypt-values.ts';
import { readCommands } from './from-command.ts';
import { readEnvironment } from './from-environment.ts';
import { readFiles } from './from-files.ts';
import { OutsideValues } from './outside-values.ts';
import { hasOwnSecrets } from './own-secrets.ts';
import { isOn } from './points-outside.ts';

/**
 * Does the same as {@link normalise}, with values in place of what points to them: variables of the environment, then
 * files, a command, and at last what is encrypted.
 */
export async function normaliseOutside(raw: RawConfig, host: Host): Promise<Normalised> {
  if (raw.problems.length > 0) return await normalise(raw);
  const outside = new OutsideValues(raw);
  readEnvironment(outside, host);
  readFiles(outside);
  await readCommands(outside, host);
  if (isOn(outside.get('password_encryption'))) await decryptValues(outside, host);
  const normalised = await normalise({ ...raw, options: outside.options });
  const { problems, hint } = outside;
  const others = 'problems' in normalised ? outside.relevant(normalised.problems) : [];
  if ('problems' in normalised || problems.length > 0) {
    return { problems: outside.withoutValues([...problems, ...others]), hint };
  }
  const { config } = normalised;
  return {
    config: {
      ...config,
      warnings: outside.withoutValues(config.warnings),
      setUpWarnings: [...config.setUpWarnings, ...outside.warnings],
      hasOwnSecrets: hasOwnSecrets(raw.options),
    },
  };
}
