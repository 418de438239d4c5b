/**
 * Larger bodies leave in pieces of this many bytes. The runtime copies what it is given, so pieces halve the memory of
 * an upload, at the same CPU; and each piece that leaves shows that the connection lives.
 */
const PIECE = 512 * 1024;

/** Called with each piece that leaves, and whether it was the last one. */
type OnPiece = (isLast: boolean) => void;

/** A request's body that is taken as fast as the connection takes it. */
export class PiecewiseBody {
  readonly stream: ReadableStream<Uint8Array>;
  readonly #bytes: Uint8Array<ArrayBuffer>;
  #taken = 0;

  /** Undefined for a body that is one piece: it costs least as it is. */
  static of(bytes: Uint8Array<ArrayBuffer> | undefined, onPiece: OnPiece): PiecewiseBody | undefined {
    return bytes === undefined || bytes.length <= PIECE ? undefined : new PiecewiseBody(bytes, onPiece);
  }

  private constructor(bytes: Uint8Array<ArrayBuffer>, onPiece: OnPiece) {
    this.#bytes = bytes;
    const pull = (controller: ReadableStreamDefaultController<Uint8Array>): void => {
      if (this.complete) {
        controller.close();
        return;
      }
      controller.enqueue(bytes.subarray(this.#taken, this.#taken + PIECE));
      this.#taken = Math.min(this.#taken + PIECE, bytes.length);
      onPiece(this.complete);
    };
    // Not ahead of the connection: what it does not take yet stays where it is.
    this.stream = new ReadableStream({ pull }, { highWaterMark: 0 });
  }

  /** All of it has been handed to the connection. */
  get complete(): boolean {
    return this.#taken === this.#bytes.length;
  }
}
