import { join } from 'node:path';
import { makeCertificate } from '../../lab/s3-server/certificate.ts';
import type { SinkReport } from './counters.ts';
import type { FromSink, ToSink } from './main.ts';
import type { Network } from './pace.ts';

/** The addresses of the sink: `http://127.0.0.1:PORT` and the like. */
export interface SinkUrls {
  readonly http: string;
  readonly https: string;
  /** http with the latency and bandwidth of a network. */
  readonly network: string;
}

/** The sink's process, as the bench sees it. */
export class Sink implements AsyncDisposable {
  readonly urls: SinkUrls;
  /** PEM of the certificate of `urls.https`. */
  readonly certificate: string;
  readonly #child: Bun.Subprocess;
  readonly #inbox: Inbox;

  private constructor(child: Bun.Subprocess, inbox: Inbox, urls: SinkUrls, certificate: string) {
    this.#child = child;
    this.#inbox = inbox;
    this.urls = urls;
    this.certificate = certificate;
  }

  static async start(network: Network): Promise<Sink> {
    const inbox = new Inbox();
    const child = Bun.spawn([process.execPath, join(import.meta.dir, 'main.ts')], {
      stdin: 'ignore',
      stdout: 'inherit',
      stderr: 'inherit',
      serialization: 'advanced',
      ipc: (message: FromSink) => inbox.receive(message),
      onExit: () => inbox.close(new Error('the sink server has ended')),
    });
    const { certificate, privateKey } = await makeCertificate('localhost', []);
    child.send({ kind: 'start', settings: { certificate, privateKey, network } } satisfies ToSink);
    const ready = await inbox.next();
    if (ready.kind !== 'ready') throw new Error('the sink server did not start');
    const urls = {
      http: `http://127.0.0.1:${ready.http}`,
      https: `https://127.0.0.1:${ready.https}`,
      network: `http://127.0.0.1:${ready.network}`,
    };
    return new Sink(child, inbox, urls, certificate);
  }

  /** What it has seen and used since the last report. */
  async report(): Promise<SinkReport> {
    this.#child.send({ kind: 'report' } satisfies ToSink);
    const answer = await this.#inbox.next();
    if (answer.kind !== 'report') throw new Error('the sink server gave no report');
    return answer.report;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill();
    await this.#child.exited;
  }
}

/** Messages of the other process, one after the other. */
class Inbox {
  #next = Promise.withResolvers<FromSink>();

  constructor() {
    this.#next.promise.catch(() => {});
  }

  receive(message: FromSink): void {
    this.#next.resolve(message);
  }

  close(error: Error): void {
    this.#next.reject(error);
  }

  async next(): Promise<FromSink> {
    const message = await this.#next.promise;
    this.#next = Promise.withResolvers<FromSink>();
    this.#next.promise.catch(() => {});
    return message;
  }
}
