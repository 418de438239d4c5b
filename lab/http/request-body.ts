import { type Connection, ConnectionLost } from './connection.ts';

const continueLine = Buffer.from('HTTP/1.1 100 Continue\r\n\r\n');
const maxChunkBytes = 1024 * 1024;

/** A request's body, read once and in order, as far as somebody asks for it. */
export class RequestBody {
  readonly length: number;
  received = 0;
  readonly #connection: Connection;
  #mustContinue: boolean;

  /** @param mustContinue the client waits for `100 Continue` before it sends the body (RFC 9110, section 10.1.1) */
  constructor(connection: Connection, length: number, mustContinue: boolean) {
    this.#connection = connection;
    this.length = length;
    this.#mustContinue = mustContinue && length > 0;
  }

  /** The client has not sent the body and waits: an error can be answered without reading it. */
  get isWithheld(): boolean {
    return this.#mustContinue;
  }

  /**
   * What has not been read yet, up to `end` bytes of the whole body.
   * @throws ConnectionLost when the client leaves before all announced bytes came
   */
  async *chunks(end: number = this.length): AsyncGenerator<Buffer, void, void> {
    const stop = Math.min(end, this.length);
    if (this.#mustContinue && this.received < stop) {
      this.#mustContinue = false;
      await this.#connection.write(continueLine);
    }
    while (this.received < stop) {
      const chunk = await this.#connection.read(Math.min(maxChunkBytes, stop - this.received));
      if (chunk === undefined)
        throw new ConnectionLost(`after ${this.received} of ${this.length} body bytes`);
      this.received += chunk.length;
      yield chunk;
    }
  }

  /** Reads and forgets up to `end` bytes of the whole body. */
  async drain(end: number = this.length): Promise<void> {
    for await (const chunk of this.chunks(end)) void chunk;
  }
}
