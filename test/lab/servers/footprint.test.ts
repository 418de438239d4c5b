import { expect, test } from 'bun:test';
import { isLoopback, listenersIn } from '../../../lab/servers/footprint.ts';

const heading =
  '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode';
const lineOf = (address: string, state: string, inode: string): string =>
  `   0: ${address}:1F90 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000     0        0 ${inode} 1`;

test('only listening sockets of the given inodes are listeners', () => {
  const table = [
    heading,
    lineOf('0100007F', '0A', '11'),
    lineOf('0200007F', '01', '11'),
    lineOf('0300007F', '0A', '12'),
  ].join('\n');
  expect(listenersIn(table, new Set(['11']))).toEqual(['0100007F']);
});

test.each([
  ['0100007F', true],
  ['0A00A8C0', false],
  ['00000000', false],
  ['00000000000000000000000001000000', true],
  ['00000000000000000000000000000000', false],
  ['0000000000000000FFFF00000100007F', true],
  ['0000000000000000FFFF00000A00A8C0', false],
])('whether %s is loopback: %p', (address, expected) => {
  expect(isLoopback(address)).toBe(expected);
});
