import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { codeOf } from '../base/plugin-error.ts';
import { systemReason } from '../base/system-error.ts';
import type { Config } from './config.ts';
import { ConfigError } from './config-error.ts';
import type { Host } from './host.ts';
import { normalise } from './normalise.ts';
import { pointsOutside } from './outside/points-outside.ts';
import { parseRawConfig } from './parse-raw-config.ts';
import type { RawConfig } from './raw-config.ts';

/**
 * Reads and checks the config file at `path`.
 * @throws {ConfigError} with all that is wrong with it.
 */
export async function loadConfig(path: string, host: Host): Promise<Config> {
  const raw = await parseRawConfig(readText(path));
  const normalised = pointsOutside(raw)
    ? await (await import('./outside/normalise-outside.ts')).normaliseOutside(raw, host)
    : await normalise(raw);
  if ('problems' in normalised) {
    throw new ConfigError(path, normalised.problems, {
      hint: normalised.hint ?? '"gpbackup_s3_plugin help options" lists every option and its values',
    });
  }
  return normalised.config;
}

/**
 * The texts of the config file at `path`, whatever they mean.
 * @throws {ConfigError} when it can't be read as YAML.
 */
export async function readRawConfig(path: string): Promise<RawConfig> {
  const raw = await parseRawConfig(readText(path));
  if (raw.problems.length > 0) throw new ConfigError(path, raw.problems);
  return raw;
}

function readText(path: string): string {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    const { why, hint } = unreadable(cause);
    throw new ConfigError(path, [why], hint === undefined ? { cause } : { cause, hint });
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    const hint = 'save it as UTF-8, for example with iconv -f ISO-8859-1 -t UTF-8';
    throw new ConfigError(path, ['it is not UTF-8'], { cause, hint });
  }
}

/** Why a file can't be read, and what to do. */
function unreadable(cause: unknown): { readonly why: string; readonly hint?: string } {
  switch (codeOf(cause) ?? '') {
    case 'ENOENT':
      return { why: 'there is no such file' };
    case 'EACCES':
    case 'EPERM':
      return {
        why: `user ${whoAmI()} has no permission to read it`,
        hint: 'make the file readable for this user (chown or chmod), and every folder above it accessible',
      };
    case 'EISDIR':
      return { why: 'it is a folder', hint: 'the first argument of every command is the config file' };
    case undefined:
    default:
      return { why: `it can't be read: ${systemReason(cause)}` };
  }
}

function whoAmI(): string {
  try {
    return `"${userInfo().username}"`;
  } catch {
    // A user id without an entry in the system's list, as in containers.
    return String(process.getuid?.() ?? '');
  }
}
