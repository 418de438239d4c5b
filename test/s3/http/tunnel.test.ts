import { afterEach, expect, test } from 'bun:test';
import { takesBodiesWhole } from '../../../src/s3/http/tunnel.ts';

const before = process.env['https_proxy'];
afterEach(() => {
  if (before === undefined) delete process.env['https_proxy'];
  else process.env['https_proxy'] = before;
});

test.each([
  ['https://store.example/bucket', true, true],
  ['https', true, true],
  ['https://store.example/bucket', false, false],
  ['http://store.example/bucket', true, false],
  ['http', false, false],
] as const)('%p, proxied: %p, takes bodies whole: %p', (address, proxied, whole) => {
  process.env['https_proxy'] = '';
  expect(takesBodiesWhole(address, proxied)).toBe(whole);
});

test('a proxy of the environment counts as well', () => {
  process.env['https_proxy'] = 'http://proxy.example:3128';
  expect(takesBodiesWhole('https', false)).toBe(true);
});
