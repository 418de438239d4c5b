import { describe, expect, test } from 'bun:test';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { withTables } from '../../scripts/readme-tables.ts';
import { VERSION } from '../../src/base/product.ts';
import { parseArguments } from '../../src/cli/parse.ts';
import { loadConfig } from '../../src/config/load.ts';
import { OPTION_NAMES, OPTIONS } from '../../src/config/options.ts';
import { allBlocks, anchorsOf, DOCUMENTS, ROOT, textOf } from './document.ts';

const README = textOf('README.md');

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

/** The text without the blanks and dashes by which the formatter brings columns into line. */
function compact(text: string): string {
  return text.replace(/^\|.*$/gm, (row) => row.replace(/ {2,}/g, ' ').replace(/-{3,}/g, '---'));
}

describe('tables', () => {
  test('README repeats commands, options and part sizes as the program defines them (npm run docs)', () => {
    expect(compact(README) === compact(withTables(README))).toBe(true);
  });

  test('a README without the markers of a table is an error, not a README without the table', () => {
    expect(() => withTables(README.replace('<!-- end of table parts -->', ''))).toThrow('"parts"');
  });
});

describe('examples', () => {
  const calls = examplesOf('gpbackup_s3_plugin');

  test('there are some of the plugin itself', () => {
    expect(calls.length).toBeGreaterThan(8);
  });

  test.each(calls)('the command line is one that the plugin takes: %s', async (line) => {
    const [, ...args] = line.split(' ');
    expect(['command', 'help', 'version']).toContain((await parseArguments(args)).kind);
  });

  test.each([...examplesOf('gpbackup'), ...examplesOf('gprestore')])(
    'gpbackup and gprestore are given the config file: %s',
    (line) => {
      expect(line).toContain(' --plugin-config /');
    },
  );

  test.each(examplesOf('npm'))('the npm script is there: %s', (line) => {
    const [, ...words] = line.split(' ');
    const name = words.find((word) => word !== 'run') ?? '';
    const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> };
    expect(Object.keys(scripts)).toContain(name);
  });

  test('the options of the install script are those that README gives it', () => {
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
      expect((await loadConfig(path)).bucket).toBe('my-backups');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test.each(titled('json'))('the JSON of %s can be read', (_title, text) => {
    expect(JSON.parse(text)).toBeObject();
  });
});

describe('names', () => {
  test.each(DOCUMENTS)('every relative link of %s leads to a file and a heading', (path) => {
    for (const [, target = ''] of textOf(path).matchAll(/\]\((?!https?:)([^)\s]+)\)/g)) {
      const [file = '', anchor] = target.split('#');
      const linked = file === '' ? path : join(dirname(path), file);
      expect(existsSync(join(ROOT, linked)) ? '' : `${linked} is not there`).toBe('');
      if (anchor !== undefined) expect(anchorsOf(textOf(linked))).toContain(anchor);
    }
  });

  test('migrating.md names every option of forks and every new one', () => {
    const text = textOf('docs/migrating.md');
    const missing = OPTION_NAMES.filter((name) => ['fork', 'new'].includes(OPTIONS[name].origin)).filter(
      (name) => !text.includes(`\`${name}\``),
    );
    expect(missing).toEqual([]);
  });

  test('the changelog and the archive in the install example are of this version', () => {
    expect(textOf('CHANGELOG.md')).toContain(`## ${VERSION} (`);
    expect(README).toContain(`gpbackup_s3_plugin-${VERSION}-linux-x64.tar.gz`);
  });

  test('the program refers to sections of README that are there', () => {
    expect(textOf('src/s3/errors/hint.ts')).toContain('README.md, "Permissions"');
    expect(anchorsOf(README)).toContain('permissions');
  });
});

/** The folders directly in a folder of the repository, given and named with a slash at the end. */
function below(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => `${folder}${entry.name}/`);
}

describe('layout', () => {
  const listed = [...README.matchAll(/^([\w./-]+\/) {2,}\S/gm)].map(([, folder = '']) => folder);

  test('every folder that is listed is there', () => {
    expect(listed.length).toBeGreaterThan(15);
    expect(listed.filter((folder) => !existsSync(join(ROOT, folder)))).toEqual([]);
  });

  test('every folder is listed; those of test/ only when they are not named after one of src/', () => {
    const source = [...new Bun.Glob('src/**/*.ts').scanSync({ cwd: ROOT })].map(
      (file) => `${dirname(file)}/`,
    );
    const made = new Set(['.git/', '.cache/', 'node_modules/', 'dist/']);
    const top = below('').filter((folder) => !made.has(folder));
    const tests = below('test/').filter((folder) => !existsSync(join(ROOT, folder.replace(/^test/, 'src'))));
    const missing = [...new Set([...top, ...source, ...tests, ...below('scripts/')])].filter(
      (folder) => !listed.includes(folder),
    );
    expect(missing.toSorted()).toEqual([]);
  });
});
