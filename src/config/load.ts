import { readFileSync } from 'node:fs';
import { codeOf } from '../base/plugin-error.ts';
import { systemHint, systemReason } from '../base/system-error.ts';
import type { Config } from './config.ts';
import { ConfigError } from './config-error.ts';
import { normalise } from './normalise.ts';
import { parseRawConfig } from './parse-raw-config.ts';

/**
 * Reads and checks the config file at `path`.
 * @throws {ConfigError} with all that is wrong with it.
 */
export async function loadConfig(path: string): Promise<Config> {
  const normalised = await normalise(await parseRawConfig(readText(path)));
  if ('problems' in normalised) {
    throw new ConfigError(path, normalised.problems, {
      hint: 'README.md lists every option and what it may be',
    });
  }
  return normalised.config;
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const why =
      codeOf(cause) === 'ENOENT' ? 'there is no such file' : `it can't be read: ${systemReason(cause)}`;
    throw new ConfigError(path, [why], { hint: systemHint('reading', cause), cause });
  }
}
