import { describe, expect, test } from 'bun:test';
import { createServer, type Server, type Socket } from 'node:net';
import { Secret } from '../../../src/base/secret.ts';
import { ProcessLog } from '../../../src/log/log.ts';
import { staticCredentials } from '../../../src/s3/auth/credentials.ts';
import type { S3Client } from '../../../src/s3/client.ts';
import { ObjectChangedError } from '../../../src/s3/errors/object-changed-error.ts';
import { Transport } from '../../../src/s3/http/transport.ts';
import { openStore } from '../../../src/s3/open.ts';
import { getRange } from '../../../src/s3/operations/get-range.ts';

/** A server that does this to the nth request's connection, counted from 1, after its head has come. */
async function serverThat(
  acts: (socket: Socket, head: string, asked: number) => void,
): Promise<{ client: S3Client; server: Server }> {
  let asked = 0;
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', (head) => {
      asked += 1;
      acts(socket, head.toString(), asked);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { server, client: clientOf(address.port) };
}

function clientOf(port: number): S3Client {
  return openStore({
    bucket: 'b',
    region: 'us-east-1',
    endpoint: { scheme: 'http', host: `127.0.0.1:${port}` },
    awsScheme: 'https',
    dualStack: 'auto',
    fips: false,
    accelerate: false,
    urlStyle: 'path',
    hostNamesBucket: false,
    credentials: staticCredentials({
      accessKeyId: 'a',
      secretAccessKey: new Secret('s'),
      sessionToken: undefined,
    }),
    transport: new Transport({
      trust: () => ({ rejectUnauthorized: true }),
      proxy: undefined,
      userAgent: 'test',
    }),
    retryPolicy: { timeout: 1000, reachTimeout: 1000, maxRetries: undefined },
    concurrency: 1,
    log: new ProcessLog(() => {}),
    signal: new AbortController().signal,
  });
}

test('a range that breaks off behind its last byte is whole, and not asked for again', async () => {
  const heads: string[] = [];
  const { server, client } = await serverThat((socket, head) => {
    heads.push(/range: (\S+)/i.exec(head)?.[1] ?? '');
    socket.write(
      'HTTP/1.1 206 Partial Content\r\netag: "e"\r\ncontent-range: bytes 0-999/5000\r\ntransfer-encoding: chunked\r\n\r\n',
    );
    // All bytes have time to arrive, but not the chunk that ends the body.
    socket.write(`3e8\r\n${'x'.repeat(1000)}\r\n`, () => setTimeout(() => socket.destroy(), 20));
  });
  try {
    const { bytes } = await getRange(client, { key: 'k', start: 0, end: 1000 });
    expect(Buffer.from(bytes).toString()).toBe('x'.repeat(1000));
    expect(new Set(heads)).toEqual(new Set(['bytes=0-999']));
  } finally {
    server.close();
  }
});

test('a server that sends the whole object for a range and breaks it off before the range is given up', async () => {
  const total = 10_000_000;
  let tries = 0;
  const { server, client } = await serverThat((socket, _head, asked) => {
    tries = asked;
    socket.write(`HTTP/1.1 200 OK\r\netag: "e"\r\ncontent-length: ${total}\r\n\r\n`);
    socket.write(Buffer.alloc(100_000), () => socket.destroy());
  });
  try {
    expect(
      await getRange(client, { key: 'k', start: 5_000_000, end: 6_000_000 }).catch((error: unknown) =>
        String(error),
      ),
    ).toContain('ECONNRESET');
    expect(tries).toBeGreaterThanOrEqual(3);
  } finally {
    server.close();
  }
});

test('a body in one piece that is shorter than its range is not the range', async () => {
  const { server, client } = await serverThat((socket, _head, asked) => {
    const length = asked === 1 ? 999 : 1000;
    socket.end(
      `HTTP/1.1 206 Partial Content\r\netag: "e"\r\ncontent-range: bytes 0-999/5000\r\ncontent-length: ${length}\r\n\r\n${'x'.repeat(length)}`,
    );
  });
  try {
    expect((await getRange(client, { key: 'k', start: 0, end: 1000 })).bytes.length).toBe(1000);
  } finally {
    server.close();
  }
});

const piece = (from: number, to: number, etag: string, length: number): string =>
  `HTTP/1.1 206 Partial Content\r\netag: "${etag}"\r\ncontent-range: bytes ${from}-${to - 1}/5000\r\ncontent-length: ${to - from}\r\n\r\n${'x'.repeat(length)}`;

describe('a first range that breaks off twice, so that its third try goes on where the second ended', () => {
  /** Answers the third try; the first two bring 500 bytes each. */
  async function rangeWith(third: string): Promise<{ outcome: unknown; heads: string[] }> {
    const heads: string[] = [];
    const { server, client } = await serverThat((socket, head, asked) => {
      heads.push(head);
      if (asked > 2) socket.end(third);
      // The bytes have time to arrive.
      else socket.write(piece(0, 1000, 'first', 500), () => setTimeout(() => socket.destroy(), 50));
    });
    const outcome = await getRange(client, { key: 'k', start: 0, end: 1000 }).catch(
      (error: unknown) => error,
    );
    server.close();
    return { outcome, heads };
  }

  test('is whole when the object is still the same', async () => {
    const { outcome, heads } = await rangeWith(piece(500, 1000, 'first', 500));
    expect(outcome).toMatchObject({ bytes: { length: 1000 } });
    expect(heads[2]).toMatch(/\r\nrange: bytes=500-999\r\n/i);
    expect(heads[2]).toMatch(/\r\nif-match: "first"\r\n/i);
    expect(heads[0]).not.toMatch(/if-match/i);
  });

  test.each([
    ['refuses the condition', 'HTTP/1.1 412 Precondition Failed\r\ncontent-length: 0\r\n\r\n'],
    ['ignores the condition', piece(500, 1000, 'second', 500)],
  ])('is an error when it was replaced and the server %s', async (_name, third) => {
    expect((await rangeWith(third)).outcome).toBeInstanceOf(ObjectChangedError);
  });
});
