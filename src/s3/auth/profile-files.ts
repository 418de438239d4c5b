import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeOf } from '../../base/plugin-error.ts';
import { systemReason } from '../../base/system-error.ts';
import { pathOf, SourceError, type SourceParts, variable } from './source.ts';

/** The settings of one profile: names in lower case. */
export type Profile = ReadonlyMap<string, string>;

/** The profiles of AWS's two files on this host. */
export interface ProfileFiles {
  readonly profiles: ReadonlyMap<string, Profile>;
  /** The files, for messages. */
  readonly paths: string;
}

/**
 * Reads `~/.aws/config` and `~/.aws/credentials`, or the files that are set, or what AWS_CONFIG_FILE and
 * AWS_SHARED_CREDENTIALS_FILE name. A setting in both counts as the second one has it. A file that is not there has no
 * profiles, unless it is one that is set.
 * @throws {SourceError} when one can't be read
 */
export function readProfileFiles(parts: SourceParts): ProfileFiles {
  const { configFile, credentialsFile } = parts.settings;
  const config = placeOf(parts, configFile, 'AWS_CONFIG_FILE', 'config');
  const credentials = placeOf(parts, credentialsFile, 'AWS_SHARED_CREDENTIALS_FILE', 'credentials');
  const profiles = new Map<string, Map<string, string>>();
  const add = (name: string, settings: Profile): void => {
    profiles.set(name, new Map([...(profiles.get(name) ?? []), ...settings]));
  };
  for (const [section, settings] of parseIni(read(config, configFile !== undefined))) {
    const name = section === 'default' ? section : /^profile\s+(.+)$/.exec(section)?.[1];
    if (name !== undefined) add(unquoted(name), settings);
  }
  for (const [section, settings] of parseIni(read(credentials, credentialsFile !== undefined)))
    add(unquoted(section), settings);
  return { profiles, paths: `${config} and ${credentials}` };
}

/**
 * Sections and their settings, as AWS's libraries read them: comments are lines that begin with # or ;, and what
 * follows one of them after a space. Lines that are indented belong to nested settings, which nothing here needs.
 */
export function parseIni(text: string): Map<string, Map<string, string>> {
  const sections = new Map<string, Map<string, string>>();
  let section: Map<string, string> | undefined;
  for (const line of text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/)) {
    if (/^\s*([#;]|$)/.test(line)) continue;
    const title = /^\s*\[([^\]]*)\]/.exec(line)?.[1];
    if (title !== undefined) {
      const name = title.trim();
      section = sections.get(name) ?? new Map<string, string>();
      sections.set(name, section);
      continue;
    }
    if (/^\s/.test(line)) continue;
    const [, name, value = ''] = /^([^=]+?)\s*=\s*(.*)$/.exec(line) ?? [];
    if (name !== undefined) section?.set(name.toLowerCase(), value.replace(/\s+[#;].*$/, '').trim());
  }
  return sections;
}

function placeOf(parts: SourceParts, set: string | undefined, name: string, usual: string): string {
  const named = set ?? variable(parts, name);
  return named === undefined ? join(parts.home, '.aws', usual) : pathOf(parts, named);
}

function read(path: string, mustBeThere: boolean): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const code = codeOf(cause);
    if (!mustBeThere && (code === 'ENOENT' || code === 'ENOTDIR')) return '';
    throw new SourceError(`${path} can't be read: ${systemReason(cause)}`, { cause });
  }
}

function unquoted(name: string): string {
  return name.trim().replace(/^"(.*)"$|^'(.*)'$/, '$1$2');
}
