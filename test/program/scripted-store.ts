/** A server whose every answer the test writes: for what the embedded S3 server, which keeps to the rules, never says. */
export class ScriptedStore implements AsyncDisposable {
  /** Of every request, `METHOD PATH?QUERY` in the order of arrival. */
  readonly requests: string[] = [];
  readonly #server: Bun.Server<undefined>;

  constructor(answer: (request: Request, url: URL) => Response | Promise<Response>) {
    this.#server = Bun.serve({
      hostname: '127.0.0.1',
      port: 0,
      idleTimeout: 0,
      maxRequestBodySize: 1024 * 1024 * 1024,
      fetch: async (request) => {
        const url = new URL(request.url);
        this.requests.push(`${request.method} ${url.pathname}${url.search}`);
        return await answer(request, url);
      },
    });
  }

  get url(): string {
    return this.#server.url.origin;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.stop(true);
  }
}

/** The first and the last byte that a request asks for. */
export function rangeOf(request: Request): readonly [from: number, to: number] {
  const [, from = '0', to = '0'] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.get('range') ?? '') ?? [];
  return [Number(from), Number(to)];
}

/**
 * A right answer to the request's range of `data`.
 * @param body in place of the range's bytes; a stream has no length in the answer's head
 */
export function rangeAnswer(
  request: Request,
  data: Uint8Array<ArrayBuffer>,
  body?: Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>,
): Response {
  const [from, asked] = rangeOf(request);
  const to = Math.min(asked, data.length - 1);
  return new Response(body ?? data.subarray(from, to + 1), {
    status: 206,
    headers: { etag: '"e"', 'content-range': `bytes ${from}-${to}/${data.length}` },
  });
}

/** These bytes, and then the end. */
export function streamOf(bytes: Uint8Array<ArrayBuffer>): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      controller.enqueue(bytes);
      controller.close();
    },
  });
}
