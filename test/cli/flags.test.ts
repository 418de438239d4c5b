import { describe, expect, test } from 'bun:test';
import { UsageError } from '../../src/base/plugin-error.ts';
import { type CommandEntry, command } from '../../src/cli/command-entry.ts';
import { separate } from '../../src/cli/flags.ts';

const ENTRY: CommandEntry = command({
  kind: 'operator',
  arguments: [{ name: 'config' }, { name: 'place', optional: true }],
  options: { 'all-backups': { type: 'boolean' }, since: { type: 'string' } },
  optionTexts: { 'all-backups': '', since: '' },
  summary: '',
  load: () => Promise.reject(new Error('not loaded')),
});
const USAGE = 'program command CONFIG';

describe('flags may stand anywhere; all else is an argument, as it is', () => {
  test.each([
    [['c', '-1'], ['c', '-1'], {}],
    [['--all-backups', 'c', '-1'], ['c', '-1'], { 'all-backups': true }],
    [['c', '--all-backups', '-abc', '-', ''], ['c', '-abc', '-', ''], { 'all-backups': true }],
    [['c', '--since', '3d'], ['c'], { since: '3d' }],
    [['c', '--since=3d', 'x'], ['c', 'x'], { since: '3d' }],
    [['c', '--since', '-3d', 'x'], ['c', 'x'], { since: '-3d' }],
    [['c', '--', '--since'], ['c', '--since'], {}],
  ] as const)('%p', async (words, values, flags) => {
    expect(await separate(words, ENTRY, USAGE)).toEqual({ values: [...values], flags });
  });
});

describe('refused, with the usage as a hint', () => {
  test.each([
    [['c', '--al-backups'], 'unknown option "--al-backups", did you mean "--all-backups"?'],
    [['c', '--foo-bar-baz=1'], 'unknown option "--foo-bar-baz"'],
    [['c', '--since'], 'since'],
    [['c', '--all-backups=x'], 'all-backups'],
  ])('%p', async (words, message) => {
    const thrown = await separate(words, ENTRY, USAGE).catch((error: unknown) => error);
    if (!(thrown instanceof UsageError)) throw new Error(`no UsageError: ${Bun.inspect(thrown)}`);
    expect(thrown.message).toContain(message);
    expect(thrown.message).not.toContain('\0');
    expect(thrown.hint).toBe(`usage: ${USAGE}`);
  });
});
