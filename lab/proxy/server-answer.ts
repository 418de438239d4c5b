import type { Answer, AnswerBody } from '../http/answer.ts';
import { bodyOf } from '../http/answer.ts';
import { type Connection, ConnectionLost } from '../http/connection.ts';

const statusLine = /^HTTP\/1\.1 (\d{3})(?: .*)?$/;
const maxChunkBytes = 1024 * 1024;

/** An answer that comes from the server behind; its body is read once. */
export interface ServerAnswer extends Answer {
  /** The server ends its connection after this answer. */
  readonly isLast: boolean;
}

/**
 * Reads the head of the answer to a request, after whatever interim answers there are, and makes its body ready to be read. A body
 * without a length told in advance (RFC 9112, section 6.3) is read here to its end.
 * @throws ConnectionLost when the server closes before it, or it is no HTTP/1.1
 */
export async function readServerAnswer(server: Connection, isHead: boolean): Promise<ServerAnswer> {
  for (;;) {
    const bytes = await server.readHead();
    if (bytes === undefined) throw new ConnectionLost('without an answer');
    const { status, headers } = parseHead(bytes);
    if (status >= 100 && status < 200) continue;
    const isLast = headers['connection']?.toLowerCase() === 'close';
    const hasNoBody = isHead || status === 204 || status === 304;
    if (hasNoBody) return { status, headers, body: bodyOf(new Uint8Array()), isLast };
    const length = headers['content-length'];
    if (length !== undefined) return { status, headers, body: streamedBody(server, Number(length)), isLast };
    const isChunked = headers['transfer-encoding']?.toLowerCase() === 'chunked';
    delete headers['transfer-encoding'];
    const whole = await gather(isChunked ? chunkedBytes(server) : bytesToEnd(server));
    return { status, headers, body: bodyOf(whole), isLast: isLast || !isChunked };
  }
}

/** The whole body of an answer. */
export async function gather(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return Buffer.concat(parts);
}

function parseHead(bytes: Buffer): { status: number; headers: Record<string, string> } {
  const [first = '', ...lines] = bytes.toString('latin1').split('\r\n');
  const status = Number(statusLine.exec(first)?.[1] ?? Number.NaN);
  if (Number.isNaN(status)) throw new ConnectionLost(`status line: ${first}`);
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const colon = line.indexOf(':');
    headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
  }
  return { status, headers };
}

function streamedBody(server: Connection, length: number): AnswerBody {
  return {
    length,
    async *chunks() {
      for (let read = 0; read < length; ) {
        const chunk = await server.read(Math.min(maxChunkBytes, length - read));
        if (chunk === undefined) throw new ConnectionLost(`after ${read} of ${length} bytes of an answer`);
        read += chunk.length;
        yield chunk;
      }
    },
  };
}

async function* bytesToEnd(server: Connection): AsyncGenerator<Buffer> {
  for (;;) {
    const chunk = await server.read(maxChunkBytes);
    if (chunk === undefined) return;
    yield chunk;
  }
}

/** RFC 9112, section 7.1. */
async function* chunkedBytes(server: Connection): AsyncGenerator<Buffer> {
  for (;;) {
    const size = Number.parseInt((await server.readLine())?.toString('latin1') ?? '', 16);
    if (Number.isNaN(size)) throw new ConnectionLost('within a chunked answer');
    for (let read = 0; read < size; ) {
      const chunk = await server.read(size - read);
      if (chunk === undefined) throw new ConnectionLost('within a chunk of an answer');
      read += chunk.length;
      yield chunk;
    }
    // The line end behind a chunk; behind the last one, the trailer, which ends with an empty line.
    while ((await server.readLine())?.length !== 0) if (size > 0) throw new ConnectionLost('bad chunk');
    if (size === 0) return;
  }
}
