import { afterAll, describe, expect, test } from 'bun:test';
import { closeSync, mkdtempSync, openSync, rmSync, write, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ByteSource, SourceError } from '../../src/transfer/source.ts';
import { numbered, Pipe } from './pipes.ts';

/** What the source reads ahead: the size of a pipe. */
const PEEK = 64 * 1024;
const never = new AbortController().signal;
const folder = mkdtempSync(join(tmpdir(), 'source-'));
afterAll(() => rmSync(folder, { recursive: true }));
const send = promisify(write);
const room = (length: number): Uint8Array<ArrayBuffer> => new Uint8Array(length);

/** All of a stream, cut as an upload cuts it: fill a part, ask for the end, fill the next. */
async function inParts(source: ByteSource, partSize: number): Promise<Uint8Array[]> {
  const parts: Uint8Array[] = [];
  do {
    const part = room(partSize);
    parts.push(part.subarray(0, await source.fill(part, never)));
  } while (!(await source.ended(never)));
  return parts;
}

function sourceOf(bytes: Uint8Array): { source: ByteSource; fd: number } {
  const path = join(folder, 'stream');
  writeFileSync(path, bytes);
  const fd = openSync(path, 'r');
  return { source: new ByteSource(fd, 'standard input'), fd };
}

describe('a stream cut into parts', () => {
  const sizes = [0, 1, 999, 1000, 1001, PEEK - 1, PEEK, PEEK + 1, 3 * PEEK, 3 * PEEK + 17];
  test.each(
    sizes.flatMap((size) =>
      [1000, PEEK - 1, PEEK, PEEK + 1, 200_000].map((partSize) => [size, partSize] as const),
    ),
  )('of %p bytes, in parts of %p, loses and repeats nothing', async (size, partSize) => {
    const bytes = numbered(size);
    const { source, fd } = sourceOf(bytes);
    try {
      const parts = await inParts(source, partSize);
      expect(Buffer.concat(parts).equals(bytes)).toBe(true);
      expect(parts.slice(0, -1).every((part) => part.length === partSize)).toBe(true);
      expect(parts).toHaveLength(Math.max(1, Math.ceil(size / partSize)));
    } finally {
      closeSync(fd);
    }
  });

  test('says again and again that it has ended, and that it has not', async () => {
    const { source, fd } = sourceOf(numbered(5));
    expect([await source.ended(never), await source.ended(never)]).toEqual([false, false]);
    const all = room(10);
    expect(await source.fill(all, never)).toBe(5);
    expect([await source.ended(never), await source.ended(never)]).toEqual([true, true]);
    expect(await source.fill(all, never)).toBe(0);
    closeSync(fd);
  });
});

describe('a pipe', () => {
  for (const mode of ['blocking', 'non-blocking'] as const) {
    test(`(${mode}) whose writer sends little by little fills a part whole`, async () => {
      using pipe = new Pipe();
      const { reader, writer } = pipe.ends(mode);
      const source = new ByteSource(reader, 'standard input');
      const bytes = numbered(5000);
      const part = room(bytes.length);
      const filling = source.fill(part, never);
      for (let sent = 0; sent < bytes.length; sent += 1000) await send(writer, bytes, sent, 1000, null);
      expect(await filling).toBe(bytes.length);
      expect(Buffer.from(part).equals(bytes)).toBe(true);
      const ended = source.ended(never);
      pipe.close(writer);
      expect(await ended).toBe(true);
    });
  }

  test('whose writer closes early gives what came', async () => {
    using pipe = new Pipe();
    const { reader, writer } = pipe.ends();
    const source = new ByteSource(reader, 'standard input');
    const filling = source.fill(room(100), never);
    await send(writer, numbered(40), 0, 40, null);
    pipe.close(writer);
    expect(await filling).toBe(40);
  });

  test('that stays silent does not keep an abort waiting', async () => {
    using pipe = new Pipe();
    const { reader } = pipe.ends('non-blocking');
    const source = new ByteSource(reader, 'standard input');
    const ending = new AbortController();
    const reason = new Error('SIGTERM');
    const filling = source.fill(room(100), ending.signal).catch((error: unknown) => error);
    const asking = source.ended(ending.signal).catch((error: unknown) => error);
    ending.abort(reason);
    expect(await filling).toBe(reason);
    expect(await asking).toBe(reason);
  });

  test('is not read after an abort', async () => {
    using pipe = new Pipe();
    const { reader, writer } = pipe.ends();
    await send(writer, numbered(10), 0, 10, null);
    const source = new ByteSource(reader, 'standard input');
    const reason = new Error('SIGTERM');
    expect(await source.fill(room(10), AbortSignal.abort(reason)).catch((error: unknown) => error)).toBe(
      reason,
    );
    expect(await source.fill(room(10), never)).toBe(10);
  });
});

test('a descriptor that can’t be read is an error that names the stream and the reason', async () => {
  const fd = openSync(folder, 'r');
  const source = new ByteSource(fd, 'standard input');
  const failed = await source.fill(room(1), never).catch((error: unknown) => error);
  closeSync(fd);
  expect(failed).toBeInstanceOf(SourceError);
  expect(failed).toMatchObject({ message: 'reading standard input failed: it is a folder' });
});

describe('the time in which there was nothing to be read', () => {
  test('counts only where something was waited for', async () => {
    using pipe = new Pipe();
    const { reader, writer } = pipe.ends();
    await send(writer, numbered(10));
    const source = new ByteSource(reader, 'standard input');
    const bytes = room(10);
    await source.fill(bytes, never);
    expect(source.waited).toBe(0);
    const next = source.fill(bytes, never);
    await Bun.sleep(300);
    await send(writer, numbered(10));
    await next;
    expect(source.waited).toBeGreaterThan(200);
  });
});
