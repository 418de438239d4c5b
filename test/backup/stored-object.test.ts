import { describe, expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { hostOfStatistics, statisticsName } from '../../src/backup/file-name.ts';
import { typeOfFile } from '../../src/backup/file-type.ts';
import {
  LONGEST_LINE,
  lineOf,
  parseLine,
  placeOfFile,
  type StoredObject,
} from '../../src/backup/stored-object.ts';

const FOLDER = 'backups/20260102/20260102030405/';
const PREFIX = `gp/test/${FOLDER}`;
const OBJECT: StoredObject = {
  key: `${PREFIX}gpbackup_3_20260102030405_16385.gz`,
  content: 3,
  oid: 16385,
  table: 'public."Order Lines"',
  bytesIn: 1000,
  bytesStored: 1000,
  crc32: 0x1a2b,
  parts: 0,
  start: Date.UTC(2026, 0, 2, 3, 4, 5, 678),
  end: Date.UTC(2026, 0, 2, 3, 4, 6),
  inputWait: 12,
  networkWait: 34,
  retries: 1,
  throttles: 0,
};
const LINE = lineOf(OBJECT) ?? '';

test('a line has these fields, in plain words', () => {
  expect(JSON.parse(LINE)).toEqual({
    key: OBJECT.key,
    content: 3,
    oid: 16385,
    table: 'public."Order Lines"',
    bytes_in: 1000,
    bytes_stored: 1000,
    crc32: '00001a2b',
    parts: 0,
    start: '2026-01-02T03:04:05.678Z',
    end: '2026-01-02T03:04:06.000Z',
    input_wait_ms: 12,
    network_wait_ms: 34,
    retries: 1,
    throttles: 0,
  });
});

const count = fc.nat();
const anyObject = fc.record<StoredObject>({
  key: fc.stringMatching(/^[^/]{1,80}$/).map((name) => PREFIX + name),
  content: fc.option(fc.integer({ min: -1, max: 9999 }), { nil: undefined }),
  oid: fc.option(fc.nat(0xffff_ffff), { nil: undefined }),
  table: fc.option(fc.string({ unit: 'binary', minLength: 1, maxLength: 300 }), { nil: undefined }),
  bytesIn: fc.maxSafeNat(),
  bytesStored: fc.maxSafeNat(),
  crc32: fc.option(fc.nat(0xffff_ffff), { nil: undefined }),
  parts: count,
  start: fc.nat(4_000_000_000_000),
  end: fc.constant(4_000_000_000_000),
  inputWait: count,
  networkWait: count,
  retries: count,
  throttles: count,
});

test('whatever a table is called, its line is one line that is read as it was written', () => {
  fc.assert(
    fc.property(anyObject, (object) => {
      const line = lineOf(object);
      expect(line).toBeString();
      expect(Buffer.byteLength(line ?? '')).toBeLessThanOrEqual(LONGEST_LINE - 2);
      expect(line).not.toContain('\n');
      const read = parseLine(line ?? '', PREFIX);
      expect(read).toEqual(read?.table === undefined ? { ...object, table: undefined } : object);
    }),
  );
});

test('a name of a table that does not fit is left out, a key that does not has no line', () => {
  const long = { ...OBJECT, table: '\u0001'.repeat(700) };
  expect(parseLine(lineOf(long) ?? '', PREFIX)).toEqual({ ...OBJECT, table: undefined });
  expect(lineOf({ ...OBJECT, key: PREFIX + '"'.repeat(2100) })).toBeUndefined();
  // The longest key that S3 takes always fits.
  expect(lineOf({ ...OBJECT, key: '"'.repeat(1024) })).toBeString();
});

test('a line that was cut anywhere is passed over', () => {
  for (let length = 0; length < LINE.length; length += 1)
    expect(parseLine(LINE.slice(0, length), PREFIX)).toBeUndefined();
});

describe('a line with a field of another kind is passed over', () => {
  const fields = JSON.parse(LINE) as Record<string, unknown>;
  test.each(Object.keys(fields))('%s', (name) => {
    const others = ['', 'x', {}, [], true, -2, 1.5, 1e300, '2026-13-02T03:04:05.678Z', 'wrong '.repeat(9)];
    for (const value of [...others, ...(['content', 'oid', 'table', 'crc32'].includes(name) ? [] : [null])]) {
      if (name === 'table' && typeof value === 'string' && value !== '') continue;
      const line = JSON.stringify({ ...fields, [name]: value });
      expect([value, parseLine(line, PREFIX)]).toEqual([value, undefined]);
    }
    const { [name]: _, ...rest } = fields;
    expect(parseLine(JSON.stringify(rest), PREFIX)).toBeUndefined();
  });

  test('that ends before it begins', () => {
    expect(parseLine(JSON.stringify({ ...fields, end: '2026-01-02T03:04:05.677Z' }), PREFIX)).toBeUndefined();
  });
});

test('anything at all is read or passed over', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      expect(parseLine(text, PREFIX)).toBeUndefined();
    }),
  );
  for (const text of ['null', '[]', '{}', '{"__proto__":null}', `{${' '.repeat(LONGEST_LINE)}}`])
    expect(parseLine(text, PREFIX)).toBeUndefined();
});

