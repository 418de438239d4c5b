import { describe, expect, test } from 'bun:test';
import { type Survey, segmentsOf } from '../../src/catalogue/survey.ts';
import { DataEntryReader } from '../../src/catalogue/table-of-contents.ts';
import { findingsOfContents, findingsOfList } from '../../src/catalogue/wholeness.ts';

const mask = (...segments: number[]): bigint => segments.reduce((all, bit) => all | (1n << BigInt(bit)), 0n);

const EMPTY: Survey = {
  objects: 0,
  bytes: 0,
  cut: [],
  tableFiles: 0,
  tables: new Map(),
  onCoordinator: new Set(),
  single: 0n,
  contents: 0n,
  archived: [],
  coordinator: new Map(),
};
const entry = (oid: number, rows = 10): { oid: number; table: string; rows: number } => ({
  oid,
  table: `public.t${oid}`,
  rows,
});

test.each([[[]], [[0]], [[1, 3, 64]], [[0, 1, 2]]])('the segments of a mask: %p', (segments) => {
  expect(segmentsOf(mask(...segments))).toEqual(segments);
});

describe('what the list shows', () => {
  test.each([
    [
      'two without',
      { contents: mask(0, 1, 10), single: mask(0) },
      ['the data file of segment 1, 10 is missing'],
    ],
    ['none without', { contents: mask(0), single: mask(0, 1) }, []],
    ['one cut', { cut: ['a/gpbackup_0_1.gz'] }, ['cut short: gpbackup_0_1.gz']],
  ])('%s', (_title, survey, texts) => {
    expect(findingsOfList({ ...EMPTY, ...survey }).map(({ text }) => text)).toEqual(texts);
  });
});

describe('what the table of contents promises', () => {
  const tables = new Map([
    [1, mask(0, 1)],
    [2, mask(0, 1)],
  ]);

  test('all there: nothing', () => {
    expect(findingsOfContents({ ...EMPTY, tables }, [entry(1), entry(2)], 2)).toEqual([]);
    expect(findingsOfContents({ ...EMPTY, tables }, [entry(1), entry(2)], undefined)).toEqual([]);
  });

  test('nothing promised: nothing looked for', () => {
    expect(findingsOfContents({ ...EMPTY, tables: new Map([[1, mask(3)]]) }, [], 4)).toEqual([]);
  });

  test('files that no table of contents names are nobody’s business', () => {
    expect(findingsOfContents({ ...EMPTY, tables }, [entry(1)], 2)).toEqual([]);
  });

  test('a table that lacks a segment’s file, and one without any', () => {
    const some = new Map([
      [1, mask(0, 1)],
      [2, mask(1)],
    ]);
    expect(findingsOfContents({ ...EMPTY, tables: some }, [entry(1), entry(2), entry(3)], undefined)).toEqual(
      [
        { text: 'public.t2 (OID 2) has no data file of segment 0', certain: true },
        { text: 'public.t3 (OID 3) has no data file', certain: true },
      ],
    );
  });

  test('a table without rows and files may be one that could not be backed up', () => {
    expect(findingsOfContents({ ...EMPTY, tables }, [entry(1), entry(3, 0)], 2)).toEqual([
      { text: 'public.t3 (OID 3) has no data file', certain: false },
    ]);
  });

  test('a table with data on the coordinator alone lacks nothing', () => {
    const survey = { ...EMPTY, tables, onCoordinator: new Set([1, 3]) };
    expect(findingsOfContents(survey, [entry(1), entry(3)], 2)).toEqual([]);
  });

  test('a segment of which every file is missing, where the number of segments is known', () => {
    expect(findingsOfContents({ ...EMPTY, tables }, [entry(1)], 3)).toEqual([
      { text: 'public.t1 (OID 1) has no data file of segment 2', certain: true },
    ]);
    expect(findingsOfContents({ ...EMPTY, single: mask(0, 1) }, [entry(1)], 3)).toEqual([
      { text: 'the data file of segment 2 is missing', certain: true },
    ]);
  });
});

describe('a table of contents as gpbackup writes it', () => {
  const text = `globalentries:
- schema: ""
  name: sales
  oid: 1
  rowscopied: 1
dataentries:
- schema: public
  name: '"Odd: name"'
  oid: 16385
  attributestring: (a,b,
    oid: 5
    c)
  rowscopied: 12
  partitionroot: ""
  isreplicated: false
- schema: public
  name: second
  oid: 16390
  attributestring: ""
  rowscopied: 0
incrementalmetadata:
  ao: {}
`;

  test.each([1, 7, 10_000])('read %d characters at a time', (size) => {
    const reader = new DataEntryReader();
    for (let from = 0; from < text.length; from += size) reader.push(text.slice(from, from + size));
    expect(reader.end()).toMatchObject([
      { oid: 16385, table: 'public."Odd: name"', rows: 12 },
      { oid: 16390, table: 'public.second', rows: 0 },
    ]);
  });

  test('without a line break at its end', () => {
    const reader = new DataEntryReader();
    reader.push('dataentries:\n- schema: s\n  name: t\n  oid: 7\n  rowscopied: 3');
    expect(reader.end()).toMatchObject([{ oid: 7, table: 's.t', rows: 3 }]);
  });

  test.each(['', 'dataentries: []\n', 'x', '{"dataentries": [{"oid": 1}]}', 'dataentries:\n- a\n  oid: x\n'])(
    'text of another form has no entries: %p',
    (other) => {
      const reader = new DataEntryReader();
      reader.push(other);
      expect(reader.end()).toEqual([]);
    },
  );
});
