import { expect, test } from 'bun:test';
import { argumentCounts, type CommandEntry, command, namedArguments } from '../../src/cli/command-entry.ts';
import { commandHelp, usageLine } from '../../src/cli/help.ts';

const load = (): Promise<never> => Promise.reject(new Error('not loaded for help'));
const NONE: CommandEntry = command({ kind: 'operator', arguments: [], summary: 'Store a file.', load });
const FILE: CommandEntry = command({
  kind: 'operator',
  arguments: [{ name: 'config' }, { name: 'offsetsFile', optional: true }],
  options: { 'all-backups': { type: 'boolean' } },
  optionTexts: { 'all-backups': 'All of them.' },
  summary: 'Store a file.',
  details: 'The file stays.',
  examples: ['backup_file s3.yaml /a'],
  load,
});

test('the usage, the counts and the names come from the arguments', () => {
  expect([FILE.usage, argumentCounts(FILE)]).toEqual([
    'CONFIG [OFFSETS_FILE] [--all-backups] [--json]',
    { fewest: 1, most: 2 },
  ]);
  expect([NONE.usage, argumentCounts(NONE)]).toEqual(['[--json]', { fewest: 0, most: 0 }]);
  expect(namedArguments(FILE, ['c'])).toEqual({ config: 'c' });
  expect(namedArguments(FILE, ['c', 'o'])).toEqual({ config: 'c', offsetsFile: 'o' });
});

test('a usage line without arguments has no blank at its end', () => {
  expect(usageLine('plugin_api_version', '')).toBe('gpbackup_s3_plugin plugin_api_version');
});

test('a command’s help: usage, summary, details, options, examples', () => {
  expect(commandHelp('backup_file', FILE)).toBe(
    `usage: gpbackup_s3_plugin backup_file CONFIG [OFFSETS_FILE] [--all-backups] [--json]

Store a file.
The file stays.

Options:
  --all-backups  All of them.
  --json         Print the result as JSON.

Examples:
  gpbackup_s3_plugin backup_file s3.yaml /a
`,
  );
  expect(commandHelp('x', NONE)).toContain('\n\nStore a file.\n');
});
