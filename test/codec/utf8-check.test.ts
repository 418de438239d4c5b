import { expect, test } from 'bun:test';
import { seededRandom } from '../../lab/random.ts';
import { Utf8Check } from '../../src/codec/utf8-check.ts';

function isValid(bytes: Uint8Array, piece: number): boolean {
  const check = new Utf8Check();
  for (let at = 0; at < bytes.length; at += piece) check.push(bytes.subarray(at, at + piece));
  return check.isValid();
}

test('text of characters of all lengths is UTF-8, whatever the pieces', () => {
  const bytes = new TextEncoder().encode('aé日𝄞\n'.repeat(50));
  for (let piece = 1; piece <= bytes.length; piece += 1) expect(isValid(bytes, piece)).toBe(true);
});

test.each([
  [[0xff]],
  [[0x61, 0x80]],
  [[0xc3]],
  [[0xe6, 0x97]],
  [[0xed, 0xa0, 0x80]],
  [[0xf5, 0x80, 0x80, 0x80]],
  [[0xc0, 0x80]],
])('%j is not', (bytes) => {
  for (let piece = 1; piece <= bytes.length; piece += 1)
    expect(isValid(Uint8Array.from(bytes), piece)).toBe(false);
});

test('it says the same as the decoder of the runtime', () => {
  const next = seededRandom(11);
  const text = new TextEncoder().encode('1,é,日本,𝄞x\n'.repeat(20));
  for (let round = 0; round < 2000; round += 1) {
    const bytes = Uint8Array.from(text);
    if (round % 4 > 0) bytes[Math.floor(next() * bytes.length)] = Math.floor(next() * 256);
    let expected = true;
    try {
      new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      expected = false;
    }
    expect(isValid(bytes, 1 + Math.floor(next() * 30))).toBe(expected);
  }
});
