import { describe, expect, test } from 'bun:test';
import { columnTypes } from '../../src/backup/create-table.ts';

const types = (statement: string): object => Object.fromEntries(columnTypes(statement));

test('a table as gpbackup writes it, with encodings and partitions', () => {
  expect(
    types(`\n\nCREATE TABLE sales.orders (
\tid bigint ENCODING (compresstype=zlib,compresslevel=1,blocksize=32768),
\tamount numeric(12,2) DEFAULT 0.5 NOT NULL ENCODING (compresstype=zlib),
\tplaced date
) WITH (appendonly=true) DISTRIBUTED BY (id) PARTITION BY RANGE(placed)
 (START ('2026-01-01'::date) END ('2026-02-01'::date) EVERY ('1 mon'::interval) COLUMN id ENCODING (blocksize=32768));\n`),
  ).toEqual({ id: 'bigint', amount: 'numeric(12,2)', placed: 'date' });
});

describe('types', () => {
  test.each([
    'integer',
    'character varying(10)',
    'character(2)',
    'double precision',
    'timestamp(3) without time zone',
    'time with time zone',
    'interval day to second(3)',
    'numeric(12,2)[]',
    'integer[][]',
    'integer[3]',
    'bit varying(8)',
    'public."My Type"',
    'public.mood[]',
    '"we""ird"',
    '"char"',
  ])('%s', (type) => {
    const tail = ` COLLATE "C" DEFAULT nextval('a.b''),('::regclass) NOT NULL ENCODING (compresstype=none)`;
    expect(types(`CREATE TABLE a.b (x ${type}${tail}, y ${type});`)).toEqual({ x: type, y: type });
  });

  test.each([
    'integer; DROP TABLE x',
    "text 'a'",
    'text = 1',
    'text\n,y',
    'text -- x',
    'numeric(',
    'text /* */ x',
  ])('none is taken out of %j', (type) => {
    const found = columnTypes(`CREATE TABLE a.b (x ${type}, z integer);`);
    for (const each of found.values()) expect(each).toMatch(/^(text|integer)$/);
  });
});

describe('names', () => {
  test.each([
    ['"Line No"', 'Line No'],
    ['"a,b"', 'a,b'],
    ['"a""b"', 'a"b'],
    ['"x) text, y ("', 'x) text, y ('],
    ['"check"', 'check'],
    ['größe', 'größe'],
    ['a$1', 'a$1'],
  ])('%s', (written, name) => {
    expect(
      types(`CREATE UNLOGGED TABLE "S (".t (${written} integer, last text) DISTRIBUTED RANDOMLY;`),
    ).toEqual({
      [name]: 'integer',
      last: 'text',
    });
  });
});

test('defaults may contain anything', () => {
  const defaults = [
    `'a,b) ''c'`,
    `E'\\',)'`,
    `$$a,)$$`,
    `$x$ $$ ,) $x$`,
    `(1 + (2))`,
    `ARRAY[1,2]`,
    `'x'::text -- ,)\n`,
  ];
  for (const value of defaults)
    expect(types(`CREATE TABLE a.b (x text DEFAULT ${value}, y integer);`)).toEqual({
      x: 'text',
      y: 'integer',
    });
});

test.each([
  '',
  'CREATE VIEW a.b AS SELECT 1;',
  'CREATE TABLE a.b OF a.type;',
  'CREATE TABLE a.b PARTITION OF a.c FOR VALUES FROM (1) TO (2);',
  'ALTER TABLE a.b OWNER TO gpadmin;',
  'CREATE TABLE a.b (x integer',
])('nothing of %j', (statement) => {
  expect(types(statement)).toEqual({});
});

test('what is no column is left out', () => {
  expect(types('CREATE TABLE a.b (CONSTRAINT c CHECK (x > 0), x integer, LIKE a.c);')).toEqual({
    x: 'integer',
  });
});
