import { afterEach, describe, expect, test } from 'bun:test';
import { createServer, type Server, type Socket } from 'node:net';
import type { WireAnswer } from '../../../src/s3/http/answer.ts';
import type { Passage } from '../../../src/s3/http/passage.ts';
import { Transport, type WireRequest } from '../../../src/s3/http/transport.ts';

/** More than any test takes: what waits so long waits for ever. */
const LONG = 600_000;

let listener: Server | undefined;
const sockets = new Set<Socket>();
afterEach(() => {
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  listener?.close();
});

/** A server that does this with each connection; gives its address. */
async function serving(serve: (socket: Socket) => void): Promise<string> {
  const made = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    serve(socket);
  });
  listener = made;
  await new Promise<void>((resolve) => made.listen(0, '127.0.0.1', resolve));
  const address = made.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return `http://127.0.0.1:${address.port}/`;
}

const transport = (): Transport =>
  new Transport({ trust: () => ({ rejectUnauthorized: true }), userAgent: 'test' });

function request(url: string, changes: Partial<WireRequest> = {}): WireRequest {
  const method = changes.body === undefined ? 'GET' : 'PUT';
  return { method, url, headers: {}, body: undefined, patience: LONG, piecePatience: LONG, ...changes };
}

const status = async (answer: WireAnswer): Promise<number> => {
  await answer.bytes(LONG);
  return answer.status;
};
const impatient = async (answer: WireAnswer): Promise<unknown> => await answer.bytes(200);
const never = new AbortController().signal;
const failure = async (exchange: Promise<unknown>): Promise<unknown> =>
  await exchange.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('patience', () => {
  test('an answer that does not come is given up', async () => {
    const url = await serving(() => {});
    const error = await failure(transport().exchange(request(url, { patience: 200 }), never, status));
    expect(error).toMatchObject({ code: 'ESTALLED', message: 'nothing came for 200 ms' });
  });

  test('a body that does not move on is given up after the time for a piece', async () => {
    const url = await serving((socket) => socket.pause());
    const body = new Uint8Array(64 * 1024 * 1024);
    const error = await failure(
      transport().exchange(request(url, { body, piecePatience: 300 }), never, status),
    );
    expect(error).toMatchObject({ code: 'ESTALLED', message: 'nothing came for 300 ms' });
  });

  test('a body that waits for a limit of our own has not stalled, and leaves in pieces of the limit', async () => {
    let received = 0;
    const url = await serving((socket) => {
      socket.on('data', (bytes) => {
        received += bytes.length;
        if (received > 400_000) socket.end('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n');
      });
    });
    const asked: [number, number][] = [];
    const passage: Passage = {
      piece: 150_000,
      waited: 0,
      take: async (bytes, rest) => {
        asked.push([bytes, rest]);
        await Bun.sleep(600);
      },
      settle: () => {},
    };
    const body = new Uint8Array(400_000);
    const sent = request(url, { body, passage, piecePatience: 200, headers: { 'x-a': 'b' } });
    expect(await transport().exchange(sent, never, status)).toBe(200);
    expect(asked).toEqual([
      [150_000, 250_000],
      [100_000, 100_000],
    ]);
  });

  test('once the body is out, the answer has its own time', async () => {
    const body = new Uint8Array(2 * 1024 * 1024);
    let received = 0;
    const url = await serving((socket) => {
      socket.on('data', (piece: Buffer) => {
        received += piece.length;
        if (received < body.length) return;
        setTimeout(() => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'), 3000);
      });
    });
    const sent = request(url, { body, piecePatience: 2000 });
    expect(await transport().exchange(sent, never, status)).toBe(200);
  });

  test('a body that stands still on its way here is given up', async () => {
    const url = await serving((socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc'));
    expect(await failure(transport().exchange(request(url), never, impatient))).toMatchObject({
      code: 'ESTALLED',
    });
  });
});

describe('a body that is taken as a whole', () => {
  const chunked = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n0\r\n\r\n';
  const announced = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabcde';
  test.each([
    ['announced, as long as may be', announced, 5, 'abcde'],
    ['not announced, as long as may be', chunked, 5, 'abcde'],
    ['announced and longer', announced, 4, undefined],
    ['not announced and longer', chunked, 4, undefined],
  ])('%s', async (_name, head, most, text) => {
    const url = await serving((socket) => socket.write(head));
    const read = async (answer: WireAnswer): Promise<string> =>
      Buffer.from(await answer.bytes(LONG, most)).toString();
    const result = await transport()
      .exchange(request(url), never, read)
      .catch((error: unknown) => error);
    if (text === undefined) {
      expect(result).toMatchObject({ code: 'ETOOLONG', message: 'the answer is longer than 4B' });
    } else {
      expect(result).toBe(text);
    }
  });
});

describe('the environment of the process', () => {
  test('names no proxy to the transport', async () => {
    const names = ['HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'all_proxy'];
    const before = names.map((name) => process.env[name]);
    for (const name of names) process.env[name] = 'http://127.0.0.1:1';
    try {
      const url = await serving((socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'));
      expect(await transport().exchange(request(url), never, status)).toBe(200);
    } finally {
      for (const [index, name] of names.entries()) {
        const value = before[index];
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      }
    }
  });
});
