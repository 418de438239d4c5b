import { closeSync, constants, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A named pipe and its two ends, which are real descriptors of this process. */
export class Pipe {
  readonly #folder = mkdtempSync(join(tmpdir(), 'pipe-'));
  readonly path = join(this.#folder, 'pipe');
  readonly #open = new Set<number>();

  constructor() {
    const made = Bun.spawnSync(['mkfifo', this.path]);
    if (made.exitCode !== 0) throw new Error(`mkfifo: ${made.stderr.toString()}`);
  }

  /** Opens both ends; an end alone would wait for the other. */
  ends(mode: 'blocking' | 'non-blocking' = 'blocking'): { readonly reader: number; readonly writer: number } {
    const early = this.#opened(constants.O_RDONLY | constants.O_NONBLOCK);
    const writer = this.#opened(constants.O_WRONLY | (mode === 'non-blocking' ? constants.O_NONBLOCK : 0));
    if (mode === 'non-blocking') return { reader: early, writer };
    const reader = this.#opened(constants.O_RDONLY);
    this.close(early);
    return { reader, writer };
  }

  close(fd: number): void {
    if (this.#open.delete(fd)) closeSync(fd);
  }

  [Symbol.dispose](): void {
    for (const fd of this.#open) closeSync(fd);
    rmSync(this.#folder, { recursive: true });
  }

  #opened(flags: number): number {
    const fd = openSync(this.path, flags);
    this.#open.add(fd);
    return fd;
  }
}

/** Bytes of which each tells its place, so that a shifted or repeated piece is seen. */
export function numbered(length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  for (let index = 0; index < length; index += 1) bytes[index] = (index * 31 + (index >>> 8) * 7) & 0xff;
  return bytes;
}
