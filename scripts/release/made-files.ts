import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { VERSION } from '../../src/base/product.ts';
import { allCommands } from '../../src/cli/all-commands.ts';
import { optionRows } from '../../src/session/option-help.ts';
import { bashCompletion } from './completion.ts';
import { manPage } from './man-page.ts';

const ROOT = join(import.meta.dir, '..', '..');

/** Files of a release that are made from the table of commands. */
export interface MadeFiles {
  readonly completion: string;
  readonly manPage: string;
}

/** @throws when the changelog has no date of this version. */
export async function madeFiles(): Promise<MadeFiles> {
  const changelog = readFileSync(join(ROOT, 'CHANGELOG.md'), 'utf8');
  const dates = [...changelog.matchAll(/^## (\S+) \((\d{4}-\d{2}-\d{2})\)$/gm)];
  const [, , date] = dates.find(([, version]) => version === VERSION) ?? [];
  if (date === undefined) throw new Error(`CHANGELOG.md has no date of ${VERSION}`);
  const commands = await allCommands();
  return { completion: bashCompletion(commands), manPage: manPage(commands, optionRows(), date) };
}
