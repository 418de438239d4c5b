import type { Host } from './load.ts';
import type { RawConfig } from './raw-config.ts';

/** Whether a value of the file is somewhere else: in the environment, in a file, or what a command prints. */
export function pointsOutside(_raw: RawConfig): boolean {
  return false;
}

/** The same texts with those values in them; a problem for each that can't be had. */
export async function withOutsideValues(raw: RawConfig, _host: Host): Promise<RawConfig> {
  return raw;
}
