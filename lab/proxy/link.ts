import { setTimeout } from 'node:timers/promises';

/** Every connection that is made is doomed with a probability, and dies (RST) when so many bytes have passed at most. */
export interface Mortality {
  /** 0 to 1. */
  readonly share: number;
  /** Bytes of both directions; each doomed connection draws its own number between 0 and this. */
  readonly withinBytes: number;
}

/** Shortest time between two pieces on a line that is slow, in milliseconds. */
const PIECE_TIME = 50;

/** How the lines of a proxy behave; may be changed while connections are open. */
export class Link {
  /** Milliseconds that each request, and each answer, is under way longer. */
  latency = 0;
  /** For each direction, shared by all connections. */
  bytesPerSecond = Number.POSITIVE_INFINITY;
  mortality: Mortality | undefined;
  readonly #random: () => number;
  readonly #free = { up: 0, down: 0 };
  #opened: Promise<void> | undefined;
  #open = (): void => {};

  /** @param random between 0 and 1, for the connections that die */
  constructor(random: () => number) {
    this.#random = random;
  }

  /** From now on all bytes stay where they are, in both directions, until {@link release}. */
  swallow(): void {
    if (this.#opened !== undefined) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#opened = promise;
    this.#open = resolve;
  }

  /** The bytes that wait go on, as those of TCP do after a break. */
  release(): void {
    this.#opened = undefined;
    this.#open();
  }

  /** How many bytes a new connection lives; Infinity for most. */
  lifeOfConnection(): number {
    const { mortality } = this;
    if (mortality === undefined || this.#random() >= mortality.share) return Number.POSITIVE_INFINITY;
    return Math.floor(this.#random() * mortality.withinBytes);
  }

  /** The most bytes that may be passed on as one piece. */
  get pieceSize(): number {
    return this.bytesPerSecond === Number.POSITIVE_INFINITY
      ? Number.POSITIVE_INFINITY
      : Math.max(1, Math.floor((this.bytesPerSecond * PIECE_TIME) / 1000));
  }

  /** Waits until so many bytes may leave, in the order of the calls. */
  async admit(direction: 'up' | 'down', bytes: number): Promise<void> {
    while (this.#opened !== undefined) await this.#opened;
    if (this.bytesPerSecond === Number.POSITIVE_INFINITY) return;
    const now = performance.now();
    const start = Math.max(now, this.#free[direction]);
    this.#free[direction] = start + (bytes * 1000) / this.bytesPerSecond;
    await setTimeout(this.#free[direction] - now);
  }
}
