import { expect, test } from 'bun:test';
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ReadyPipe } from '../../src/transfer/ready-pipe.ts';
import { numbered, Pipe } from './pipes.ts';

test('gives what the pipe holds, nothing while it is empty, 0 at its end', () => {
  using pipe = new Pipe();
  const { reader, writer } = pipe.ends();
  const ready = ReadyPipe.of(reader);
  const into = new Uint8Array(100);
  expect(ready?.read(into, 0, 100)).toBeUndefined();
  writeSync(writer, numbered(30));
  expect(ready?.read(into, 10, 90)).toBe(30);
  expect(Buffer.from(into.subarray(10, 40)).equals(numbered(30))).toBe(true);
  expect(ready?.read(into, 0, 100)).toBeUndefined();
  pipe.close(writer);
  expect(ready?.read(into, 0, 100)).toBe(0);
  ready?.close();
});

test('leaves the descriptor that it was made from waiting, as its other users expect', () => {
  using pipe = new Pipe();
  const { reader, writer } = pipe.ends();
  const ready = ReadyPipe.of(reader);
  const flags = /flags:\s*(\d+)/.exec(
    Bun.spawnSync(['cat', `/proc/${process.pid}/fdinfo/${reader}`]).stdout.toString(),
  );
  expect(Number.parseInt(flags?.[1] ?? '', 8) & 0o4000).toBe(0);
  writeSync(writer, numbered(3));
  expect(readSync(reader, new Uint8Array(5))).toBe(3);
  ready?.close();
});

test('is not for files, whose second opening would start at the first byte', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ready-pipe-'));
  writeFileSync(join(folder, 'file'), 'content');
  const fd = openSync(join(folder, 'file'), 'r');
  expect(ReadyPipe.of(fd)).toBeUndefined();
  closeSync(fd);
  rmSync(folder, { recursive: true });
});

test('is not for a descriptor that is closed', () => {
  const fd = openSync('/dev/null', 'r');
  closeSync(fd);
  expect(ReadyPipe.of(fd)).toBeUndefined();
});
