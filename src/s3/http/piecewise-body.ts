import type { Passage } from './passage.ts';

/**
 * Larger bodies leave in pieces of this many bytes. The runtime copies what it is given, so pieces halve the memory of
 * an upload, at the same CPU; and each piece that leaves shows that the connection lives.
 */
const PIECE = 512 * 1024;

/** Who is told of the pieces of a body, and lets them go. */
interface Way {
  /** Called with each piece that leaves, and whether it was the last one. */
  readonly leaves: (isLast: boolean) => void;
  /** Called when the connection wants a piece that has to wait for others. */
  readonly waits: () => void;
  /** Absent: nothing limits how fast bodies move. Its first piece may move already. */
  readonly passage: Passage | undefined;
  readonly signal: AbortSignal;
}

/** A request's body that is taken as fast as the connection takes it. */
export class PiecewiseBody {
  readonly stream: ReadableStream<Uint8Array>;
  readonly #bytes: Uint8Array<ArrayBuffer>;
  #taken = 0;

  /** Undefined for a body that is one piece: it costs least as it is. */
  static of(bytes: Uint8Array<ArrayBuffer> | undefined, way: Way): PiecewiseBody | undefined {
    const first = way.passage?.piece ?? PIECE;
    return bytes === undefined || bytes.length <= first ? undefined : new PiecewiseBody(bytes, first, way);
  }

  private constructor(bytes: Uint8Array<ArrayBuffer>, first: number, way: Way) {
    this.#bytes = bytes;
    type Controller = ReadableStreamDefaultController<Uint8Array>;
    const give = (controller: Controller, most: number): void => {
      controller.enqueue(bytes.subarray(this.#taken, this.#taken + most));
      this.#taken = Math.min(this.#taken + most, bytes.length);
      way.leaves(this.complete);
    };
    const pull = (controller: Controller): void | Promise<void> => {
      const { passage } = way;
      const rest = bytes.length - this.#taken;
      if (rest === 0) {
        controller.close();
        return;
      }
      if (passage === undefined || this.#taken === 0) {
        give(controller, first);
        return;
      }
      const piece = Math.min(passage.piece, rest);
      way.waits();
      return passage.take(piece, rest, way.signal).then(() => give(controller, piece));
    };
    // Not ahead of the connection: what it does not take yet stays where it is.
    this.stream = new ReadableStream({ pull }, { highWaterMark: 0 });
  }

  /** All of it has been handed to the connection. */
  get complete(): boolean {
    return this.#taken === this.#bytes.length;
  }
}
