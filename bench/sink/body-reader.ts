/** Counts the bytes of a request's body and throws them away. */
export interface BodyReader {
  /**
   * Takes the next bytes from the wire.
   * @returns how many of them belong to the body; fewer than all only when it has ended.
   */
  take(bytes: Uint8Array): number;
  readonly ended: boolean;
  /** Bytes of content so far. */
  readonly content: number;
}

/** A body whose length was in the head. */
export class CountedBody implements BodyReader {
  content = 0;
  readonly #length: number;

  constructor(length: number) {
    this.#length = length;
  }

  get ended(): boolean {
    return this.content === this.#length;
  }

  take(bytes: Uint8Array): number {
    const taken = Math.min(bytes.length, this.#length - this.content);
    this.content += taken;
    return taken;
  }
}

/** A body in HTTP/1.1's chunked coding (RFC 9112, 7.1): what a client sends that doesn't know the length. */
export class ChunkedBody implements BodyReader {
  content = 0;
  ended = false;
  /** Of the chunk that is being read, its line end included. */
  #left = 0;
  #lineEnd = 0;
  /** A size line, or a trailer line, that has not come whole. */
  #line = '';
  #inTrailer = false;

  take(bytes: Uint8Array): number {
    let at = 0;
    while (at < bytes.length && !this.ended) {
      if (this.#left > 0) at += this.#skip(bytes.length - at);
      else at = this.#readLine(bytes, at);
    }
    return at;
  }

  #skip(available: number): number {
    const step = Math.min(available, this.#left);
    const before = Math.max(0, this.#left - this.#lineEnd);
    this.content += Math.min(step, before);
    this.#left -= step;
    return step;
  }

  #readLine(bytes: Uint8Array, from: number): number {
    let at = from;
    while (at < bytes.length && bytes[at] !== 10) at += 1;
    this.#line += Buffer.from(bytes.subarray(from, at)).toString('latin1');
    if (at === bytes.length) return at;
    this.#endLine(this.#line.trim());
    this.#line = '';
    return at + 1;
  }

  #endLine(line: string): void {
    if (this.#inTrailer) {
      this.ended = line === '';
      return;
    }
    const size = Number.parseInt(line, 16);
    if (Number.isNaN(size)) throw new Error(`no chunk size: ${line.slice(0, 40)}`);
    this.#inTrailer = size === 0;
    this.#lineEnd = 2;
    this.#left = size === 0 ? 0 : size + this.#lineEnd;
  }
}
