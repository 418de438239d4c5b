import { readFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

/** What came back on a connection, byte for byte. */
export interface RawAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
  /** False when the connection ended before the announced end of the body. */
  readonly isComplete: boolean;
}

/** The connection ended before a whole head came. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
  /** Everything that came. */
  readonly received: Buffer;
  readonly wasReset: boolean;

  constructor(received: Buffer, wasReset: boolean) {
    super(`no answer, ${received.length} bytes, ended by ${wasReset ? 'RST' : 'FIN'}`);
    this.received = received;
    this.wasReset = wasReset;
  }
}

/**
 * An HTTP client without judgement: it sends what it is given, in the pieces in which it is given, and tells how the
 * connection ended. Libraries repair or hide much of what the tests are about.
 */
export class RawConnection {
  readonly #socket: Socket;
  #received: Buffer = Buffer.alloc(0);
  #ended = false;
  #wasReset = false;
  #wake: (() => void) | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => {
      this.#received = Buffer.concat([this.#received, chunk]);
      this.#wake?.();
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      this.#wasReset = error.code === 'ECONNRESET' || error.code === 'EPIPE';
    });
    for (const event of ['end', 'close'] as const) {
      socket.on(event, () => {
        this.#ended = true;
        this.#wake?.();
      });
    }
  }

  /** @param ca a PEM file with the authority to trust, for https */
  static async open(endpoint: string, ca?: string): Promise<RawConnection> {
    const { protocol, hostname, port } = new URL(endpoint);
    const isSecure = protocol === 'https:';
    const where = { host: hostname, port: Number(port), allowHalfOpen: true };
    const trusted = ca === undefined ? {} : { ca: await readFile(ca) };
    const socket = isSecure ? connectTls({ ...where, ...trusted }) : connect(where);
    const connection = new RawConnection(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once(isSecure ? 'secureConnect' : 'connect', resolve);
      socket.once('error', reject);
    });
    return connection;
  }

  get wasReset(): boolean {
    return this.#wasReset;
  }

  async send(bytes: Uint8Array | string): Promise<void> {
    await new Promise<void>((resolve) => this.#socket.write(bytes, () => resolve()));
  }

  /** FIN: no more is going to come from here. */
  endSending(): void {
    this.#socket.end();
  }

  /** RST */
  reset(): void {
    this.#socket.resetAndDestroy();
  }

  close(): void {
    this.#socket.destroy();
  }

  /** Resolves when the server has ended the connection, with what came and was not taken. */
  async ended(): Promise<Buffer> {
    while (!this.#ended) await this.#change();
    return this.#received;
  }

  /** Resolves when at least so many bytes came that were not taken. */
  async arrived(bytes: number): Promise<Buffer> {
    while (this.#received.length < bytes && !this.#ended) await this.#change();
    return this.#received;
  }

  /**
   * The next answer, whatever its status, also 100.
   * @param isHead the answer has no body, though its head may tell a length
   * @throws NoAnswer
   */
  async answer(isHead = false): Promise<RawAnswer> {
    let headEnd = this.#received.indexOf('\r\n\r\n');
    while (headEnd < 0) {
      if (this.#ended) throw new NoAnswer(this.#received, this.#wasReset);
      await this.#change();
      headEnd = this.#received.indexOf('\r\n\r\n');
    }
    const [statusLine = '', ...lines] = this.#take(headEnd + 4)
      .subarray(0, headEnd)
      .toString('latin1')
      .split('\r\n');
    const status = Number(statusLine.split(' ')[1]);
    const headers = new Map(
      lines.map((line) => {
        const colon = line.indexOf(':');
        return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
      }),
    );
    if (isHead || status < 200 || status === 204 || status === 304) {
      return { status, headers, body: Buffer.alloc(0), isComplete: true };
    }
    if (headers.get('transfer-encoding') === 'chunked')
      return { status, headers, ...(await this.#chunkedBody()) };
    const length = Number(headers.get('content-length') ?? Number.POSITIVE_INFINITY);
    while (this.#received.length < length && !this.#ended) await this.#change();
    const body = this.#take(Math.min(length, this.#received.length));
    return {
      status,
      headers,
      body,
      isComplete: body.length === length || length === Number.POSITIVE_INFINITY,
    };
  }

  async #chunkedBody(): Promise<{ body: Buffer; isComplete: boolean }> {
    const chunks: Buffer[] = [];
    for (;;) {
      const lineEnd = this.#received.indexOf('\r\n');
      const size =
        lineEnd < 0 ? Number.NaN : Number.parseInt(this.#received.subarray(0, lineEnd).toString(), 16);
      const frame = lineEnd + 2 + size + 2;
      if (Number.isNaN(size) || this.#received.length < frame) {
        if (this.#ended) return { body: Buffer.concat(chunks), isComplete: false };
        await this.#change();
        continue;
      }
      chunks.push(this.#take(frame).subarray(lineEnd + 2, lineEnd + 2 + size));
      if (size === 0) return { body: Buffer.concat(chunks), isComplete: true };
    }
  }

  #take(bytes: number): Buffer {
    const taken = this.#received.subarray(0, bytes);
    this.#received = this.#received.subarray(bytes);
    return taken;
  }

  async #change(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
  }
}
