import { expect, test } from 'bun:test';
import { amount, tableOf } from '../../src/output/amount.ts';

test.each([
  [0, '0 bytes in '],
  [1, '1 byte in '],
  [6, '6 bytes in '],
  [1023, '1023 bytes in '],
  [1024, '1KB (1024 bytes) in '],
  [300_000_000, '286.1MB (300000000 bytes) in '],
])('%d bytes are written once, from 1 KB on with a unit for people', (bytes, words) => {
  const told = amount(bytes, performance.now());
  expect(told).toStartWith(words);
  expect(told).toMatch(/ in \d+ ms$/);
});

test.each([
  ['COPY public.orders TO PROGRAM', ' (table public.orders)'],
  ['copy sales(a, b) FROM PROGRAM', ' (table sales)'],
  ['COPY "My schema"."a (b) ""c""" (x) TO PROGRAM', ' (table "My schema"."a (b) ""c""")'],
  ['SELECT 1', ''],
  [undefined, ''],
])('the table of %p', (query, words) => {
  expect(tableOf({ GP_QUERY_STRING: query })).toBe(words);
});
