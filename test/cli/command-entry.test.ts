import { expect, test } from 'bun:test';
import { argumentCounts } from '../../src/cli/command-entry.ts';
import { commandHelp, usageLine } from '../../src/cli/help.ts';

test.each([
  ['', 0, 0],
  ['CONFIG', 1, 1],
  ['CONFIG FILE', 2, 2],
  ['CONFIG [PREFIX]', 1, 2],
  ['[A] [B]', 0, 2],
])('the usage %p takes from %p to %p arguments', (usage, fewest, most) => {
  expect(argumentCounts(usage)).toEqual({ fewest, most });
});

test('a usage line without arguments has no blank at its end', () => {
  expect(usageLine('plugin_api_version', '')).toBe('gpbackup_s3_plugin plugin_api_version');
});

const load = (): Promise<never> => Promise.reject(new Error('not loaded for help'));

test('a command’s help is its usage, its summary and its details, each ended by a newline', () => {
  const entry = { usage: 'CONFIG FILE', summary: 'Store a file.', details: 'The file stays.', load };
  expect(commandHelp('backup_file', entry)).toBe(
    'usage: gpbackup_s3_plugin backup_file CONFIG FILE\n\nStore a file.\nThe file stays.\n',
  );
  expect(commandHelp('x', { ...entry, details: '' })).toEndWith('\n\nStore a file.\n');
});
