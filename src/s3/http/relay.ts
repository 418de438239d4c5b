import type { Socket } from 'bun';

/**
 * One direction of a connection that is passed on: takes no more from its source than its sink takes, so that the
 * bytes that wait are those of one read.
 */
class Flow {
  readonly #source: Socket;
  #sink: Socket | undefined;
  #waiting: Uint8Array[] = [];
  #ended = false;

  constructor(source: Socket) {
    this.#source = source;
  }

  /** What has come so far goes on to `sink`, and so does what follows. */
  open(sink: Socket): void {
    this.#sink = sink;
    this.drain();
  }

  push(bytes: Uint8Array): void {
    this.#waiting.push(bytes);
    if (this.#sink === undefined || this.#waiting.length > 1) this.#source.pause();
    else this.#write(this.#sink);
  }

  /** The sink takes bytes again. */
  drain(): void {
    if (this.#sink !== undefined) this.#write(this.#sink);
  }

  /** The source has sent its last byte. */
  end(): void {
    this.#ended = true;
    this.drain();
  }

  #write(sink: Socket): void {
    for (let bytes = this.#waiting[0]; bytes !== undefined; bytes = this.#waiting[0]) {
      const written = Math.max(0, sink.write(bytes));
      if (written < bytes.length) {
        this.#waiting[0] = bytes.subarray(written);
        this.#source.pause();
        return;
      }
      this.#waiting.shift();
    }
    if (this.#ended) sink.end();
    else this.#source.resume();
  }
}

/** A connection of this process that is passed on to another one, byte for byte, in both directions. */
export class Relay {
  readonly #near: Socket;
  #far: Socket | undefined;
  readonly #up: Flow;
  #down: Flow | undefined;

  constructor(near: Socket) {
    this.#near = near;
    this.#up = new Flow(near);
  }

  /** Passes bytes on from now on. */
  open(far: Socket, first: Uint8Array): void {
    this.#far = far;
    this.#down = new Flow(far);
    this.#down.open(this.#near);
    if (first.length > 0) this.#down.push(first);
    this.#up.open(far);
  }

  fromNear(bytes: Uint8Array): void {
    this.#up.push(bytes);
  }

  fromFar(bytes: Uint8Array): void {
    this.#down?.push(bytes);
  }

  nearDrained(): void {
    this.#down?.drain();
  }

  farDrained(): void {
    this.#up.drain();
  }

  /** The far side is gone; what it sent still arrives. */
  farEnded(): void {
    if (this.#down === undefined) this.#near.terminate();
    else this.#down.end();
  }

  /** The near side is gone: nobody waits for the rest. */
  nearEnded(): void {
    this.#far?.terminate();
  }
}
