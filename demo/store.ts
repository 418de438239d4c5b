import { join } from 'node:path';
import { BUCKET, type Cluster } from './cluster.ts';
import { DemoFailure } from './failure.ts';

/** The task of the server's process. */
export type ToStore =
  | {
      readonly kind: 'start';
      readonly directory: string;
      readonly bucket: string;
      readonly keys: Cluster['keys'];
    }
  | { readonly kind: 'report' }
  /** Turns a bit of an object over; the second time it is as it was. */
  | { readonly kind: 'flip'; readonly key: string; readonly at: number };

/** What the server has seen, and what it stores. */
export interface StoreReport {
  /** Requests by operation. */
  readonly operations: Readonly<Record<string, number>>;
  /** Requests without a good answer. */
  readonly refused: number;
  readonly keys: number;
  /** Unfinished multipart uploads. */
  readonly uploads: number;
}

/** What the server's process tells. */
export type FromStore =
  | { readonly kind: 'ready'; readonly url: string }
  | { readonly kind: 'count'; readonly requests: number }
  | { readonly kind: 'flipped' }
  | ({ readonly kind: 'report' } & StoreReport);

/** The embedded S3 server, in another process: display and server would slow each other down. */
export class Store {
  readonly #child: Bun.Subprocess;
  #ready = Promise.withResolvers<string>();
  #report = Promise.withResolvers<StoreReport>();
  #flipped = Promise.withResolvers<void>();
  #requests = 0;

  /** @param directory for what is stored. */
  constructor(directory: string, keys: Cluster['keys']) {
    this.#child = Bun.spawn([process.execPath, join(import.meta.dir, 'store-process.ts')], {
      stdin: 'ignore',
      stdout: 'inherit',
      stderr: 'inherit',
      serialization: 'json',
      ipc: (message: FromStore) => this.#receive(message),
      onExit: (_, status) => this.#lost(new DemoFailure(`the S3 server ended with ${status}`)),
      // Ctrl-C must not end it before the plugin's processes have said goodbye.
      detached: true,
    });
    // A loss that nobody waits for must not become an unhandled rejection.
    this.#ready.promise.catch(() => {});
    this.#report.promise.catch(() => {});
    this.#flipped.promise.catch(() => {});
    this.#send({ kind: 'start', directory, bucket: BUCKET, keys });
  }

  /** Its URL, as soon as it listens. */
  async url(): Promise<string> {
    return await this.#ready.promise;
  }

  /** Requests so far, a moment ago. */
  get requests(): number {
    return this.#requests;
  }

  async report(): Promise<StoreReport> {
    this.#report = Promise.withResolvers<StoreReport>();
    this.#send({ kind: 'report' });
    return await this.#report.promise;
  }

  /** Turns over a bit of an object, as a broken disk does: length, time and checksum stay what they were. */
  async flip(key: string, at: number): Promise<void> {
    this.#flipped = Promise.withResolvers<void>();
    this.#send({ kind: 'flip', key, at });
    await this.#flipped.promise;
  }

  async stop(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#child.exited;
  }

  #send(message: ToStore): void {
    this.#child.send(message);
  }

  #receive(message: FromStore): void {
    if (message.kind === 'ready') this.#ready.resolve(message.url);
    else if (message.kind === 'count') this.#requests = message.requests;
    else if (message.kind === 'flipped') this.#flipped.resolve();
    else this.#report.resolve(message);
  }

  #lost(error: DemoFailure): void {
    this.#ready.reject(error);
    this.#report.reject(error);
    this.#flipped.reject(error);
  }
}
