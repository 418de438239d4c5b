import { type Answer, answerTo } from './answers.ts';
import { type BodyReader, ChunkedBody, CountedBody } from './body-reader.ts';
import { contentAt } from './content.ts';
import type { Counters } from './counters.ts';
import { type Network, Pace } from './pace.ts';
import { parseHead, type RequestHead } from './request-head.ts';

/** As much as a connection is given at once: all there is, or what a paced one may have ahead of its time. */
const LARGEST_WRITE = 8 * 1024 * 1024;
const PACED_WRITE = 128 * 1024;
/** Milliseconds: shorter pauses than a timer can make. */
const SHORTEST_PAUSE = 2;

/** One connection of a client: reads requests, forgets their bodies, answers. One request at a time. */
export class Connection {
  readonly #socket: Bun.Socket<Connection>;
  readonly #network: Network;
  readonly #counters: Counters;
  readonly #received: Pace;
  readonly #sent: Pace;
  /** What has come of a head, or behind a request that is not answered yet. */
  #waiting: Buffer = Buffer.alloc(0);
  #request: { readonly head: RequestHead; readonly body: BodyReader } | undefined;
  #isAnswering = false;
  #output: { head: Buffer; start: number; end: number } | undefined;
  #isPausing = false;

  constructor(socket: Bun.Socket<Connection>, network: Network, counters: Counters) {
    this.#socket = socket;
    this.#network = network;
    this.#counters = counters;
    this.#received = new Pace(network.bandwidth);
    this.#sent = new Pace(network.bandwidth);
  }

  /** Takes bytes of the client. */
  take(bytes: Buffer): void {
    this.#counters.received += bytes.length;
    const pause = this.#received.passed(bytes.length, performance.now());
    if (pause > SHORTEST_PAUSE) {
      this.#socket.pause();
      setTimeout(() => {
        this.#socket.resume();
        this.#read(bytes);
      }, pause);
    } else {
      this.#read(bytes);
    }
  }

  /** Goes on sending: the client has taken something. */
  send(): void {
    while (this.#output !== undefined && !this.#isPausing) {
      const { head, start, end } = this.#output;
      const piece =
        head.length > 0
          ? head
          : contentAt(
              start,
              Math.min(end - start, this.#network.bandwidth === Infinity ? LARGEST_WRITE : PACED_WRITE),
            );
      const taken = Math.max(0, this.#socket.write(piece));
      this.#counters.sent += taken;
      if (head.length > 0) this.#output.head = head.subarray(taken);
      else this.#output.start += taken;
      if (this.#output.head.length === 0 && this.#output.start === end) {
        this.#output = undefined;
        this.#isAnswering = false;
        const rest = this.#waiting;
        this.#waiting = Buffer.alloc(0);
        if (rest.length > 0) this.#read(rest);
        return;
      }
      this.#rest(this.#sent.passed(taken, performance.now()));
      if (taken < piece.length) return;
    }
  }

  #rest(milliseconds: number): void {
    if (milliseconds <= SHORTEST_PAUSE) return;
    this.#isPausing = true;
    setTimeout(() => {
      this.#isPausing = false;
      this.send();
    }, milliseconds);
  }

  #read(bytes: Buffer): void {
    let rest = bytes;
    while (rest.length > 0) {
      if (this.#isAnswering) {
        this.#waiting = Buffer.concat([this.#waiting, rest]);
        return;
      }
      if (this.#request === undefined) {
        const behind = this.#readHead(rest);
        if (behind === undefined) return;
        rest = behind;
      } else {
        rest = rest.subarray(this.#request.body.take(rest));
      }
      this.#answerIfWhole();
    }
  }

  /** Returns what follows the head; undefined while the head is incomplete. */
  #readHead(bytes: Buffer): Buffer | undefined {
    const all = this.#waiting.length === 0 ? bytes : Buffer.concat([this.#waiting, bytes]);
    const end = all.indexOf('\r\n\r\n');
    if (end === -1) {
      this.#waiting = all;
      return undefined;
    }
    this.#waiting = Buffer.alloc(0);
    const head = parseHead(all.toString('latin1', 0, end));
    const isChunked = head.headers.get('transfer-encoding') === 'chunked';
    const length = Number(head.headers.get('content-length') ?? 0);
    this.#request = { head, body: isChunked ? new ChunkedBody() : new CountedBody(length) };
    this.#counters.requests += 1;
    if (head.headers.get('expect') === '100-continue') {
      this.#later(() => this.#socket.write('HTTP/1.1 100 Continue\r\n\r\n'));
    }
    return all.subarray(end + 4);
  }

  #answerIfWhole(): void {
    if (this.#request?.body.ended !== true) return;
    const { head, body } = this.#request;
    this.#request = undefined;
    this.#isAnswering = true;
    const answer = answerTo(head, body.content);
    this.#later(() => {
      this.#output = outputOf(answer);
      this.send();
    });
  }

  #later(act: () => void): void {
    if (this.#network.latency === 0) act();
    else setTimeout(act, this.#network.latency);
  }
}

function outputOf({ status, headers, text = '', content, length }: Answer): {
  head: Buffer;
  start: number;
  end: number;
} {
  const [start, end] = content ?? [0, 0];
  const told = length ?? (content === undefined ? Buffer.byteLength(text) : end - start);
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const always = `date: ${new Date().toUTCString()}\r\nserver: sink\r\nx-amz-request-id: 0\r\n`;
  const told204 = status.startsWith('204') ? '' : `content-length: ${told}\r\n`;
  return {
    head: Buffer.from(`HTTP/1.1 ${status}\r\n${always}${lines.join('')}${told204}\r\n${text}`),
    start,
    end,
  };
}
