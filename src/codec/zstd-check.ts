import type { StreamCheck } from './stream-check.ts';

/** The least frame: magic number, descriptor, one more byte of header, the header of a block (RFC 8878, section 3.1.1). */
export const LEAST_ZSTD = 9;

const MAGIC = 0xfd2fb528;
/** Of a frame to be skipped; its last four bits are free. */
const SKIPPABLE = 0x184d2a50;
const LARGEST_BLOCK = 128 * 1024;

/**
 * A Zstandard stream of any length (RFC 8878): frames and their blocks are walked by their headers, so the end must be
 * that of a frame. What the blocks contain is not looked at.
 */
export class ZstdCheck implements StreamCheck {
  readonly format = 'zstd';
  readonly #field = new DataView(new ArrayBuffer(16));
  #length = 0;
  /** Bytes of the field that is gathered next, how many of them there are, and what is done with it. */
  #wanted = 4;
  #gathered = 0;
  #next: () => void = () => this.#magic();
  /** Bytes that are not looked at: what a block contains, or a frame that is skipped. */
  #skip = 0;
  #checksum = false;
  #begun = false;
  #betweenFrames = true;
  #fault: string | undefined;

  push(bytes: Uint8Array): void {
    this.#length += bytes.length;
    for (let at = 0; at < bytes.length && this.#fault === undefined; ) {
      const skipped = Math.min(this.#skip, bytes.length - at);
      this.#skip -= skipped;
      at += skipped;
      for (; at < bytes.length && this.#gathered < this.#wanted; at += 1, this.#gathered += 1)
        this.#field.setUint8(this.#gathered, bytes[at] ?? 0);
      if (this.#gathered < this.#wanted) return;
      this.#gathered = 0;
      this.#next();
    }
  }

  finish(): string | undefined {
    if (this.#length === 0) return 'is empty';
    if (this.#fault !== undefined) return this.#fault;
    const isClean = this.#betweenFrames && this.#gathered === 0 && this.#skip === 0;
    return isClean ? undefined : `ends early, after ${this.#length} bytes`;
  }

  #expect(bytes: number, next: () => void): void {
    this.#wanted = bytes;
    this.#next = next;
  }

  #magic(): void {
    const magic = this.#field.getUint32(0, true);
    this.#betweenFrames = false;
    if (magic === MAGIC) this.#expect(1, () => this.#descriptor());
    else if (magic >>> 4 === SKIPPABLE >>> 4) this.#expect(4, () => this.#skipFrame());
    else this.#fault = this.#begun ? 'goes on with something else' : 'does not begin like one';
    this.#begun = true;
  }

  #skipFrame(): void {
    this.#skip = this.#field.getUint32(0, true);
    this.#endFrame();
  }

  #endFrame(): void {
    this.#betweenFrames = true;
    this.#expect(4, () => this.#magic());
  }

  #descriptor(): void {
    const descriptor = this.#field.getUint8(0);
    if ((descriptor & 0b1000) !== 0) this.#fault = 'has a frame header that is not valid';
    const isSingle = (descriptor & 0b10_0000) !== 0;
    this.#checksum = (descriptor & 0b100) !== 0;
    const window = isSingle ? 0 : 1;
    const dictionary = [0, 1, 2, 4][descriptor & 0b11] ?? 0;
    const contentSize = [isSingle ? 1 : 0, 2, 4, 8][descriptor >>> 6] ?? 0;
    this.#expect(window + dictionary + contentSize, () => this.#expectBlock());
  }

  #expectBlock(): void {
    this.#expect(3, () => this.#block());
  }

  #block(): void {
    const header = this.#field.getUint16(0, true) | (this.#field.getUint8(2) << 16);
    const isLast = (header & 1) !== 0;
    const type = (header >>> 1) & 0b11;
    const size = header >>> 3;
    const isRun = type === 1;
    if (type === 3 || (!isRun && size > LARGEST_BLOCK)) this.#fault = 'has a block that is not valid';
    this.#skip = isRun ? 1 : size;
    if (!isLast) this.#expectBlock();
    else if (this.#checksum) this.#expect(4, () => this.#endFrame());
    else this.#endFrame();
  }
}
