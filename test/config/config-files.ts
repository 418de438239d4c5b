import { type Arbitrary, array, constantFrom, integer, oneof, string, tuple, uniqueArray } from 'fast-check';
import { OPTION_NAMES } from '../../src/config/options.ts';

/** Scalars as people and programs write them, good and bad. */
const scalar: Arbitrary<string> = oneof(
  constantFrom(
    'on',
    'off',
    'yes',
    'no',
    'true',
    'null',
    '~',
    '0123',
    '1e5',
    '0x1F',
    '.5',
    '1_000',
    '2026-01-02',
  ),
  constantFrom(
    '10MB',
    '500 MB',
    's3.example:9000',
    'http://host:9000/x',
    '/usr/local/bin/x',
    'a:b',
    'a: b',
    'x:',
  ),
  constantFrom(
    '',
    '""',
    "''",
    '"',
    "'",
    'a#b',
    'a #b',
    '# b',
    '"a" # b',
    "'it''s'",
    '"a\\tb"',
    '"a\\"b"',
    '[a]',
  ),
  constantFrom(
    '{a: b}',
    '${NAME}',
    '${A}b',
    '${',
    '&x a',
    '*x',
    '!!int 3',
    '|',
    '>-',
    '- a',
    '? a',
    '%a',
    '@a',
    '`a`',
    '...',
    '---',
    '<<',
  ),
  string({
    unit: constantFrom('a', 'B', '0', '_', '/', '.', ':', '@', '+', '=', '-', ' ', '#', '"', "'", '\\'),
  }),
  string({ unit: 'grapheme-ascii', maxLength: 12 }),
  string({ unit: 'binary', maxLength: 6 }),
);

const quoted = oneof(
  scalar,
  scalar.map((text) => `"${text}"`),
  scalar.map((text) => `'${text}'`),
  scalar.map((text) => JSON.stringify(text)),
);

const name = oneof(
  constantFrom(...OPTION_NAMES, 'executablepath', 'options', 'bukket', 'x', '__proto__', 'constructor'),
  string({ unit: constantFrom('a', 'b', '_', '-', '1', ' ', '.', '"'), maxLength: 4 }),
);

const colon = constantFrom(': ', ': ', ': ', ': ', ':', ':  ', ' : ', ':\t', '');
const tail = constantFrom('', '', '', ' ', '  ', ' # comment', '\t', '#');

const entryAt = (indent: Arbitrary<string>): Arbitrary<string> =>
  tuple(indent, name, colon, quoted, tail).map((pieces) => pieces.join(''));

const oddLine = constantFrom(
  '',
  '   ',
  '\t',
  '# comment',
  '  # comment',
  '---',
  '...',
  '%YAML 1.2',
  'options:',
  'options: {bucket: b, folder: f}',
  '  nested:',
  '    deeper: x',
  '  - item',
  '  continued words',
  '<<: *x',
  '\ufeff',
);

const topLine = oneof(
  { weight: 3, arbitrary: entryAt(constantFrom('', '', '', ' ')) },
  { weight: 1, arbitrary: oddLine },
);
const optionLine = oneof(
  { weight: 6, arbitrary: entryAt(constantFrom('  ', '  ', '  ', '  ', '   ', ' ', '\t', '')) },
  { weight: 1, arbitrary: oddLine },
);

/** Files that look like configs, most of them with something wrong. */
const roughFile = tuple(
  array(topLine, { maxLength: 3 }),
  constantFrom('options:', 'options:', 'options:', 'options: ', 'options :', 'options: # all', ''),
  array(optionLine, { maxLength: 6 }),
  array(topLine, { maxLength: 1 }),
  constantFrom('\n', '\n', '\r\n', '\r'),
).map(([before, options, inside, after, end]) => [...before, options, ...inside, ...after, ''].join(end));

const plainWord = string({
  unit: constantFrom('a', 'Z', '0', '9', '_', '/', '.', ':', '@', '+', '=', '-'),
  minLength: 1,
  maxLength: 10,
}).map((word) => `x${word}y`);
const tidyValue = oneof(
  plainWord,
  plainWord.map((word) => `"${word}"`),
  plainWord.map((word) => `'${word}'`),
  constantFrom('""', '${SECRET_1}', '"${SECRET}"', 'on', 'null', '0123', '~', '"a b # c"'),
);

/** Files as gpbackup and careful people write them. */
const tidyFile = tuple(
  uniqueArray(tuple(constantFrom(...OPTION_NAMES), tidyValue), {
    selector: ([option]) => option,
    minLength: 1,
    maxLength: 8,
  }),
  constantFrom('\n', '\r\n'),
  constantFrom('', '---\n', '# config\n', '\n---\n', '---\n---\n', '# a\n---\n# b\n'),
  constantFrom(1, 2, 4),
).map(
  ([options, end, head, indent]) =>
    head +
    ['executablepath: /bin/gpbackup_s3_plugin', 'options:']
      .concat(options.map(([option, value]) => `${' '.repeat(indent)}${option}: ${value}`))
      .join(end) +
    end,
);

/** One character taken out, put in or replaced. */
const mutation = tuple(
  integer({ min: 0, max: 1000 }),
  constantFrom(0, 1),
  oneof(
    constantFrom('', ' ', '\n', '\r', '\t', ':', '"', "'", '#', '-', '\\', '{', '&', '\0'),
    string({ maxLength: 1 }),
  ),
);

/** Any config file: tidy or rough, with up to two characters changed. */
export const anyConfigFile: Arbitrary<string> = tuple(
  oneof(tidyFile, roughFile),
  array(mutation, { maxLength: 2 }),
).map(([text, mutations]) => mutations.reduce(mutated, text));

export function mutated(text: string, [at, removed, inserted]: readonly [number, number, string]): string {
  const place = at % (text.length + 1);
  return text.slice(0, place) + inserted + text.slice(place + removed);
}
