import { AbortScope } from '../../base/abort-scope.ts';
import { bareHost } from '../../base/bare-host.ts';
import { untilAborted } from '../../base/until-aborted.ts';
import { Body, type WireAnswer } from './answer.ts';
import type { Handshake, Way } from './handshake.ts';
import type { OwnSide, TlsSettings } from './own-side.ts';
import type { Passage } from './passage.ts';
import { PiecewiseBody } from './piecewise-body.ts';
import { type Proxy, throughProxy } from './proxy.ts';
import { transportErrorOf } from './runtime-error.ts';
import { TransportError } from './transport-error.ts';
import type { Trust } from './trust.ts';
import type { Tunnel } from './tunnel.ts';
import { Watchdog } from './watchdog.ts';

/** One HTTP exchange, addressed and signed. */
export interface WireRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array<ArrayBuffer> | undefined;
  /** Milliseconds from the body's last byte, as far as that is known, to the answer's head. */
  readonly patience: number;
  /** Milliseconds without progress that a body may take on its way out, where it is sent in pieces. */
  readonly piecePatience: number;
  /** Milliseconds in which bytes of the answer's body must come; default: `piecePatience`. */
  readonly answerPatience?: number;
  /** Not through a proxy, whatever is configured: an address that has a meaning on this host alone. */
  readonly direct?: boolean;
  /** Limits how fast the body leaves. Its first `piece` bytes may leave at once. */
  readonly passage?: Passage | undefined;
}

/** How connections are made: the same for all requests of a process. */
export interface TransportOptions {
  readonly trust: () => Trust;
  /** What is shown to each server that speaks TLS, and to such a proxy. Absent: nothing. */
  readonly ownSide?: { current(): OwnSide } | undefined;
  /** The proxy for requests to a URL; called once for each server. Absent: no proxy. */
  readonly proxy?: ((url: URL) => Proxy | undefined) | undefined;
  readonly userAgent: string;
}

/**
 * Sends one request through the runtime's fetch, with a watchdog of our own in place of its fixed time limit:
 * nothing is decompressed, no redirect is followed, no answer is waited for longer than asked.
 *
 * @throws {TransportError} when there is no whole answer; whatever `read` throws; the signal's reason.
 */
export class Transport {
  readonly #options: TransportOptions;
  readonly #routes = new Map<string, Route | Promise<Route>>();
  #trust: Trust | undefined;

  constructor(options: TransportOptions) {
    this.#options = options;
  }

  async exchange<T>(
    request: WireRequest,
    signal: AbortSignal,
    read: (answer: WireAnswer) => Promise<T>,
  ): Promise<T> {
    const wasSifted = this.#trust !== undefined && this.#trust.sifted === undefined;
    try {
      return await this.#exchange(request, signal, read);
    } catch (error) {
      // Nothing of the request was sent.
      if (!isDistrust(error) || wasSifted || !this.#sift()) throw error;
      return await this.#exchange(request, signal, read);
    }
  }

  async #exchange<T>(
    request: WireRequest,
    signal: AbortSignal,
    read: (answer: WireAnswer) => Promise<T>,
  ): Promise<T> {
    signal.throwIfAborted();
    const attempt = new AbortScope(signal);
    const watchdog = new Watchdog(attempt);
    const sent = PiecewiseBody.of(request.body, {
      leaves: (isLast) => watchdog.expect(isLast ? request.patience : request.piecePatience),
      // Whoever waits for a limit of our own has not stalled.
      waits: () => watchdog.rest(),
      passage: request.passage,
      signal: attempt.signal,
    });
    let answer: Body | undefined;
    try {
      const route = request.direct === true ? DIRECT : await this.#routeTo(request.url);
      const startedAt = performance.now();
      watchdog.expect(request.patience);
      const response = await fetch(request.url, this.#init(request, route, sent, attempt.signal)).catch(
        async (error: unknown) => {
          const seen = transportErrorOf(error, attempt.signal);
          throw await untilAborted(this.#failureOn(route, request.url, startedAt, seen), signal);
        },
      );
      watchdog.rest();
      route.answered = true;
      answer = new Body(response, watchdog, attempt.signal, request.answerPatience ?? request.piecePatience);
      const result = await read(answer);
      if (sent?.complete === false && response.ok) {
        throw new TransportError('EPROTOCOL', 'the server answered before it had received all data');
      }
      return result;
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    } finally {
      watchdog.end();
      attempt.release();
      // A body that has not come or gone to its end would keep its connection, and its bytes, for ever.
      if (answer?.complete !== true || sent?.complete === false) attempt.abort(undefined);
    }
  }

  /** What a TLS handshake with the server of a URL shows; nothing is sent to it. */
  async look(url: string): Promise<Handshake> {
    const route = await this.#routeTo(url);
    const { shakeHands } = await import('./handshake.ts');
    return await shakeHands(wayTo(url, route), this.#options.ownSide?.current() ?? {}, false);
  }

  /** The way to the server of a URL, the same for all requests to it. */
  #routeTo(address: string): Route | Promise<Route> {
    const [scheme = '', , authority = ''] = address.split('/', 3);
    const server = `${scheme}//${authority}`;
    let route = this.#routes.get(server);
    if (route === undefined) {
      const url = URL.parse(server);
      // The bucket in front of an IP address, for one.
      if (url === null) throw new TransportError('EBADHOST', `"${authority}" is not a valid host name`);
      route = this.#newRoute(url);
      this.#routes.set(server, route);
    }
    return route;
  }

  #newRoute(server: URL): Route | Promise<Route> {
    const proxy = this.#options.proxy?.(server);
    const fresh = { answered: false, looks: 0, told: undefined };
    if (proxy === undefined || server.protocol !== 'https:') return { proxy, tunnel: undefined, ...fresh };
    const target = `${server.hostname}:${server.port === '' ? 443 : server.port}`;
    return import('./tunnel.ts').then(({ Tunnel }) => ({
      proxy,
      tunnel: new Tunnel(target, proxy, () => this.#tls()),
      ...fresh,
    }));
  }

  #init(
    request: WireRequest,
    { proxy, tunnel }: Route,
    sent: PiecewiseBody | undefined,
    signal: AbortSignal,
  ): BunFetchRequestInit & { decompress: false; timeout: false } {
    const headers: Record<string, string> = {
      ...request.headers,
      'accept-encoding': 'identity',
      'user-agent': this.#options.userAgent,
    };
    const init: BunFetchRequestInit & { decompress: false; timeout: false } = {
      method: request.method,
      headers,
      redirect: 'manual',
      decompress: false,
      timeout: false,
      signal,
      // Which proxy a request goes through is decided here: the runtime would take one from its environment.
      proxy: proxy === undefined || tunnel !== undefined ? false : runtimeProxy(proxy),
    };
    const body = sent?.stream ?? request.body;
    if (body !== undefined) init.body = body;
    // Otherwise the runtime would send a stream in chunks, which S3 refuses.
    if (sent !== undefined) headers['content-length'] = String(request.body?.length);
    if (tunnel !== undefined) init.unix = tunnel.path;
    if (request.url.startsWith('https:') || proxy?.origin.startsWith('https:') === true) {
      init.tls = this.#tls();
    }
    return init;
  }

