/**
 * Cuts a stream of bytes into its lines, without their line ends. Empty ones are left out, and one that is too long is
 * not even held.
 */
export class BoundedLines {
  readonly #longest: number;
  readonly #decoder = new TextDecoder();
  #rest = new Uint8Array(0);
  #isTooLong = false;

  /** @param longest bytes of a line */
  constructor(longest: number) {
    this.#longest = longest;
  }

  /** The lines that end in the next piece of the stream. */
  *push(piece: Uint8Array): Generator<string> {
    let from = 0;
    for (let end = piece.indexOf(10); end !== -1; end = piece.indexOf(10, from)) {
      this.#keep(piece.subarray(from, end));
      yield* this.end();
      from = end + 1;
    }
    this.#keep(piece.subarray(from));
  }

  /** What follows the last line end, if there is anything. */
  *end(): Generator<string> {
    if (this.#rest.length > 0) yield this.#decoder.decode(this.#rest);
    this.#rest = new Uint8Array(0);
    this.#isTooLong = false;
  }

  #keep(bytes: Uint8Array): void {
    if (this.#isTooLong || bytes.length === 0) return;
    if (this.#rest.length + bytes.length > this.#longest) {
      this.#isTooLong = true;
      this.#rest = new Uint8Array(0);
      return;
    }
    const both = new Uint8Array(this.#rest.length + bytes.length);
    both.set(this.#rest);
    both.set(bytes, this.#rest.length);
    this.#rest = both;
  }
}
