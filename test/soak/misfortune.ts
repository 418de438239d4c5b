import type { Proxy, ProxyAction } from '../../lab/proxy/proxy.ts';

/** The share of requests that something happens to. */
const SHARE = 0.1;
/** The share of connections that die, and the bytes that they have passed by then at most. */
const MORTALITY = { share: 0.05, withinBytes: 50_000_000 };
/** Milliseconds between two troubles of the whole line, at the most, and the longest of them. */
const BETWEEN = 60_000;
const LONGEST = 8000;

/** What goes wrong at random: with single requests, with connections, and now and then with all of them. */
export class Misfortune {
  readonly #random: () => number;
  #proxy: Proxy | undefined;
  #next: ReturnType<typeof setTimeout> | undefined;
  #refusing: Promise<void> | undefined;
  /** How often each kind was drawn. */
  readonly counts: Record<string, number> = {};

  constructor(random: () => number) {
    this.#random = random;
  }

  begin(proxy: Proxy): void {
    this.#proxy = proxy;
    proxy.link.mortality = MORTALITY;
    this.#wait();
  }

  /** Nothing goes wrong any more. */
  async end(): Promise<void> {
    clearTimeout(this.#next);
    const proxy = this.#proxy;
    this.#proxy = undefined;
    if (proxy === undefined) return;
    proxy.link.mortality = undefined;
    proxy.link.release();
    await this.#refusing;
    await proxy.accept();
  }

  /** What is to happen to a request: mostly nothing. */
  draw(): ProxyAction | undefined {
    if (this.#proxy === undefined || this.#random() >= SHARE) return undefined;
    const fault = FAULTS[Math.floor(this.#random() * FAULTS.length)];
    if (fault === undefined) return undefined;
    const [name, make] = fault;
    this.count(name);
    return make(this.#random);
  }

  count(name: string, times = 1): void {
    this.counts[name] = (this.counts[name] ?? 0) + times;
  }

  #wait(): void {
    this.#next = setTimeout(() => this.#trouble(), this.#random() * BETWEEN);
  }

  /** After a trouble that lasts so long; `end` ends it at once. */
  #recover(milliseconds: number, recover: () => void): void {
    this.#next = setTimeout(() => {
      recover();
      this.#wait();
    }, milliseconds);
  }

  /** All connections are reset, refused for a while, or stand still for a while. */
  #trouble(): void {
    const proxy = this.#proxy;
    if (proxy === undefined) return;
    const kind = this.#random();
    const duration = this.#random() * LONGEST;
    if (kind < 0.4) {
      this.count('all connections reset');
      proxy.cut();
      this.#wait();
    } else if (kind < 0.7) {
      this.count('all connections refused for a while');
      this.#refusing = proxy.refuse();
      this.#recover(duration, () => void proxy.accept());
    } else {
      this.count('all bytes stand still for a while');
      proxy.link.swallow();
      this.#recover(duration, () => proxy.link.release());
    }
  }
}

/** Of any request; what breaks does so in the first megabytes, rather early: many bodies are small. */
const somewhere = (random: () => number): number => Math.floor(random() ** 2 * 5_000_000);

const PAGE = '<html><body>try again later</body></html>';

type Fault = readonly [name: string, make: (random: () => number) => ProxyAction];

const FAULTS: readonly Fault[] = [
  ['503 SlowDown', () => ({ kind: 'answer', status: 503, code: 'SlowDown' })],
  [
    '503 SlowDown with Retry-After',
    () => ({ kind: 'answer', status: 503, code: 'SlowDown', headers: { 'retry-after': '1' } }),
  ],
  ['500 InternalError', () => ({ kind: 'answer', status: 500, code: 'InternalError' })],
  ['429', () => ({ kind: 'answer', status: 429, code: 'TooManyRequests' })],
  ['408 RequestTimeout', () => ({ kind: 'answer', status: 408, code: 'RequestTimeout' })],
  ['409 OperationAborted', () => ({ kind: 'answer', status: 409, code: 'OperationAborted' })],
  ['502 with a page', () => ({ kind: 'answer', status: 502, body: PAGE })],
  ['504 with a page', () => ({ kind: 'answer', status: 504, body: PAGE })],
  ['closed without an answer', () => ({ kind: 'drop' })],
  ['request reset', (random) => ({ kind: 'cutRequest', afterBytes: somewhere(random) })],
  ['request stands still', (random) => ({ kind: 'stallRequest', afterBytes: somewhere(random) })],
  ['answer lost', () => ({ kind: 'loseAnswer' })],
  ['request late by up to 3 s', (random) => ({ kind: 'delay', ms: Math.floor(random() * 3000) })],
  ['answer reset', (random) => ({ kind: 'cutResponse', afterBytes: somewhere(random) })],
  ['answer reset in its head', () => ({ kind: 'cutResponse', afterBytes: 30, inHeaders: true })],
  ['answer stands still', (random) => ({ kind: 'stallResponse', afterBytes: somewhere(random) })],
  ['answer cut short', (random) => ({ kind: 'shortBody', bytes: somewhere(random) })],
];
