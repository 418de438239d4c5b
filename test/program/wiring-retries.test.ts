import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type Server, type Socket } from 'node:net';
import {
  BACKUP_DIR,
  type Outcome,
  outcomeOf,
  PREFIX,
  someBytes,
  TIMESTAMP,
  Workplace,
} from '../../lab/program/plugin.ts';
import { until } from '../../lab/program/until.ts';
import { startTestServer, type TestServer } from '../../lab/test-server.ts';

const PATH = `${BACKUP_DIR}/gpbackup_0_${TIMESTAMP}_1`;
const KEY = `${PREFIX}gpbackup_0_${TIMESTAMP}_1`;
const MiB = 1024 * 1024;

let server: TestServer;
let place: Workplace;
beforeEach(async () => {
  server = await startTestServer();
  place = new Workplace();
});
afterEach(async () => {
  place[Symbol.dispose]();
  await server.stop();
});

const gets = (): TestServer['requests'] =>
  server.requests.filter(({ operation }) => operation === 'GetObject');

async function restore(options: Record<string, string>): Promise<Outcome> {
  return await place.run(['restore_data', place.config(server, options), PATH]);
}

/** Requests that wait at the server until they are let go. */
class Gate {
  /** How many wait. */
  waiting = 0;
  /** The most that waited at once since some were let go. */
  most = 0;
  #open: (() => void)[] = [];

