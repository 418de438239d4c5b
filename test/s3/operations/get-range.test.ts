import { expect, test } from 'bun:test';
import { createServer } from 'node:net';
import { Secret } from '../../../src/base/secret.ts';
import { ProcessLog } from '../../../src/log/log.ts';
import { staticCredentials } from '../../../src/s3/credentials.ts';
import { openStore } from '../../../src/s3/open.ts';
import { getRange } from '../../../src/s3/operations/get-range.ts';
import { Transport } from '../../../src/s3/transport.ts';

test('a server that sends the whole object for a range and breaks it off before the range is given up', async () => {
  const total = 10_000_000;
  let asked = 0;
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => {
      asked += 1;
      socket.write(`HTTP/1.1 200 OK\r\netag: "e"\r\ncontent-length: ${total}\r\n\r\n`);
      socket.write(Buffer.alloc(100_000), () => socket.destroy());
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const client = openStore({
    bucket: 'b',
    region: 'us-east-1',
    endpoint: { scheme: 'http', host: `127.0.0.1:${address.port}` },
    awsScheme: 'https',
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
    proxied: false,
    retryPolicy: { timeout: 1000, reachTimeout: 1000, maxRetries: undefined },
    concurrency: 1,
    log: new ProcessLog(() => {}),
    signal: new AbortController().signal,
  });
  try {
    expect(
      await getRange(client, { key: 'k', start: 5_000_000, end: 6_000_000 }).catch((error: unknown) =>
        String(error),
      ),
    ).toContain('ECONNRESET');
    expect(asked).toBeGreaterThanOrEqual(3);
  } finally {
    server.close();
  }
});
