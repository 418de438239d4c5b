/** Characters of a value that are kept: a table may have values of a gigabyte. */
const LONGEST_VALUE = 1024 * 1024;

/**
 * Reads records of CSV as COPY writes it, up to a number of them. What is not UTF-8 becomes U+FFFD.
 */
export class CsvReader {
  readonly rows: (string | null)[][] = [];
  readonly #most: number;
  #decoder = new TextDecoder();
  #row: (string | null)[] = [];
  #value = '';
  #quoted = false;
  #inQuotes = false;
  /** The last sign was a quote inside of quotes: it ends them, unless another one follows. */
  #pending = false;

  constructor(most: number) {
    this.#most = most;
  }

  get isFull(): boolean {
    return this.rows.length >= this.#most;
  }

  push(bytes: Uint8Array): void {
    if (this.isFull) return;
    for (const sign of this.#decoder.decode(bytes, { stream: true })) {
      this.#take(sign);
      if (this.isFull) return;
    }
  }

  /** The next bytes are another object's. A record that was not complete is none. */
  endObject(): void {
    this.#decoder = new TextDecoder();
    [this.#row, this.#value, this.#quoted, this.#inQuotes, this.#pending] = [[], '', false, false, false];
  }

  #take(sign: string): void {
    if (this.#pending) {
      this.#pending = false;
      if (sign === '"') {
        this.#add(sign);
        return;
      }
      this.#inQuotes = false;
    }
    if (this.#inQuotes) {
      if (sign === '"') this.#pending = true;
      else this.#add(sign);
    } else if (sign === '"') [this.#quoted, this.#inQuotes] = [true, true];
    else if (sign === ',') this.#endValue();
    else if (sign === '\n') {
      this.#endValue();
      this.rows.push(this.#row);
      this.#row = [];
    } else this.#add(sign);
  }

  #add(sign: string): void {
    if (this.#value.length < LONGEST_VALUE) this.#value += sign;
  }

  /** Nothing without quotes is NULL. */
  #endValue(): void {
    this.#row.push(this.#value === '' && !this.#quoted ? null : this.#value);
    [this.#value, this.#quoted] = ['', false];
  }
}
