import { describe, expect, test } from 'bun:test';
import { sourceText, textOf } from './document.ts';

const README = textOf('README.md');
const [, section = ''] = README.split('\n## Troubleshooting\n');
const [TABLES = ''] = section.split('\n## ');
/** The messages as the tables quote them: the first cell of each row. */
const QUOTED = [...TABLES.matchAll(/^\| `([^`]+)` +\| /gm)].map(([, quoted = '']) => quoted);
/** All that speaks: the program and its launcher. */
const SOURCE = sourceText() + textOf('launcher/gpbackup_s3_plugin');

describe('troubleshooting by message', () => {
  test('there are rows for the server, the config file, and backup and restore', () => {
    expect(QUOTED.length).toBeGreaterThan(40);
  });

  test.each(QUOTED)('the program says "%s"', (quoted) => {
    expect(SOURCE.includes(quoted)).toBe(true);
  });

  test('every code that has a hint has a row', () => {
    const hints = textOf('src/session/hint.ts');
    const from = hints.indexOf('const BY_CODE');
    const codes = [...hints.slice(from, hints.indexOf('\n};', from)).matchAll(/^ {2}(\w+): /gm)].map(
      ([, code = '']) => code,
    );
    expect(codes.length).toBeGreaterThan(20);
    expect(codes.filter((code) => !QUOTED.includes(code))).toEqual([]);
  });

  test('no message stands in two rows', () => {
    expect(QUOTED.filter((quoted, index) => QUOTED.indexOf(quoted) !== index)).toEqual([]);
  });
});