test('fields of a later version are passed over', () => {
  expect(parseLine(`${LINE.slice(0, -1)},"more":[1]}`, PREFIX)).toEqual(OBJECT);
});

describe('a line is about the backup that it lies in', () => {
  test.each([
    [`${PREFIX}name`, `${PREFIX}name`],
    // A folder that was copied, and none.
    [`other/${FOLDER}name`, `${PREFIX}name`],
    [`${FOLDER}name`, `${PREFIX}name`],
    [`${PREFIX}a/name`, undefined],
    ['gp/test/backups/20260102/20260102030406/name', undefined],
    [`gp/${FOLDER}../../x`, undefined],
    [`x${FOLDER}name`, undefined],
    [PREFIX, undefined],
    ['name', undefined],
  ])('%s', (key, expected) => {
    const line = JSON.stringify({ ...(JSON.parse(LINE) as object), key });
    expect(parseLine(line, PREFIX)?.key).toBe(expected);
  });

  test('a backup without a folder', () => {
    const line = JSON.stringify({ ...(JSON.parse(LINE) as object), key: `${FOLDER}name` });
    expect(parseLine(line, FOLDER)?.key).toBe(`${FOLDER}name`);
  });
});

test.each([
  ['gpbackup_3_20260102030405_16385.gz', 3, 16385],
  ['gpbackup_0_20260102030405_4294967295', 0, 4294967295],
  ['gpbackup_-1_20260102030405_16385.zst', -1, 16385],
  ['gpbackup_12_20260102030405.zst', 12, undefined],
  ['gpbackup_12_20260102030405', 12, undefined],
  ['gpbackup_12_20260102030405_toc.yaml', 12, undefined],
  ['gpbackup_20260102030405_toc.yaml', -1, undefined],
  ['gpbackup_20260102030405_report', -1, undefined],
  ['other', undefined, undefined],
])('%s is of segment %p, table %p', (name, content, oid) => {
  expect(placeOfFile(name)).toEqual({ content, oid });
});

test('the name of a host’s object is recognised', () => {
  const name = statisticsName('20260102030405', 'sdw1.example--3f2e1d0c');
  expect(name).toBe('gpbackup_20260102030405_s3stats_sdw1.example--3f2e1d0c.jsonl');
  expect([hostOfStatistics(name), typeOfFile(`a/${name}`)]).toEqual(['sdw1.example--3f2e1d0c', 's3stats']);
  for (const other of ['gpbackup_20260102030405_s3stats_.jsonl', 'gpbackup_20260102030405_statistics.sql'])
    expect(hostOfStatistics(other)).toBeUndefined();
});

test('the example of docs/operations.md is read', () => {
  const text = readFileSync(join(import.meta.dir, '..', '..', 'docs', 'operations.md'), 'utf8');
  const line = /^\{"key":.*\}$/m.exec(text)?.[0] ?? '';
  const read = parseLine(line, `pg/${FOLDER}`);
  expect(read).toMatchObject({ table: 'public.orders', parts: 7 });
  expect(read === undefined ? undefined : lineOf(read)).toBe(line);
});
