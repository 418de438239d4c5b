import { describe, expect, test } from 'bun:test';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArguments } from '../../src/cli/parse.ts';
import { loadConfig } from '../../src/config/load.ts';
import { allBlocks, textOf } from './document.ts';

/** The lines of all shell examples that begin with `word`. */
function examplesOf(word: string): string[] {
  return allBlocks('sh')
    .flatMap(({ text }) => text.split('\n'))
    .filter((line) => line.startsWith(`${word} `));
}

/** All blocks of a language, each with a title for its test. */
function titled(language: string): [title: string, text: string][] {
  return allBlocks(language).map(({ heading, text }, index) => [`"${heading}" (block ${index + 1})`, text]);
}

describe('examples', () => {
  // A command line that two documents show is tried once.
  const calls = [...new Set(examplesOf('gpbackup_s3_plugin'))];

  test('there are some of the plugin itself', () => {
    expect(calls.length).toBeGreaterThan(8);
  });

  test.each(calls)('the plugin accepts the command line: %s', async (line) => {
    const [, ...args] = line.replace(/ [|>].*$/, '').split(' ');
    expect(['command', 'help', 'version']).toContain((await parseArguments(args)).kind);
  });

  test.each([...new Set([...examplesOf('gpbackup'), ...examplesOf('gprestore')])])(
    'gpbackup and gprestore get the config file: %s',
    (line) => {
      expect(line).toContain(' --plugin-config /');
    },
  );

  test.each([...new Set(examplesOf('npm'))])('the npm script is there: %s', (line) => {
    const [, ...words] = line.split(' ');
    const name = words.find((word) => word !== 'run') ?? '';
    const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> };
    expect(Object.keys(scripts)).toContain(name);
  });

  test('the install script knows the options that documents give it', () => {
    const usage = textOf('scripts/install-on-hosts.sh');
    const lines = examplesOf('./install-on-hosts.sh');
    expect(lines.length).toBeGreaterThan(0);
    const given = [...lines.join(' ').matchAll(/ (-\w)\b/g)].map(([, option = '']) => option);
    for (const option of [...given, '-h', '-j']) expect(usage).toContain(`  ${option} `);
  });

  test.each(titled('yaml'))('the config file of %s loads', async (_title, text) => {
    const folder = mkdtempSync(join(tmpdir(), 'gpbackup-s3-plugin-docs-'));
    try {
      const path = join(folder, 'config.yaml');
      writeFileSync(path, text);
      expect((await loadConfig(path, { environment: {}, signal: new AbortController().signal })).bucket).toBe(
        'my-backups',
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test.each(titled('json'))('the JSON of %s can be read', (_title, text) => {
    expect(JSON.parse(text)).toBeObject();
  });
});
