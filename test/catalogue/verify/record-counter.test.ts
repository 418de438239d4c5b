import { describe, expect, test } from 'bun:test';
import { seededRandom } from '../../../lab/random.ts';
import { RecordCounter } from '../../../src/catalogue/verify/record-counter.ts';

/** As COPY writes a value: quoted where it must be; NULL is nothing, an empty text is quoted. */
function field(value: string | null): string {
  if (value === null) return '';
  return value === '' || value === '\\.' || /[",\r\n]/.test(value)
    ? `"${value.replaceAll('"', '""')}"`
    : value;
}

function csvOf(rows: readonly (readonly (string | null)[])[]): Uint8Array {
  return new TextEncoder().encode(rows.map((row) => `${row.map(field).join(',')}\n`).join(''));
}

function counted(bytes: Uint8Array, columns = 0, piece = bytes.length): RecordCounter {
  const counter = new RecordCounter(columns);
  for (let at = 0; at < bytes.length; at += piece) counter.push(bytes.subarray(at, at + piece));
  return counter;
}

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

test.each([
  ['', 0],
  ['\n', 1],
  ['1\n', 1],
  ['1\n\n\n', 3],
  ['"a\nb"\n', 1],
  ['"a""\nb"\n', 1],
  ['"""\n"""\n', 1],
  ['"\\."\n', 1],
  ['"a\n\\.\nb",2\n', 1],
  ['"",""\n"\n"\n', 2],
  ['日本\n', 1],
])('%j has %d records', (csv, records) => {
  expect(counted(text(csv)).records).toBe(records);
  expect(counted(text(csv), 0, 1).records).toBe(records);
});

test('a stream that ends in the middle says so', () => {
  expect(counted(text('1\n')).end()).toBeUndefined();
  expect(counted(text('')).end()).toBeUndefined();
  expect(counted(text('1\n2')).end()).toBe('ends without a line end');
  expect(counted(text('1\n"2\n')).end()).toBe('ends inside of quotes');
});

describe('columns', () => {
  test.each([
    ['1,2\n3,4\n', 2, undefined],
    ['"a,b",2\n', 2, undefined],
    ['\n', 1, undefined],
    [',\n', 2, undefined],
    ['1,2\n3\n', 2, { record: 2, columns: 1 }],
    ['1,2,3\n', 2, { record: 1, columns: 3 }],
    ['1,2,3\n', 0, undefined],
  ])('%j with %d', (csv, columns, wrong) => {
    expect(counted(text(csv), columns).wrongColumns).toEqual(wrong);
    expect(counted(text(csv), columns, 1).wrongColumns).toEqual(wrong);
  });

  test('are looked at in the first records only, and counting goes on', () => {
    const rows = 40_000;
    const counter = counted(text(`${'1,2\n'.repeat(rows)}3\n`), 2, 1000);
    expect([counter.records, counter.wrongColumns]).toEqual([rows + 1, undefined]);
  });
});

test('whatever the values and the pieces, all records are counted and have their columns', () => {
  const next = seededRandom(7);
  const random = { below: (most: number): number => Math.floor(next() * most) };
  const signs = ['"', '\n', ',', '\r', '\\', '.', 'a', 'é', '日', ' ', '\u0000'];
  for (let round = 0; round < 300; round += 1) {
    const columns = 1 + random.below(4);
    const rows = Array.from({ length: random.below(200) }, () =>
      Array.from({ length: columns }, () =>
        random.below(5) === 0
          ? null
          : Array.from({ length: random.below(12) }, () => signs[random.below(signs.length)] ?? '').join(''),
      ),
    );
    const csv = csvOf(rows);
    for (const piece of [1 + random.below(64), csv.length + 1]) {
      const counter = counted(csv, columns, piece);
      expect([counter.records, counter.wrongColumns, counter.end()]).toEqual([
        rows.length,
        undefined,
        undefined,
      ]);
      expect(counted(csv, 0, piece).records).toBe(rows.length);
    }
  }
});
