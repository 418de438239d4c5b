import type { Socket } from 'node:net';

/** The client went away (or was cut off by a fault) before the request or the answer was through. */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost';
}

const headEnd = Buffer.from('\r\n\r\n');
const lineEnd = Buffer.from('\r\n');
const maxHeadBytes = 64 * 1024;
/** Reading from the socket pauses while this much waits for the server: bodies are never buffered whole. */
const maxWaitingBytes = 1024 * 1024;

/** One client's connection: bytes in by pull, bytes out with backpressure, and every way to end it. */
export class Connection {
  /** Resolves when the socket is closed, by whichever side. */
  readonly closed: Promise<void>;
  /** Resolves when the client has said that it sends no more (FIN), or is gone. */
  readonly clientDone: Promise<void>;
  readonly id: number;
  readonly #socket: Socket;
  readonly #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #inputEnded = false;
  #isClosed = false;
  #wakeReader: (() => void) | undefined;

  constructor(id: number, socket: Socket) {
    this.id = id;
    this.#socket = socket;
    const closed = Promise.withResolvers<void>();
    const clientDone = Promise.withResolvers<void>();
    this.closed = closed.promise;
    this.clientDone = clientDone.promise;
    const endInput = (): void => {
      this.#inputEnded = true;
      clientDone.resolve();
      this.#wakeReader?.();
    };
    socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    socket.on('end', endInput);
    // A reset by the client is no failure of the server: the reader and the writer see it as ConnectionLost.
    socket.on('error', endInput);
    socket.on('close', () => {
      this.#isClosed = true;
      endInput();
      closed.resolve();
    });
  }

  #receive(chunk: Buffer): void {
    this.#waiting.push(chunk);
    this.#waitingBytes += chunk.length;
    if (this.#waitingBytes >= maxWaitingBytes) this.#socket.pause();
    this.#wakeReader?.();
  }

  /** At most `limit` bytes as soon as there are any, undefined after the end of input. */
  async read(limit: number): Promise<Buffer | undefined> {
    while (this.#waiting.length === 0) {
      if (this.#inputEnded) return undefined;
      await new Promise<void>((resolve) => {
        this.#wakeReader = resolve;
      });
      this.#wakeReader = undefined;
    }
    const chunk = this.#waiting.shift() ?? Buffer.alloc(0);
    const taken = chunk.length <= limit ? chunk : chunk.subarray(0, limit);
    if (taken.length < chunk.length) this.#waiting.unshift(chunk.subarray(taken.length));
    this.#waitingBytes -= taken.length;
    if (this.#waitingBytes < maxWaitingBytes && this.#socket.isPaused()) this.#socket.resume();
    return taken;
  }

  /**
   * The bytes up to the empty line that ends a request's head, undefined when the client closed between requests.
   * @throws ConnectionLost when it closed within a head, or the head has no end
   */
  async readHead(): Promise<Buffer | undefined> {
    return await this.#readTo(headEnd);
  }

  /** The bytes up to the next end of a line, as {@link readHead}. */
  async readLine(): Promise<Buffer | undefined> {
    return await this.#readTo(lineEnd);
  }

  async #readTo(mark: Buffer): Promise<Buffer | undefined> {
    let read: Buffer = Buffer.alloc(0);
    for (;;) {
      const chunk = await this.read(maxHeadBytes);
      if (chunk === undefined) {
        if (read.length === 0) return undefined;
        throw new ConnectionLost('within a head');
      }
      read = read.length === 0 ? chunk : Buffer.concat([read, chunk]);
      const end = read.indexOf(mark);
      if (end >= 0) {
        const rest = read.subarray(end + mark.length);
        if (rest.length > 0) this.#waiting.unshift(rest);
        this.#waitingBytes += rest.length;
        return read.subarray(0, end);
      }
      if (read.length > maxHeadBytes) throw new ConnectionLost('head without end');
    }
  }

  /**
   * Sends bytes; resolves when the kernel has taken them.
   * @throws ConnectionLost
   */
  async write(bytes: Uint8Array): Promise<void> {
    if (this.#isClosed || this.#socket.destroyed) throw new ConnectionLost('while answering');
    const taken = new Promise<void>((resolve) => this.#socket.write(bytes, () => resolve()));
    await Promise.race([taken, this.closed]);
    if (this.#isClosed) throw new ConnectionLost('while answering');
  }

  /** Ends our direction in order: what was written arrives, then FIN. */
  async finish(): Promise<void> {
    await new Promise<void>((resolve) => {
      if (this.#isClosed || this.#socket.destroyed) resolve();
      else this.#socket.end(() => resolve());
    });
  }

  /**
   * Throws away what the client still sends, until it ends too. Closing over unread bytes is a RST, which can overtake the
   * answer (RFC 9112, section 9.6).
   */
  async linger(): Promise<void> {
    while ((await this.read(maxWaitingBytes)) !== undefined);
  }

  /** Takes nothing more from the socket: the client's window fills up, and it can't send on. */
  stopReading(): void {
    this.#socket.pause();
  }

  /** Ends with RST: the other side sees ECONNRESET. */
  reset(): void {
    this.#socket.resetAndDestroy();
  }

  destroy(): void {
    this.#socket.destroy();
  }
}
