import { afterEach, describe, expect, test } from 'bun:test';
import { Workplace } from '../../lab/program/plugin.ts';
import { startTestServer } from '../../lab/test-server.ts';
import { ProcessLog } from '../../src/log/log.ts';
import { putObject } from '../../src/s3/operations/put-object.ts';
import { openSession } from '../../src/session/session.ts';

/** Minutes pass in seconds: the program's clock goes so many times as fast, the pauses do not. */
const FASTER = 40;
const now = performance.now.bind(performance);
const { random } = Math;

afterEach(() => {
  performance.now = now;
  Math.random = random;
});

/** Seconds on the program's clock until a request is given up, of the 200 that `retry_timeout` allows. */
async function patience(url: string, waits: 'long' | 'short'): Promise<number> {
  using place = new Workplace();
  const config = place.config({ url }, { retry_timeout: '200s' });
  const log = new ProcessLog(() => {});
  const context = { log, signal: new AbortController().signal, environment: {} };
  const { client, config: read } = await openSession(config, context, waits);
  performance.now = () => now() * FASTER;
  // Pauses of chance could be as long as all that is waited for.
  Math.random = () => 0.5;
  const startedAt = performance.now();
  const failure = await putObject(client, 'key', new Uint8Array(1), read.protection).catch(
    (error: unknown) => error,
  );
  const seconds = (performance.now() - startedAt) / 1000;
  expect(failure).toBeInstanceOf(Error);
  return seconds;
}

describe('a server that was never there', () => {
  const nowhere = 'http://127.0.0.1:1';

  test('is waited for a minute by hooks', async () => {
    const seconds = await patience(nowhere, 'short');
    expect(seconds).toBeGreaterThanOrEqual(60);
    expect(seconds).toBeLessThan(200);
  });

  test('is waited for as long as retry_timeout says by transfers', async () => {
    expect(await patience(nowhere, 'long')).toBeGreaterThanOrEqual(200);
  });
});

test('a server that has answered is waited for as long as retry_timeout says by hooks too', async () => {
  const server = await startTestServer();
  server.faults.add({
    when: { times: Infinity },
    do: { kind: 'answer', status: 500, code: 'InternalError' },
  });
  try {
    expect(await patience(server.url, 'short')).toBeGreaterThanOrEqual(200);
  } finally {
    await server.stop();
  }
});
