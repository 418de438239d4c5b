import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bashCompletion, suggestedWords } from '../../scripts/release/completion.ts';
import { allCommands } from '../../src/cli/all-commands.ts';

const COMMANDS = await allCommands();
const work = mkdtempSync(join(tmpdir(), 'gpbackup-s3-plugin-completion-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

beforeAll(() => {
  writeFileSync(join(work, 'completion.bash'), bashCompletion(COMMANDS));
  for (const name of ['s3.yaml', 'my site.yml', 'hosts', '$(touch x).yaml'])
    writeFileSync(join(work, name), '');
  mkdirSync(join(work, 'sub'));
});

/** What bash suggests for the last of the words; `=` is a word of its own, as bash has it. */
function suggested(...words: readonly string[]): string[] {
  const script = `
    set -u
    source ./completion.bash
    COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
    "$(complete -p gpbackup_s3_plugin | sed 's/.* -F \\([^ ]*\\) .*/\\1/')"
    (($\{#COMPREPLY[@]} == 0)) || printf '%s\\n' "$\{COMPREPLY[@]}"`;
  const { exitCode, stdout, stderr } = Bun.spawnSync(
    ['bash', '--norc', '--noprofile', '-c', script, 'bash', 'gpbackup_s3_plugin', ...words],
    { cwd: work, env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' } },
  );
  expect([exitCode, stderr.toString()]).toEqual([0, '']);
  return stdout.toString().split('\n').slice(0, -1);
}

describe('the completion for bash', () => {
  test('suggests commands, those for people first', () => {
    expect(suggested('li')).toEqual(['list_backups', 'list_directory']);
    const all = suggested('');
    expect(all).toContain('verify_backup');
    expect(all).toContain('--version');
    expect(all).not.toContain('backup_data');
    expect(suggested('restore_da')).toEqual(['restore_data', 'restore_data_subset']);
    expect(suggested('no_such')).toEqual([]);
    expect(suggested('no_such', '')).toEqual([]);
  });

  test('suggests every command, and every flag of it', () => {
    for (const [name, { options }] of Object.entries(COMMANDS)) {
      expect(suggested(name)).toContain(name);
      expect(suggested(name, 's3.yaml', '--')).toEqual([
        ...Object.keys(options).map((flag) => `--${flag}`),
        '--help',
      ]);
    }
  });

  test('suggests config files and folders where the config file is', () => {
    expect(suggested('list_backups', '').toSorted()).toEqual([
      '$(touch x).yaml',
      'my site.yml',
      's3.yaml',
      'sub',
    ]);
    expect(suggested('list_backups', 's')).toEqual(['s3.yaml', 'sub']);
    expect(suggested('list_backups', '--failed', 's3')).toEqual(['s3.yaml']);
    expect(suggested('list_backups', '--type', 'full', 's3')).toEqual(['s3.yaml']);
    expect(suggested('list_backups', '--type', '=', 'full', 's3')).toEqual(['s3.yaml']);
  });

  test('suggests no timestamp, and nothing after the last argument', () => {
    expect(suggested('show_backup', 's3.yaml', '')).toEqual([]);
    expect(suggested('show_backup', 's3.yaml', '20260102030405', '')).toEqual([]);
    expect(suggested('list_backups', 's3.yaml', '')).toEqual([]);
  });

  test('suggests the values that are known', () => {
    expect(suggested('policy', 's3.yaml', '--role', '')).toEqual(['backup', 'restore', 'delete', 'operator']);
    expect(suggested('policy', 's3.yaml', '--role', 're')).toEqual(['restore']);
    expect(suggested('policy', 's3.yaml', '--role', '=', 're')).toEqual(['restore']);
    expect(suggested('policy', 's3.yaml', '--role', '=')).toEqual([
      'backup',
      'restore',
      'delete',
      'operator',
    ]);
    expect(suggested('usage', 's3.yaml', '--by', 'm')).toEqual(['month']);
    expect(suggested('check', 's3.yaml', '--hosts', 'h')).toEqual(['hosts']);
    expect(suggested('restore_directory', 's3.yaml', '')).toEqual(['sub']);
    expect(suggested('help', 'o')).toEqual(['options']);
    expect(suggested('help', 'usage', '')).toEqual([]);
  });

  test('knows every value that a flag’s own text names, and no other', () => {
    const known = Object.values(COMMANDS).flatMap(({ options, optionTexts, optionValues }) =>
      Object.keys(options).flatMap((flag) => {
        const words = suggestedWords(optionValues[flag] ?? '');
        return words === undefined ? [] : [[optionTexts[flag] ?? '', words] as const];
      }),
    );
    expect(known.length).toBeGreaterThan(4);
    for (const [text, words] of known)
      for (const word of words) expect(text.includes(word) ? '' : `${word}: ${text}`).toBe('');
  });

  test('runs nothing of a file’s name', () => {
    suggested('list_backups', '$(');
    expect(suggested('check', 's3.yaml', '--hosts', 'x')).toEqual([]);
  });

  test('needs no setting of the shell', () => {
    const script = 'set -eu; shopt -u extglob; source ./completion.bash; complete -p gpbackup_s3_plugin';
    const { stdout, stderr } = Bun.spawnSync(['bash', '--norc', '-c', script], { cwd: work });
    expect([stdout.toString(), stderr.toString()]).toEqual([
      'complete -F __gpbackup_s3_plugin gpbackup_s3_plugin\n',
      '',
    ]);
  });
});
