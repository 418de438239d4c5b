import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeOf } from '../../base/plugin-error.ts';
import { PROGRAM } from '../../base/product.ts';
import { systemReason } from '../../base/system-error.ts';
import type { Host } from '../host.ts';
import { parseRawConfig } from '../parse-raw-config.ts';

/** The variables that name the coordinator's data folder: Greenplum 7 and Cloudberry, and Greenplum 6. */
export const DATA_FOLDERS = ['COORDINATOR_DATA_DIRECTORY', 'MASTER_DATA_DIRECTORY'] as const;

/** The file with the keys of all plugins, `name: key`, where gpbackup looks for it; undefined without a data folder. */
export function keyFileOf(environment: Host['environment']): string | undefined {
  const folder = DATA_FOLDERS.map((name) => environment[name] ?? '').find((path) => path !== '');
  return folder === undefined ? undefined : join(folder, '.encrypt');
}

/**
 * The key of this plugin, as gpbackup reads it; or why there is none.
 * @param path undefined without a data folder
 */
export async function readKeyFile(
  path: string | undefined,
): Promise<{ readonly key: string } | { readonly why: string }> {
  if (path === undefined) return { why: `neither ${DATA_FOLDERS.join(' nor ')} is set` };
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const why = codeOf(error) === 'ENOENT' ? 'there is no such file' : systemReason(error);
    return { why: `${path}: ${why}` };
  }
  const key = (await parseRawConfig(text)).top.get(PROGRAM) ?? '';
  return key === '' ? { why: `${path} has no entry "${PROGRAM}"` } : { key };
}
