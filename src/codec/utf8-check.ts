/** Bytes of a character by its first byte (RFC 3629, section 3); 1 also for what is no first byte. */
function lengthOf(first: number): number {
  if (first >= 0xf0) return 4;
  if (first >= 0xe0) return 3;
  return first >= 0xc0 ? 2 : 1;
}

/** Whether a stream of any length is UTF-8, by the runtime's own check: some GB a second. */
export class Utf8Check {
  readonly #isUtf8 = process.getBuiltinModule('node:buffer').isUtf8;
  #valid = true;
  /** The beginning of a character that goes on in the next piece. */
  #begun: Uint8Array = new Uint8Array(0);

  push(piece: Uint8Array): void {
    if (!this.#valid || piece.length === 0) return;
    let rest = piece;
    if (this.#begun.length > 0) {
      const missing = lengthOf(this.#begun[0] ?? 0) - this.#begun.length;
      const character = Buffer.concat([this.#begun, piece.subarray(0, missing)]);
      if (piece.length < missing) {
        this.#begun = character;
        return;
      }
      this.#begun = new Uint8Array(0);
      this.#valid = this.#isUtf8(character);
      rest = piece.subarray(missing);
    }
    const cut = cutOf(rest);
    if (cut < rest.length) this.#begun = Uint8Array.from(rest.subarray(cut));
    this.#valid &&= this.#isUtf8(rest.subarray(0, cut));
  }

  /** After the last piece. */
  isValid(): boolean {
    return this.#valid && this.#begun.length === 0;
  }
}

/** Where a character begins that is not complete; the length where there is none. */
function cutOf(bytes: Uint8Array): number {
  for (let at = bytes.length - 1; at >= Math.max(0, bytes.length - 3); at -= 1) {
    const byte = bytes[at] ?? 0;
    // 10xxxxxx goes on with a character.
    if ((byte & 0xc0) === 0x80) continue;
    return at + lengthOf(byte) > bytes.length ? at : bytes.length;
  }
  return bytes.length;
}
