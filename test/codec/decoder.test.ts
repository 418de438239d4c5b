import { describe, expect, test } from 'bun:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { someBytes } from '../../lab/program/plugin.ts';
import { DecodeError, decoderOf } from '../../src/codec/decoder.ts';

type Format = 'gzip' | 'zstd' | 'none';

async function decoded(format: Format, bytes: Uint8Array, piece = bytes.length + 1): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  const decoder = decoderOf(format, (each) => pieces.push(Uint8Array.from(each)));
  for (let at = 0; at < bytes.length; at += piece) await decoder.push(bytes.subarray(at, at + piece));
  await decoder.end();
  return Buffer.concat(pieces);
}

async function fault(format: Format, bytes: Uint8Array): Promise<{ message: string; isCut: boolean }> {
  try {
    await decoded(format, bytes);
  } catch (error) {
    if (error instanceof DecodeError) return { message: error.message, isCut: error.isCut };
    throw error;
  }
  throw new Error('it was taken for a whole one');
}

const compress = { gzip: gzipSync, zstd: zstdCompressSync };

describe.each(['gzip', 'zstd'] as const)('%s', (format) => {
  const text = Buffer.from('1,one\n'.repeat(50_000));
  const stream = compress[format](text);

  test('whatever the pieces', async () => {
    for (const piece of [1, 7, 1000, stream.length])
      expect(await decoded(format, stream, piece)).toEqual(text);
  });

  test('several of them, one after the other', async () => {
    const parts = [compress[format]('a\n'), compress[format](''), compress[format]('b\n')];
    expect((await decoded(format, Buffer.concat(parts), 3)).toString()).toBe('a\nb\n');
  });

  test('more than fits into a piece on either side', async () => {
    const bytes = someBytes(3 * 1024 * 1024);
    expect(await decoded(format, compress[format](bytes))).toEqual(Buffer.from(bytes));
  });

  test('one that ends early', async () => {
    for (const length of [1, 5, stream.length >> 1, stream.length - 1]) {
      const { message, isCut } = await fault(format, stream.subarray(0, length));
      expect([message, isCut]).toEqual([`ends early, after ${length} bytes`, true]);
    }
  });

  test('something else in front, or behind', async () => {
    expect((await fault(format, Buffer.from('<html>no</html>'))).isCut).toBe(false);
    expect((await fault(format, Buffer.concat([stream, Buffer.from('<html>')]))).isCut).toBe(false);
  });
});

test('a flipped byte of gzip is found by its checksum', async () => {
  const stream = gzipSync(someBytes(1000), { level: 0 });
  const bad = stream.map((byte, index) => (index === 500 ? byte ^ 1 : byte));
  expect(await fault('gzip', bad)).toEqual({
    message: 'is not valid gzip: incorrect data check',
    isCut: false,
  });
});

test('nothing is no gzip, and what the Zstandard library of gpbackup_helper makes of nothing', async () => {
  expect((await fault('gzip', new Uint8Array(0))).isCut).toBe(true);
  expect((await decoded('zstd', new Uint8Array(0))).length).toBe(0);
});

test('what is not compressed is passed on', async () => {
  expect((await decoded('none', Buffer.from('abc'), 2)).toString()).toBe('abc');
});

test('a failure of what takes the pieces is thrown as it is', async () => {
  const decoder = decoderOf('gzip', () => {
    throw new Error('full');
  });
  expect(decoder.push(gzipSync('abc')).then(() => decoder.end())).rejects.toThrow('full');
});
