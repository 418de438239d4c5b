import { expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CATALOGUE_COMMANDS } from '../../src/cli/catalogue-commands.ts';
import { COMMANDS } from '../../src/cli/command-table.ts';

const LAUNCHER = readFileSync(join(import.meta.dir, '../../launcher/gpbackup_s3_plugin'), 'utf8');

/** The names of the `case` branch that contains a text. */
function branchOf(text: string): string[] {
  const before = LAUNCHER.slice(0, LAUNCHER.indexOf(text));
  const names = before.slice(0, before.lastIndexOf(')')).split(/[\n]/).at(-1) ?? '';
  return names.split('|').map((name) => name.trim());
}

test('the commands without a just-in-time compiler move bytes: once for each file or table, or many objects', () => {
  const data = Object.entries(COMMANDS).filter(([, { kind }]) => kind === 'data');
  expect(branchOf('BUN_JSC_useJIT=0').toSorted()).toEqual(
    [...data.map(([name]) => name), 'replicate_backup'].toSorted(),
  );
});

test('every command that the launcher names is there', () => {
  const named = LAUNCHER.split('\n').flatMap(
    (line) =>
      /^\s*([a-z_* |-]+)\)/
        .exec(line)?.[1]
        ?.split('|')
        .map((name) => name.trim()) ?? [],
  );
  const known = ['*', '*/*', '--version', ...Object.keys(COMMANDS), ...Object.keys(CATALOGUE_COMMANDS)];
  for (const name of named.filter((word) => /^[a-z]/.test(word))) {
    const matches = known.filter((command) => new RegExp(`^${name.replaceAll('*', '.*')}$`).test(command));
    expect([name, matches.length > 0]).toEqual([name, true]);
  }
  expect(named).toContain('backup_data');
});
