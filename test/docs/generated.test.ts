import { describe, expect, test } from 'bun:test';
import { GENERATED, regenerated } from '../../scripts/docs/generated.ts';
import { table, wrapped } from '../../scripts/docs/markdown.ts';
import { memoryOfChunk, streamWithinMemory } from '../../scripts/docs/size-tables.ts';
import { formatSize, MiB, parseSize } from '../../src/base/bytes.ts';
import { VERSION } from '../../src/base/product.ts';
import { OPTION_NAMES, OPTIONS } from '../../src/config/options.ts';
import { textOf } from './document.ts';

describe('generated parts', () => {
  test.each(Object.keys(GENERATED))('%s is up to date (npm run docs)', (path) => {
    expect(textOf(path) === regenerated(path, textOf(path))).toBe(true);
  });

  test('a document that has lost its markers is an error', () => {
    const text = textOf('docs/sizing.md').replace('<!-- end of parts -->', '');
    expect(() => regenerated('docs/sizing.md', text)).toThrow('docs/sizing.md: the markers of "parts"');
  });

  test('a pipe in a cell stays in its cell', () => {
    expect(table(['a'], [['x|y']])).toBe('| a |\n| --- |\n| x\\|y |');
  });

  test('lines are wrapped at 100 characters, never inside of backticks', () => {
    const code = `\`${'a '.repeat(45)}\``;
    expect(wrapped(`${'word '.repeat(5)}${code} end`, '  ')).toBe(
      `${'word '.repeat(5).trimEnd()}\n  ${code} end`,
    );
    for (const line of wrapped('word '.repeat(200), '  ').split('\n'))
      expect(line.length).toBeLessThanOrEqual(100);
  });
});

describe('facts that documents repeat', () => {
  test('README names the longest stream within the default memory limit', () => {
    expect(textOf('README.md')).toContain(
      `${OPTIONS.max_memory.fallback} by default, for streams of up to ${formatSize(streamWithinMemory())}`,
    );
  });

  test('migrating.md names the memory that parts of 500MB need', () => {
    expect(parseSize('500MB')).toBe(500 * MiB);
    expect(textOf('docs/migrating.md')).toContain(`about ${memoryOfChunk(500 * MiB)} `);
  });

  test('migrating.md names every option of forks and every new one', () => {
    const text = textOf('docs/migrating.md');
    const missing = OPTION_NAMES.filter((name) => ['fork', 'new'].includes(OPTIONS[name].origin)).filter(
      (name) => !text.includes(`\`${name}\``),
    );
    expect(missing).toEqual([]);
  });

  test('the options in README exist', () => {
    const [, section = ''] = textOf('README.md').split('| Option | Use it for |');
    const [rows = ''] = section.split('\n\n');
    const named = [...rows.matchAll(/^\| (.*?) \|/gm)].flatMap(([, cell = '']) =>
      [...cell.matchAll(/`(\w+)`/g)].map(([, name = '']) => name),
    );
    expect(named.length).toBeGreaterThan(9);
    expect(named.filter((name) => !Object.hasOwn(OPTIONS, name))).toEqual([]);
  });

  test('the changelog and the archive in the install example are of this version', () => {
    expect(textOf('CHANGELOG.md')).toContain(`## ${VERSION} (`);
    expect(textOf('README.md')).toContain(`gpbackup_s3_plugin-${VERSION}-linux-x64.tar.gz`);
  });
});
