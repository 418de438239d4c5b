import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { BACKUP_DIR, TIMESTAMP, Workplace } from '../../lab/program/plugin.ts';
import { until } from '../../lab/program/until.ts';
import { PeakMemory } from '../soak/peak-memory.ts';

const MB = 1024 * 1024;
const PATH = `${BACKUP_DIR}/gpbackup_0_${TIMESTAMP}`;
/** What an answer may make the program grow to, in MB: an endless one would end in gigabytes. */
const MOST_MEMORY = 256;

/** Answers requests with bodies that never end; counts what it could send of them. */
class EndlessServer {
  readonly requests: string[] = [];
  readonly endless: { sent: number; isOpen: boolean }[] = [];
  readonly #answer: (request: IncomingMessage, response: ServerResponse, server: EndlessServer) => void;
  readonly #server: Server;

  constructor(answer: (request: IncomingMessage, response: ServerResponse, server: EndlessServer) => void) {
    this.#answer = answer;
    this.#server = createServer((request, response) => {
      this.requests.push(`${request.method} ${request.url}`);
      request.resume();
      request.on('end', () => this.#answer(request, response, this));
    });
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    return `http://127.0.0.1:${address.port}`;
  }

  /** `start`, and then `piece` for ever. */
  async endlessly(response: ServerResponse, status: number, start: string, piece: string): Promise<void> {
    const state = { sent: 0, isOpen: true };
    this.endless.push(state);
    let goOn: (() => void) | undefined;
    response.on('close', () => {
      state.isOpen = false;
      goOn?.();
    });
    response.on('drain', () => goOn?.());
    response.writeHead(status, { etag: '"0"', 'content-type': 'application/xml', server: 'AmazonS3' });
    response.write(start);
    const many = piece.repeat(Math.ceil(MB / piece.length));
    while (state.isOpen) {
      const { promise, resolve } = Promise.withResolvers<void>();
      goOn = resolve;
      // A connection that takes all at once shall not keep other connections waiting.
      if (response.write(many)) setImmediate(resolve);
      state.sent += many.length;
      await promise;
    }
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

let place: Workplace;
let server: EndlessServer | undefined;
beforeEach(() => {
  place = new Workplace();
});
afterEach(() => {
  place[Symbol.dispose]();
  server?.stop();
});

const CONTENT = `<Contents><Key>gp/test/backups/${'x'.repeat(900)}</Key><Size>1</Size></Contents>`;
const UPLOAD = '<InitiateMultipartUploadResult><UploadId>id</UploadId></InitiateMultipartUploadResult>';
const LIST = `<ListBucketResult>${['a', 'b'].map((name) => `<Contents><Key>gp/test/backups/20260102/${TIMESTAMP}/${name}</Key><Size>1</Size></Contents>`).join('')}</ListBucketResult>`;

/** Runs a command against the server; it must fail within bounded memory, and leave the connection. */
async function fails(
  answer: (request: IncomingMessage, response: ServerResponse, server: EndlessServer) => void,
  command: (config: string) => readonly string[],
  options: { readonly input?: number; readonly config?: Readonly<Record<string, string>> } = {},
): Promise<string> {
  using memory = new PeakMemory();
  server = new EndlessServer(answer);
  const url = await server.start();
  const own = Object.entries(options.config ?? {}).map(([name, value]) => [name, value.replace('URL', url)]);
  const config = place.config({ url }, { retry_timeout: '60s', ...(Object.fromEntries(own) as object) });
  const child = place.start(command(config), { stdin: new Uint8Array(options.input ?? 0) });
  memory.watch(child.pid);
  const stderr = await new Response(child.stderr).text();
  expect(await child.exited).toBe(1);
  memory.forget(child.pid, 'command');
  expect((memory.ended[0]?.bytes ?? 0) / MB).toBeLessThan(MOST_MEMORY);
  const { endless } = server;
  expect(endless.length).toBeGreaterThan(0);
  await until(() => endless.every(({ isOpen }) => !isOpen));
  return stderr;
}

describe('an answer that never ends', () => {
  test('a list: an error at once', async () => {
    const stderr = await fails(
      (_request, response, on) => void on.endlessly(response, 200, '<ListBucketResult>', CONTENT),
      (config) => ['list_directory', config],
    );
    expect(stderr).toContain('ListObjectsV2 s3://backups failed: the answer is longer than 16MB (ETOOLONG)');
    expect(stderr).toContain('HINT: 127.0.0.1:');
    expect(server?.requests.length).toBe(1);
  });

  test('the result of a delete', async () => {
    const stderr = await fails(
      (request, response, on) => {
        if (request.method === 'GET' && request.url?.includes('list-type') === true) response.end(LIST);
        else if (request.method === 'GET') response.end('<ListMultipartUploadsResult/>');
        else void on.endlessly(response, 200, '<DeleteResult>', '<Deleted><Key>a</Key></Deleted>');
      },
      (config) => ['delete_backup', config, TIMESTAMP],
    );
    expect(stderr).toContain('DeleteObjects s3://backups failed: the answer is longer than 16MB (ETOOLONG)');
  });

  test('the result of a completed upload', async () => {
    const stderr = await fails(
      (request, response, on) => {
        const url = request.url ?? '';
        if (request.method === 'POST' && url.includes('?uploads')) response.end(UPLOAD);
        else if (request.method === 'POST') void on.endlessly(response, 200, '', ' '.repeat(1000));
        else if (request.method === 'HEAD') response.writeHead(404).end();
        else response.writeHead(200, { etag: '"0"' }).end();
      },
      (config) => ['backup_data', config, PATH],
      { input: 9 * MB },
    );
    expect(stderr).toContain('the answer is longer than 16MB (ETOOLONG)');
  });

  test('an error document: what it says is read, and no more than 64 kB', async () => {
    const stderr = await fails(
      (_request, response, on) => void on.endlessly(response, 403, '<html>', 'no entry '.repeat(100)),
      (config) => ['list_directory', config],
    );
    expect(stderr).toContain('HTTP 403');
    expect(server?.requests.length).toBe(1);
  });

  test('the answer to a stored object', async () => {
    const stderr = await fails(
      (_request, response, on) => void on.endlessly(response, 200, '', ' '.repeat(1000)),
      (config) => ['backup_data', config, PATH],
      { input: 1000 },
    );
    expect(stderr).toContain('the answer is longer than 64KB (ETOOLONG)');
  });

  test('a range without an announced length', async () => {
    const stderr = await fails(
      (request, response, on) => {
        if (request.method === 'HEAD') {
          response.writeHead(200, { etag: '"0"', 'content-length': '100' }).end();
          return;
        }
        response.setHeader('content-range', 'bytes 0-99/100');
        void on.endlessly(response, 206, '', 'x'.repeat(1000));
      },
      (config) => ['restore_data', config, PATH],
      { config: { retry_timeout: '2s' } },
    );
    expect(stderr).toContain('ESHORT');
  });

  test('the host that endpoint_source tells', async () => {
    const stderr = await fails(
      (_request, response, on) => void on.endlessly(response, 200, '', 'a'.repeat(1000)),
      (config) => ['list_directory', config],
      { config: { endpoint_source: 'URL/where' } },
    );
    expect(stderr).toContain('returned no host name: the answer is longer than 4KB');
  });
});
