import { describe, expect, test } from 'bun:test';
import { Comparison, Content } from './content.ts';
import { quantile } from './result.ts';

const LENGTH = 3 * 64 * 1024 + 17;
const content = new Content(7, LENGTH);

async function bytesOf(one: Content): Promise<Uint8Array> {
  return await new Response(one.stream(() => {})).bytes();
}

/** Compares bytes that arrive in chunks of this size. */
function compared(bytes: Uint8Array, size = 10_000, wanted = content): Comparison {
  const comparison = new Comparison(wanted);
  for (let at = 0; at < bytes.length; at += size) comparison.push(bytes.subarray(at, at + size));
  return comparison;
}

describe('content', () => {
  test('has its length, is the same for the same seed and another one for another, and holds no NUL', async () => {
    const bytes = await bytesOf(content);
    expect(bytes.length).toBe(LENGTH);
    expect(Buffer.compare(bytes, await bytesOf(new Content(7, LENGTH)))).toBe(0);
    expect(Buffer.compare(bytes, await bytesOf(new Content(8, LENGTH)))).not.toBe(0);
    expect(bytes.includes(0)).toBeFalse();
    expect(await bytesOf(new Content(7, 0))).toEqual(new Uint8Array(0));
  });
});

describe('a comparison', () => {
  test.each([1, 1000, 64 * 1024, LENGTH])('takes all bytes in chunks of %d for the whole', async (size) => {
    expect(compared(await bytesOf(content), size).isWhole).toBeTrue();
  });

  test('tells a beginning from one with a mark and from the whole', async () => {
    const bytes = await bytesOf(content);
    const piece = compared(bytes.subarray(0, 70_000));
    expect([piece.isWhole, piece.isCutShort, piece.isMarked]).toEqual([false, true, false]);
    const marked = compared(Buffer.concat([bytes.subarray(0, 70_000), Buffer.of(0)]));
    expect([marked.isWhole, marked.isCutShort, marked.isMarked]).toEqual([false, false, true]);
    expect(compared(Buffer.concat([bytes, Buffer.of(0)])).isWhole).toBeFalse();
  });

  test.each([0, 70_000, LENGTH - 1])('finds one byte that is wrong, at %d', async (at) => {
    const bytes = await bytesOf(content);
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    const comparison = compared(bytes);
    expect([comparison.equal, comparison.isWhole, comparison.isCutShort]).toEqual([at, false, false]);
  });

  test('finds pieces that changed places, and a piece of other data', async () => {
    const bytes = await bytesOf(content);
    const [first, second] = [bytes.slice(0, 64 * 1024), bytes.slice(64 * 1024, 128 * 1024)];
    expect(compared(Buffer.concat([second, first, bytes.subarray(128 * 1024)])).equal).toBeLessThan(100);
    const other = await bytesOf(new Content(8, LENGTH));
    expect(compared(Buffer.concat([first, other.subarray(64 * 1024)])).isWhole).toBeFalse();
  });
});

test('a quantile is the smallest number that so large a share does not exceed', () => {
  const numbers = Array.from({ length: 200 }, (_, index) => 200 - index);
  expect([0, 0.5, 0.99, 1].map((share) => quantile(numbers, share))).toEqual([1, 100, 198, 200]);
  expect(() => quantile([], 0.5)).toThrow('no numbers');
});
