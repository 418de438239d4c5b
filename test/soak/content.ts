import { seededRandom } from '../../lab/random.ts';

const PIECE = 64 * 1024;
const BLOCK = 4 * 1024 * 1024;

/**
 * Random bytes that all data is cut from, without copying: gigabytes of it have to be made beside the processes that
 * are under test. There is no NUL among them, so that one at the end of a restore can only be the mark of a failure.
 */
const block = (() => {
  const random = seededRandom(20_261_122);
  return Uint8Array.from({ length: BLOCK + PIECE }, () => 1 + Math.floor(random() * 255));
})();

/** Data of a length that is never held: the same for the same seed, and no two pieces of it alike. */
export class Content {
  readonly #seed: number;
  readonly length: number;

  constructor(seed: number, length: number) {
    this.#seed = seed;
    this.length = length;
  }

  /** The bytes from `position` to the end of the piece that it is in; empty at the end of the data. */
  from(position: number): Uint8Array<ArrayBuffer> {
    const index = Math.floor(position / PIECE);
    // Multiplication by an odd constant and a shift: neighbouring pieces come from places far apart.
    const mixed = Math.imul(this.#seed ^ Math.imul(index + 1, 0x9e3779b1), 0x85ebca6b);
    const place = (mixed >>> 8) % BLOCK;
    const end = Math.min(PIECE, this.length - index * PIECE);
    return block.subarray(place + (position - index * PIECE), place + Math.max(end, 0));
  }

  /** All of it; `onProgress` gets the bytes that were handed out so far. */
  stream(onProgress: (bytes: number) => void): ReadableStream<Uint8Array<ArrayBuffer>> {
    let position = 0;
    return new ReadableStream(
      {
        pull: (controller) => {
          const piece = this.from(position);
          position += piece.length;
          if (piece.length === 0) controller.close();
          // A reader may take what it gets for itself: it gets a copy.
          else controller.enqueue(piece.slice());
          onProgress(position);
        },
      },
      { highWaterMark: 1 },
    );
  }
}

/** Holds what arrives against what should, piece by piece. */
export class Comparison {
  readonly #content: Content;
  /** So many bytes from the start on are as they should be. */
  equal = 0;
  /** What came after the first that is not: its length, and its only byte if it is one. */
  surplus = { length: 0, byte: 0 };

  constructor(content: Content) {
    this.#content = content;
  }

  push(chunk: Uint8Array): void {
    let rest = chunk;
    while (rest.length > 0 && this.surplus.length === 0) {
      const wanted = this.#content.from(this.equal);
      const length = Math.min(wanted.length, rest.length);
      const same = length > 0 && Buffer.compare(rest.subarray(0, length), wanted.subarray(0, length)) === 0;
      const count = same ? length : firstDifference(rest, wanted);
      this.equal += count;
      rest = rest.subarray(count);
      if (!same) break;
    }
    if (rest.length > 0) this.surplus = { length: this.surplus.length + rest.length, byte: rest.at(-1) ?? 0 };
  }

  get isWhole(): boolean {
    return this.surplus.length === 0 && this.equal === this.#content.length;
  }

  /** A beginning of the data and a NUL byte. */
  get isMarked(): boolean {
    return this.surplus.length === 1 && this.surplus.byte === 0;
  }

  /** A beginning of the data that is not all of it. */
  get isCutShort(): boolean {
    return this.surplus.length === 0 && this.equal < this.#content.length;
  }

  /** In words. */
  get told(): string {
    return `${this.equal} of ${this.#content.length} bytes, then ${this.surplus.length} others`;
  }
}

function firstDifference(found: Uint8Array, wanted: Uint8Array): number {
  const index = found.findIndex((byte, at) => byte !== wanted[at]);
  return index === -1 ? found.length : index;
}

/** Empty ones, rows of small tables, parts and a few, and some that need many parts. */
export function sizeDrawn(random: () => number, largest: number): number {
  const [kind, size] = [random(), random()];
  if (kind < 0.08) return 0;
  if (kind < 0.55) return 1 + Math.floor(size * 100_000);
  if (kind < 0.8) return Math.floor(Math.min(largest, 8 * 1024 * 1024 + 10) * size);
  if (kind < 0.96) return Math.floor(Math.min(largest, 40_000_000) * size);
  return Math.floor(largest * size);
}
