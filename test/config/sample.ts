import type { Config } from '../../src/config/config.ts';
import { normalise } from '../../src/config/normalise.ts';
import type { RawConfig } from '../../src/config/raw-config.ts';

/** The fewest options that make a config. */
export const MINIMUM = { bucket: 'backups', folder: 'gp', region: 'eu-west-1' } as const;

export function raw(
  options: Readonly<Record<string, string | undefined>>,
  top?: Record<string, string>,
): RawConfig {
  const all: Readonly<Record<string, string | undefined>> = { ...MINIMUM, ...options };
  const written = Object.entries(all).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  return {
    top: new Map(Object.entries(top ?? { executablepath: '/bin/gpbackup_s3_plugin' })),
    options: new Map(written),
    problems: [],
    notes: [],
  };
}

/** The config of the minimum and these options; an option set to undefined is left out. */
export async function configOf(options: Readonly<Record<string, string | undefined>> = {}): Promise<Config> {
  const normalised = await normalise(raw(options));
  if ('problems' in normalised) throw new Error(normalised.problems.join('\n'));
  return normalised.config;
}

export async function problemsOf(
  options: Readonly<Record<string, string | undefined>>,
  top?: Record<string, string>,
): Promise<readonly string[]> {
  const normalised = await normalise(raw(options, top));
  return 'problems' in normalised ? normalised.problems : [];
}
