import { afterAll, describe, expect, test } from 'bun:test';
import { closeSync, mkdtempSync, openSync, read, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ByteSink, ReaderGoneError, SinkError } from '../../src/transfer/sink.ts';
import { numbered, Pipe } from './pipes.ts';

/** What Linux keeps in a pipe. */
const PIPE_SIZE = 64 * 1024;
const folder = mkdtempSync(join(tmpdir(), 'sink-'));
afterAll(() => rmSync(folder, { recursive: true }));
const never = new AbortController().signal;
const receive = promisify(read);

describe('a file', () => {
  test.each([0, 1, PIPE_SIZE - 1, PIPE_SIZE, PIPE_SIZE + 1, 3_000_000])(
    'gets all of %p bytes, and the sink counts them',
    async (length) => {
      const path = join(folder, 'file');
      const fd = openSync(path, 'w');
      const bytes = numbered(length);
      const sink = new ByteSink(fd, path);
      const half = length >>> 1;
      await sink.write(bytes.subarray(0, half), never);
      expect(sink.written).toBe(half);
      await sink.write(bytes.subarray(half), never);
      closeSync(fd);
      expect(sink.written).toBe(length);
      expect(readFileSync(path).equals(bytes)).toBe(true);
    },
  );
});

describe('a pipe', () => {
  for (const mode of ['blocking', 'non-blocking'] as const) {
    test(`(${mode}) that is full is waited for, and nothing is lost`, async () => {
      using pipe = new Pipe();
      const { reader, writer } = pipe.ends(mode);
      const bytes = numbered(5 * PIPE_SIZE + 123);
      const sink = new ByteSink(writer, 'standard output');
      const writing = sink.write(bytes, never);
      const got = Buffer.alloc(bytes.length);
      for (let length = 0; length < got.length; ) {
        const { bytesRead } = await receive(
          reader,
          got,
          length,
          Math.min(10_000, got.length - length),
          null,
        ).catch((error: unknown) => {
          // The reading end of the test is non-blocking as well.
          if ((error as { code?: string }).code === 'EAGAIN') return { bytesRead: 0 };
          throw error;
        });
        length += bytesRead;
      }
      await writing;
      expect(got.equals(bytes)).toBe(true);
      expect(sink.written).toBe(bytes.length);
    });
  }

  test('that its reader closed is told from a failure, and what was taken is counted', async () => {
    using pipe = new Pipe();
    const { reader, writer } = pipe.ends('non-blocking');
    const sink = new ByteSink(writer, 'standard output');
    await sink.write(numbered(10), never);
    pipe.close(reader);
    const failed = await sink.write(numbered(10), never).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(ReaderGoneError);
    expect(failed).toMatchObject({ message: 'standard output was closed by its reader' });
    expect(sink.written).toBe(10);
  });

  test('that its reader closes while it is full ends the write', async () => {
    using pipe = new Pipe();
    const { reader, writer } = pipe.ends('non-blocking');
    const sink = new ByteSink(writer, 'standard output');
    const outcome = sink.write(numbered(3 * PIPE_SIZE), never).catch((error: unknown) => error);
    const head = Buffer.alloc(10);
    for (let came = 0; came === 0; ) {
      came = await receive(reader, head, 0, 10, null).then(
        ({ bytesRead }) => bytesRead,
        () => 0,
      );
    }
    pipe.close(reader);
    expect(await outcome).toBeInstanceOf(ReaderGoneError);
    expect(sink.written).toBeGreaterThanOrEqual(10);
  });
});

test('a full disk is an error in words, with what to do', async () => {
  // The device that every Linux has for exactly this.
  const fd = openSync('/dev/full', 'w');
  const failed = await new ByteSink(fd, '/restore/file')
    .write(numbered(1), never)
    .catch((error: unknown) => error);
  closeSync(fd);
  expect(failed).toBeInstanceOf(SinkError);
  expect(failed).toMatchObject({
    message: 'writing /restore/file failed: the disk is full',
    hint: 'make room and start again',
  });
});

test('any other failure is told in words too', async () => {
  const path = join(folder, 'read-only');
  const made = openSync(path, 'w');
  closeSync(made);
  const fd = openSync(path, 'r');
  const failed = await new ByteSink(fd, path).write(numbered(1), never).catch((error: unknown) => error);
  closeSync(fd);
  expect(failed).toBeInstanceOf(SinkError);
  expect(failed).toMatchObject({
    message: `writing ${path} failed: it is not open for that`,
    hint: undefined,
  });
});