  readonly pass = async (): Promise<void> => {
    this.waiting += 1;
    this.most = Math.max(this.most, this.waiting);
    await new Promise<void>((resolve) => this.#open.push(resolve));
  };

  /** Lets go whoever waits now. */
  letGo(): void {
    this.waiting = 0;
    this.most = 0;
    for (const open of this.#open.splice(0)) open();
  }
}

async function backup(
  concurrency: number,
  use: (gate: Gate, ended: () => boolean) => Promise<void>,
): Promise<Outcome> {
  const gate = new Gate();
  server.faults.add({
    when: { operation: 'UploadPart', nth: concurrency },
    do: { kind: 'answer', status: 503, code: 'SlowDown' },
  });
  server.faults.add({
    when: { operation: 'UploadPart', times: Infinity },
    do: { kind: 'before', run: gate.pass },
  });
  const config = place.config(server, {
    backup_multipart_chunksize: '5MB',
    backup_max_concurrent_requests: String(concurrency),
    retry_timeout: '60s',
    logger_verbosity: 'verbose',
  });
  const state = { ended: false };
  const outcome = place.shell(
    `head -c 100000000 /dev/zero | $PLUGIN backup_data ${config} ${PATH}; echo $? >&2`,
  );
  void outcome.finally(() => {
    state.ended = true;
  });
  await use(gate, () => state.ended);
  while (!state.ended) {
    gate.letGo();
    await Bun.sleep(5);
  }
  return await outcome;
}

/** The refusal has arrived, and the program has drawn its conclusion. */
async function refused(): Promise<void> {
  await until(async () => (await place.logLines()).some((line) => line.includes('SlowDown')));
}

describe('SlowDown', () => {
  test('halves the requests in parallel at once', async () => {
    const outcome = await backup(8, async (gate) => {
      await until(() => gate.waiting === 7);
      await refused();
      gate.letGo();
      await until(() => gate.waiting >= 4, 90_000);
      await Bun.sleep(500);
      expect(gate.most).toBeLessThanOrEqual(6);
    });
    expect(outcome.stderr).toBe('0\n');
  });

  test('does so for a while: answers that are good let them grow again', async () => {
    const outcome = await backup(2, async (gate, ended) => {
      await until(() => gate.waiting === 1);
      await refused();
      let grown = false;
      while (!ended() && !grown) {
        grown = gate.waiting === 2;
        if (!grown) {
          await Bun.sleep(200);
          grown = gate.waiting === 2;
          gate.letGo();
        }
      }
      expect(grown).toBe(true);
    });
    expect(outcome.stderr).toBe('0\n');
  });
});

describe('the time of a request', () => {
  test('begins again when bytes have moved, however often its connection breaks', async () => {
    const data = someBytes(4 * MiB);
    const store = createHttpServer((request, response) => {
      const from = Number(/^bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
      const piece = data.subarray(from, from + 400_000);
      const head = {
        etag: '"e"',
        'content-length': data.length - from,
        'content-range': `bytes ${from}-${data.length - 1}/${data.length}`,
      };
      setTimeout(() => {
        if (request.method !== 'GET') response.writeHead(501).end();
        else if (from + piece.length === data.length) response.writeHead(206, head).end(piece);
        // What was written has to leave before the connection breaks.
        else response.writeHead(206, head).write(piece, () => setTimeout(() => response.destroy(), 50));
      }, 600);
    });
    const url = await listening(store);
    // More than ten breaks take longer than the 5 s without progress after which it would be given up.
    const config = place.config({ url }, { retry_timeout: '5s' });
    const outcome = await place.run(['restore_data', config, PATH]);
    store.close();
    expect([outcome.exitCode, outcome.stderr]).toEqual([0, '']);
    expect(Bun.hash(outcome.stdout)).toBe(Bun.hash(data));
  });

  test('is longer for further tries: a server that needs more than the first gets is reached', async () => {
    await server.objects.put('backups', KEY, 'slow');
    server.faults.add({
      when: { operation: 'GetObject', times: Infinity },
      do: { kind: 'delay', ms: 3000 },
    });
    // The first try waits for 2 s.
    const outcome = await restore({ retry_timeout: '10s' });
    expect([outcome.exitCode, outcome.stderr, outcome.stdout.toString()]).toEqual([0, '', 'slow']);
    expect(gets().length).toBeGreaterThanOrEqual(2);
  });

  test('is longer for the body of a further try too, and short for one that stands still on its way out', async () => {
    const data = someBytes(60 * MiB);
    const pausing = new PausingServer(3000);
    try {
      const config = place.config(
        { url: await pausing.listen() },
        {
          retry_timeout: '10s',
          backup_multipart_chunksize: '64MB',
        },
      );
      const outcome = await place.run(['backup_data', config, PATH], { stdin: data });
      expect([outcome.exitCode, outcome.stderr]).toEqual([0, '']);
      // The first try waits for 2 s, far less than for the answer to a body of 60 MB.
      expect(pausing.requests).toBe(2);
    } finally {
      pausing.stop();
    }
  });

  test('lasts as long as its body comes in', async () => {
    const data = someBytes(12 * MiB);
    await server.objects.put('backups', KEY, data);
    server.faults.add({
      when: { operation: 'GetObject', times: Infinity },
      do: { kind: 'trickle', bytesPerSecond: 2 * MiB },
    });
    // The watchdog's time is 1 s, the body takes 6 s.
    const outcome = await restore({ retry_timeout: '5s', restore_multipart_chunksize: '16MB' });
    expect([outcome.exitCode, outcome.stderr, Bun.hash(outcome.stdout)]).toEqual([0, '', Bun.hash(data)]);
    expect(gets().length).toBeLessThanOrEqual(3);
  });
});

test('once a connection stood still, the bytes of another one that does are kept', async () => {
  const data = someBytes(12 * MiB);
  await server.objects.put('backups', KEY, data);
  for (const start of [4 * MiB, 8 * MiB]) {
    server.faults.add({
      when: { operation: 'GetObject', range: new RegExp(`^bytes=${start}-`) },
      do: { kind: 'stallResponse', afterBytes: 1_000_000 },
    });
  }
  const outcome = await restore({
    retry_timeout: '5s',
    restore_multipart_chunksize: '4MB',
    restore_max_concurrent_requests: '1',
  });
  expect([outcome.exitCode, outcome.stderr, Bun.hash(outcome.stdout)]).toEqual([0, '', Bun.hash(data)]);
  const starts = gets().map(({ range }) => Number(/^bytes=(\d+)-/.exec(range ?? '')?.[1]));
  expect(starts.filter((start) => start > 8 * MiB)).toHaveLength(1);
});

test('a signal ends the pause before the next try', async () => {
  server.faults.add({
    when: { times: Infinity },
    do: { kind: 'answer', status: 503, code: 'SlowDown', headers: { 'retry-after': '60' } },
  });
  const config = place.config(server, { logger_verbosity: 'verbose' });
  const child = place.start(['restore_data', config, PATH]);
  await refused();
  child.kill('SIGTERM');
  const { exitCode, stderr } = await outcomeOf(child);
  // Without it the process would be ended by force, and in silence.
  expect([exitCode, stderr.includes('SIGTERM')]).toEqual([143, true]);
});

/** Takes a little of each request's body, then nothing for a time, then the rest, and answers as a store does. */
class PausingServer {
  requests = 0;
  readonly #pause: number;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  constructor(pause: number) {
    this.#pause = pause;
    this.#server = createServer((socket) => {
      this.#sockets.add(socket);
      socket.on('error', () => {});
      let left: number | undefined;
      socket.on('data', (bytes) => {
        if (left === undefined) {
          this.requests += 1;
          const text = bytes.toString('latin1');
          const head = text.indexOf('\r\n\r\n') + 4;
          left = Number(/content-length: (\d+)/i.exec(text)?.[1]) + head;
          socket.pause();
          setTimeout(() => socket.resume(), this.#pause);
        }
        left -= bytes.length;
        if (left === 0) socket.write('HTTP/1.1 200 OK\r\netag: "e"\r\ncontent-length: 0\r\n\r\n');
      });
    });
  }

  async listen(): Promise<string> {
    return await listening(this.#server);
  }

  stop(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }
}

/** The URL of a server that listens from now on. */
async function listening(listener: Server): Promise<string> {
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const address = listener.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return `http://127.0.0.1:${address.port}`;
}