  /** What really happened, where the runtime does not know it. */
  async #failureOn(route: Route, url: string, startedAt: number, seen: unknown): Promise<unknown> {
    const { proxy, tunnel } = route;
    const failure: unknown = isDistrust(seen) ? withProblem(seen, this.#trust?.problems) : seen;
    if (proxy !== undefined) {
      const told = tunnel === undefined ? throughProxy(proxy, seen) : tunnel.failureOf(startedAt, seen);
      if (told !== seen) return told;
    }
    if (!(failure instanceof TransportError) || !url.startsWith('https:')) return failure;
    // What is sent again with other certificates has not failed yet.
    if (isDistrust(failure) ? this.#trust?.sifted !== undefined : !mayBeRefused(route, failure))
      return failure;
    if (failure.code === 'ECONNRESET' && route.looks >= MOST_LOOKS) return route.told ?? failure;
    route.looks += 1;
    const { explained } = await import('./tls-failure.ts');
    const words = await explained(failure, wayTo(url, route), this.#options.ownSide?.current() ?? {});
    route.told = words === failure ? undefined : words;
    return words;
  }

  /** Whether something else is trusted than before, so that a request may now succeed. */
  #sift(): boolean {
    const { sifted } = this.#trust ?? {};
    if (sifted !== undefined) this.#trust = sifted();
    return this.#trust !== undefined;
  }

  /** What the runtime takes for a TLS connection. */
  #tls(): TlsSettings {
    this.#trust ??= this.#options.trust();
    const { rejectUnauthorized, ca } = this.#trust;
    const own = this.#options.ownSide?.current();
    return ca === undefined ? { rejectUnauthorized, ...own } : { rejectUnauthorized, ca, ...own };
  }
}

/** Whether it is worth another look why: of a server that has answered, a broken connection is one like any other. */
function mayBeRefused({ answered }: Route, { code }: TransportError): boolean {
  return code === 'EPROTO' || (code === 'ECONNRESET' && !answered);
}

/** A certificate is not trusted, or the runtime can't read what it shall trust. */
function isDistrust(failure: unknown): failure is TransportError {
  return (
    failure instanceof TransportError &&
    /CERT|SELF_SIGNED|UNABLE_TO_(VERIFY|GET_ISSUER)|FailedToOpenSocket/.test(failure.code)
  );
}

/** Names what of the user's own files is not used: it may be what is missing. */
function withProblem(failure: TransportError, problems: readonly string[] = []): TransportError {
  const [problem] = problems;
  if (problem === undefined) return failure;
  const { code, message } = failure;
  return new TransportError(code, message, { cause: failure, remark: `not used: ${problem}` });
}

function wayTo(address: string, { tunnel }: Route): Way {
  const { hostname, port } = new URL(address);
  return { host: bareHost(hostname), port: port === '' ? 443 : Number(port), socket: tunnel?.path };
}

/** How one server is reached. */
interface Route {
  readonly proxy: Proxy | undefined;
  /** Through the proxy, for https. */
  readonly tunnel: Tunnel | undefined;
  /** Something there has answered a request. */
  answered: boolean;
  /** How often it was asked why it refuses a connection. */
  looks: number;
  /** What the last look has shown. */
  told: TransportError | undefined;
}

/** After so many, a server that closes connections is not asked why. */
const MOST_LOOKS = 3;

/** Past any proxy. */
const DIRECT: Route = { proxy: undefined, tunnel: undefined, answered: true, looks: 0, told: undefined };

function runtimeProxy({ origin, authorization }: Proxy): Bun.FetchProxyOption {
  const headers = authorization === undefined ? {} : { 'proxy-authorization': authorization.reveal() };
  return { url: origin, headers, respectNoProxy: false };
}
