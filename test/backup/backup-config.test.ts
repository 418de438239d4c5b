import { describe, expect, test } from 'bun:test';
import {
  array,
  assert,
  boolean,
  constantFrom,
  nat,
  oneof,
  property,
  record,
  string,
  tuple,
} from 'fast-check';
import { stringify } from 'yaml';
import { setFiles } from '../../lab/sets.ts';
import {
  BackupConfigError,
  objectFilteringOf,
  parseBackupConfig,
  parsedYaml,
  typeOfBackup,
} from '../../src/backup/backup-config.ts';
import { quickYaml } from '../../src/backup/quick-yaml.ts';

const configs = setFiles()
  .filter(({ key }) => key.endsWith('0_config.yaml') || /\d_config\.yaml$/.test(key))
  .filter(({ key }) => !key.includes('plugin_config'))
  .map(({ key, content }) => ({ key, text: Buffer.from(content).toString() }));

const textOf = (timestamp: string): string => configs.find(({ key }) => key.includes(timestamp))?.text ?? '';

/** What a reader gives, or that it refused. */
function outcome(text: string): unknown {
  try {
    return parseBackupConfig(text);
  } catch (error) {
    expect(error).toBeInstanceOf(BackupConfigError);
    return 'refused';
  }
}

describe('a config file', () => {
  test('of the real sets is read without the YAML library, and the same', () => {
    expect(configs.length).toBe(15);
    for (const { text } of configs) expect(quickYaml(text)).toEqual(parsedYaml(text));
  });

  test('of an incremental backup has its plan, names quoted as SQL has them, and folded texts', () => {
    const config = parseBackupConfig(textOf('20261125025323'));
    expect(config.restorePlan.map(({ timestamp, tables }) => [timestamp, tables.length])).toEqual([
      ['20261125025319', 3],
      ['20261125025323', 7],
    ]);
    expect(config.restorePlan[1]?.tables).toContain('"Odd Names"."Order Lines"');
    expect(config.databaseVersion).toBe(
      'PostgreSQL 9.4.26 (Greenplum Database 6.24.3 build commit:25d3498a400ca5230e81abb94861f23389315213) on x86_64-unknown-linux-gnu, compiled by gcc (Debian 12.2.0-14+deb12u1) 12.2.0, 64-bit compiled on Nov 25 2026 02:10:20',
    );
    expect([typeOfBackup(config), config.status, config.endTime]).toEqual([
      'incremental',
      'Success',
      '20261125025325',
    ]);
  });

  test('of WarehousePG has its command line; unknown fields are ignored', () => {
    const more =
      'singlebackupdir: false\ncommandline: gpbackup --dbname "x y"\nobjectcount:\n  tables: 3\nnew: [a, {b: c}]\n';
    const { commandLine, timestamp } = parseBackupConfig(textOf('20261125025400') + more);
    expect([timestamp, commandLine]).toEqual(['20261125025400', 'gpbackup --dbname "x y"']);
  });

  test('names what was filtered', () => {
    expect(objectFilteringOf(parseBackupConfig(textOf('20261125025410')))).toBe('exclude-schema');
    expect(objectFilteringOf(parseBackupConfig(textOf('20261125025405')))).toBe('include-table');
  });

  test('without one of its lines is read all the same, but for its timestamp', () => {
    const lines = textOf('20261125025319').split('\n');
    for (const [index, line] of lines.entries()) {
      const read = outcome(lines.toSpliced(index, 1).join('\n'));
      if (line.startsWith('timestamp:')) expect(read).toBe('refused');
    }
  });

  test('with values of other kinds is read or refused', () => {
    for (const value of [
      '',
      '[]',
      '{}',
      '- a',
      '1',
      'true',
      'null',
      '~',
      '[[1]]',
      '{a: b}',
      '|',
      '"',
      "'",
      '&a b',
      '*a',
      '!!binary x',
      '? x',
    ])
      for (const line of textOf('20261125025319')
        .split('\n')
        .filter((each) => /^[a-z]+:/.test(each)))
        outcome(textOf('20261125025319').replace(line, line.replace(/:.*/, `: ${value}`)));
  });

  test.each([
    ['CRLF', textOf('20261125025323').replaceAll('\n', '\r\n')],
    ['a comment and a document mark', `# x\n---\n${textOf('20261125025323')}...\n`],
    [
      'lists that are indented, as yaml.v3 writes them',
      textOf('20261125025323').replace(/^(?=- |  (?:tablefqns|- ))/gm, '    '),
    ],
  ])('with %s is the same', (_, text) => {
    expect(parseBackupConfig(text)).toEqual(parseBackupConfig(textOf('20261125025323')));
  });

  test('with a byte order mark is the same', () => {
    const bytes = Buffer.from(`\ufeff${textOf('20261125025323')}`);
    const text = new TextDecoder().decode(bytes);
    expect(parseBackupConfig(text)).toEqual(parseBackupConfig(textOf('20261125025323')));
  });

  test.each([
    [
      'aliases that multiply (a billion laughs)',
      `a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\ntimestamp: "20260101000000"\nincludeschemas: [*c, *c]\n`,
    ],
    ['a list of lists, 100,000 deep', `timestamp: ${'['.repeat(100_000)}`],
    ['100,000 dashes', `timestamp: "20260101000000"\nincludeschemas:\n${'- '.repeat(100_000)}x\n`],
    ['100,000 levels', Array.from({ length: 2000 }, (_, level) => `${' '.repeat(level)}a:`).join('\n')],
    ['NUL bytes', `timestamp: "2026\0"\n`],
    ['no text', ''],
    ['another document', '<html></html>'],
    ['a scalar', '"20260101000000"'],
    ['a timestamp of 13 digits', 'timestamp: "2026010100000"\n'],
    ['a text that does not end', 'timestamp: "20260101000000\nstatus: Success\n'],
    ['32 MB that gpbackup does not write', `{timestamp: ${'x'.repeat(32 * 1024 * 1024)}}`],
  ])('with %s is refused, and soon', (_, text) => {
    const startedAt = performance.now();
    expect(() => parseBackupConfig(text)).toThrow(BackupConfigError);
    expect(performance.now() - startedAt).toBeLessThan(30_000);
  });

  test.each([
    'a # b',
    '#x',
    'a #',
    'a#b',
    "'a' # b",
    '"a" # b',
    'a: b',
    'a:',
    ':a',
    'a:b',
    '- a',
    '-',
    '-a',
    '? a',
    '?a',
    '@a',
    '`a`',
    '%a',
    '!a b',
    '&a b',
    '*a',
    '|\n  x',
    '>-\n  x',
    '[a',
    '[a, b]',
    '{a: b}',
    'a,b',
    ']',
    '~',
    'null',
    'a\n  b',
    'a\n\n  b',
    'a\n b: c',
    'a\n  # b',
    'a\n  - b',
    "'a\n  b'",
    "'a''b'",
    "'a'b'",
    "'a",
    '"a\\\n  b"',
    '"a\n\n  b"',
    '"a\\q"',
    '"\\x41\\u00e9\\U0001F600"',
    '"a" b',
    'a\tb',
    'a ',
    ' a',
    "''",
    '""',
    '[]',
    '[]\n  - x',
    '\n  - a\n  - b',
    '\n- a\n-  b',
    '\n- a: b\n  c: d',
    '\n  a: b',
    '\n- - a',
    '\u00a0a',
    'a\u0085b',
  ])('with the value %j is read as the YAML library does, or not quickly', (value) => {
    const text = `timestamp: "20260101000000"\ndatabasename: ${value}\nstatus: Success\n`;
    const read = quickYaml(text);
    if (read !== undefined) expect(read).toEqual(parsedYaml(text));
  });

  test('with 300,000 tables is read', () => {
    const tables = Array.from({ length: 300_000 }, (_, index) => `  - sales.orders_1_prt_${index}`).join(
      '\n',
    );
    const text = `restoreplan:\n- timestamp: "20260101000000"\n  tablefqns:\n${tables}\ntimestamp: "20260101000000"\n`;
    expect(parseBackupConfig(text).restorePlan[0]?.tables.length).toBe(300_000);
  });

  /** As Go writes texts: plain where that is possible, folded at 80 columns. */
  const odd = string({
    maxLength: 12,
    unit: constantFrom(
      'a',
      'Z',
      '0',
      ' ',
      '.',
      '"',
      "'",
      ':',
      '#',
      '-',
      ',',
      '[',
      '{',
      '&',
      '*',
      '!',
      '|',
      '>',
      '%',
      '@',
      '`',
      '\\',
      '\n',
      '\t',
      'é',
      '😀',
      '\u0085',
      '\u2028',
      '\u0001',
      '$',
      '(',
    ),
  });
  const plain = string({ maxLength: 12, unit: constantFrom('a', 'b', '_', '.', ' ', '0', '(', 'é') });
  const word = oneof({ weight: 12, arbitrary: plain }, { weight: 1, arbitrary: odd });
  const longText = array(word, { maxLength: 30 }).map((words) => words.join(' '));
  const document = record(
    {
      timestamp: constantFrom('20260101000000', '20261125025323', ''),
      endtime: word,
      status: word,
      databasename: word,
      databaseversion: longText,
      segmentcount: nat(3000),
      incremental: boolean(),
      includeschemas: array(word, { maxLength: 4 }),
      excluderelations: array(longText, { maxLength: 2 }),
      restoreplan: array(
        record({ timestamp: constantFrom('20260101000000', 'x'), tablefqns: array(word, { maxLength: 4 }) }),
        { maxLength: 3 },
      ),
    },
    { requiredKeys: ['timestamp'] },
  );

  test('is the same by the quick reader and by the YAML library, however it is written', () => {
    let quick = 0;
    const options = record({
      lineWidth: constantFrom(0, 40, 80),
      indentSeq: boolean(),
      defaultStringType: constantFrom('PLAIN' as const, 'QUOTE_SINGLE' as const, 'QUOTE_DOUBLE' as const),
      blockQuote: constantFrom(false, true),
    });
    assert(
      property(document, options, (fields, how) => {
        const text = stringify(fields, { ...how, defaultKeyType: 'PLAIN' });
        const read = quickYaml(text);
        if (read === undefined) return;
        quick += 1;
        expect(read).toEqual(parsedYaml(text));
      }),
      { numRuns: 700 },
    );
    expect(quick).toBeGreaterThan(150);
  });

  test('that is damaged is read the same by both, or refused', () => {
    const damage = tuple(
      nat(1200),
      nat(40),
      string({
        maxLength: 6,
        unit: constantFrom(
          'a',
          ' ',
          '\n',
          ':',
          '-',
          '"',
          "'",
          '#',
          '[',
          ']',
          '{',
          '&',
          '*',
          '|',
          '\\',
          '\t',
          '\0',
          '\ufffd',
        ),
      }),
    );
    assert(
      property(constantFrom(...configs), array(damage, { minLength: 1, maxLength: 3 }), ({ text }, all) => {
        const damaged = all.reduce(
          (one, [at, length, put]) => one.slice(0, at) + put + one.slice(at + length),
          text,
        );
        const read = quickYaml(damaged);
        if (read !== undefined) expect(read).toEqual(parsedYaml(damaged));
        outcome(damaged);
      }),
      { numRuns: 800 },
    );
  });
});
