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
import { parse, stringify } from 'yaml';
import { setFiles } from '../../lab/sets.ts';
import { type DataEntry, DataEntryReader } from '../../src/catalogue/table-of-contents.ts';

/** The entries of a text that comes in pieces of so many characters. */
function read(text: string, piece = text.length): readonly DataEntry[] {
  const reader = new DataEntryReader();
  for (let at = 0; at < text.length; at += Math.max(1, piece))
    reader.push(text.slice(at, at + Math.max(1, piece)));
  return reader.end();
}

interface Written {
  readonly schema: string;
  readonly name: string;
  readonly oid: number;
  readonly attributestring: string;
  readonly rowscopied: number;
  readonly partitionroot: string;
  readonly isreplicated: boolean;
}

/** What the YAML library makes of the same. */
const expected = (entries: readonly Written[]): readonly DataEntry[] =>
  entries.map((entry) => ({
    oid: entry.oid,
    table: `${entry.schema}.${entry.name}`,
    schema: entry.schema,
    name: entry.name,
    rows: entry.rowscopied,
    columns: entry.attributestring,
    partitionRoot: entry.partitionroot,
    isReplicated: entry.isreplicated,
  }));

const contents = setFiles().filter(({ key }) => /\d{14}\/gpbackup_\d{14}_toc\.yaml$/.test(key));

describe('a table of contents', () => {
  test('of the real sets has the entries that the YAML library finds', () => {
    expect(contents.length).toBe(13);
    for (const { content } of contents) {
      const text = Buffer.from(content).toString();
      const { dataentries } = parse(text) as { readonly dataentries: readonly Written[] | null };
      expect(read(text)).toEqual([...expected(dataentries ?? [])]);
    }
  });

  const text = oneof(
    {
      weight: 5,
      arbitrary: string({ maxLength: 20, unit: constantFrom('a', 'b', '_', '.', 'é', '(', ',') }),
    },
    {
      weight: 2,
      arbitrary: string({
        maxLength: 20,
        unit: constantFrom('a', ' ', '"', "'", ':', '#', '-', '\n', '\t', '\\', '😀', '\u202e', '<'),
      }),
    },
    {
      weight: 1,
      arbitrary: array(string({ minLength: 1, maxLength: 9, unit: constantFrom('a', ',', '(', '"', ':') }), {
        minLength: 15,
        maxLength: 40,
      }).map((words) => words.join(' ')),
    },
  );
  const entry = record({
    schema: text,
    name: text,
    oid: nat(4_294_967_295),
    attributestring: text,
    rowscopied: nat(),
    partitionroot: text,
    isreplicated: boolean(),
    distbyenum: boolean(),
  });

  test('has the same entries as the YAML library finds, whatever the names, in pieces of any length', () => {
    assert(
      property(
        array(entry, { maxLength: 4 }),
        nat(60),
        constantFrom('', '\r'),
        boolean(),
        (entries, piece, end, indentSeq) => {
          // Go's library writes no blocks of text for what the reader looks at, and folds at 80 columns.
          const written = stringify(
            {
              globalentries: [{ schema: 'x', name: 'y', oid: 1 }],
              dataentries: entries,
              incrementalmetadata: { ao: {} },
            },
            { lineWidth: 80, blockQuote: false, indentSeq, indent: indentSeq ? 4 : 2, singleQuote: true },
          );
          expect(read(written.replaceAll('\n', `${end}\n`), piece)).toEqual([...expected(entries)]);
        },
      ),
      { numRuns: 600 },
    );
  });

  test('that is damaged has other entries or none, and ends', () => {
    const whole = Buffer.from(contents[0]?.content ?? []).toString();
    const damage = tuple(
      nat(whole.length),
      nat(300),
      string({ maxLength: 5, unit: constantFrom('a', ' ', '\n', ':', '-', '"', '\0') }),
    );
    assert(
      property(array(damage, { minLength: 1, maxLength: 4 }), (all) => {
        const damaged = all.reduce(
          (one, [at, length, put]) => one.slice(0, at) + put + one.slice(at + length),
          whole,
        );
        for (const { oid, rows } of read(damaged))
          expect([Number.isSafeInteger(oid), rows >= 0]).toEqual([true, true]);
      }),
      { numRuns: 500 },
    );
  });

  test('without one of its fields, an entry has an empty one, or is none', () => {
    const whole = `dataentries:\n- schema: a\n  name: b\n  oid: 7\n  attributestring: (x)\n  rowscopied: 3\n  partitionroot: ""\n  isreplicated: true\n- schema: c\n  name: d\n  oid: 8\n  attributestring: (y)\n  rowscopied: 0\n`;
    const lines = whole.split('\n');
    for (let index = 1; index < 8; index += 1) {
      const entries = read(lines.toSpliced(index, 1).join('\n'));
      expect(entries.at(-1)?.oid).toBe(8);
      if (/oid|rowscopied/.test(lines[index] ?? '')) expect(entries.length).toBe(1);
    }
    expect(read(whole).map(({ oid }) => oid)).toEqual([7, 8]);
  });

  test('of 100 MB is read in little memory, also one line of them', () => {
    const entries =
      'dataentries:\n- schema: a\n  name: b\n  oid: 7\n  attributestring: (x)\n  rowscopied: 3\n';
    const line = 'x'.repeat(1024 * 1024);
    const reader = new DataEntryReader();
    reader.push(entries);
    for (let count = 0; count < 100; count += 1) reader.push(line);
    reader.push('\npredataentries:\n');
    const names = '- schema: public\n  name: x\n  objecttype: TABLE\n'.repeat(20_000);
    for (let count = 0; count < 20; count += 1) reader.push(names);
    reader.push(entries.replaceAll('7', '8'));
    expect(reader.end().map(({ oid }) => oid)).toEqual([7, 8]);
  });
});
