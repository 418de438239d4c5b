import { expect, test } from 'bun:test';
import { NoProxy } from '../../src/session/no-proxy.ts';

const EXCEPTED: readonly (readonly [list: string, url: string])[] = [
  ['*', 'https://store.example'],
  ['a.example,*', 'http://10.0.0.1'],
  ['store.example', 'https://store.example'],
  ['store.example', 'https://bucket.store.example'],
  ['STORE.Example', 'https://store.example'],
  ['a.example, store.example ,b.example', 'https://store.example'],
  ['.store.example', 'https://bucket.store.example'],
  ['*.store.example', 'https://bucket.store.example'],
  ['example', 'https://store.example'],
  ['store.example:443', 'https://store.example'],
  ['store.example:9000', 'https://store.example:9000'],
  ['store.example:80', 'http://store.example'],
  ['10.1.2.3', 'https://10.1.2.3:9000'],
  ['10.1.2.3:9000', 'https://10.1.2.3:9000'],
  ['10.0.0.0/8', 'https://10.1.2.3'],
  ['10.1.2.3/32', 'https://10.1.2.3'],
  ['fd00::/8', 'https://[fd12::1]'],
  ['fd12::1', 'https://[fd12::1]:9000'],
  ['FD12:0:0::1', 'https://[fd12::1]'],
  ['[fd12::1]', 'https://[fd12::1]'],
  ['[fd12::1]:9000', 'https://[fd12::1]:9000'],
];

const NOT_EXCEPTED: readonly (readonly [list: string, url: string])[] = [
  ['', 'https://store.example'],
  [' , ,', 'https://store.example'],
  ['.store.example', 'https://store.example'],
  ['*.store.example', 'https://store.example'],
  ['store.example', 'https://mystore.example'],
  ['store.example', 'https://store.example.org'],
  ['ore.example', 'https://store.example'],
  ['store.example:9000', 'https://store.example'],
  ['store.example:443', 'http://store.example'],
  ['10.1.2.3:9000', 'https://10.1.2.3'],
  ['10.1.2.3', 'https://10.1.2.30'],
  ['10.0.0.0/8', 'https://11.1.2.3'],
  ['10.0.0.0/8', 'https://10.example'],
  ['10.0.0.0/99', 'https://10.1.2.3'],
  ['fd00::/8', 'https://[fe80::1]'],
  ['[fd12::1]:9000', 'https://[fd12::1]'],
  [':443', 'https://store.example'],
  ['*.', 'https://store.example'],
  ['st*', 'https://store.example'],
  ['https://store.example', 'https://store.example'],
];

test.each(EXCEPTED)('NO_PROXY=%s excepts %s', (list, url) => {
  expect(new NoProxy(list).excepts(new URL(url))).toBe(true);
});

test.each(NOT_EXCEPTED)('NO_PROXY=%s does not except %s', (list, url) => {
  expect(new NoProxy(list).excepts(new URL(url))).toBe(false);
});
