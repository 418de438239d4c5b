import type { Answer } from '../http/answer.ts';
import { sendAnswer } from '../http/answer-writer.ts';
import { type Connection, ConnectionLost } from '../http/connection.ts';
import type { RequestHead } from '../http/request.ts';
import { RequestBody } from '../http/request-body.ts';
import { checkActions } from './actions.ts';
import { errorAnswer, newRequestIds, type RequestIds, refusal } from './answer.ts';
import { authenticate } from './authentication.ts';
import { checkOwner } from './bucket-owner.ts';
import type { Call } from './call.ts';
import { checkEncryptionHeaders } from './encryption.ts';
import { operations } from './operations/index.ts';
import type { Credential, ServerSettings } from './options.ts';
import type { PlayedProvider } from './profiles/played-provider.ts';
import { type RecordedRequest, recordOf } from './recorded-request.ts';
import type { Route } from './route.ts';
import { S3Error } from './s3-error.ts';
import type { Store } from './store.ts';
import { checkHeadersAreSupported } from './supported-headers.ts';

/** What all requests of a server share. */
export interface ServerState {
  readonly settings: ServerSettings;
  readonly store: Store;
  readonly requests: RecordedRequest[];
  readonly clock: () => Date;
  /** Plays the profile of the settings. */
  readonly provider: PlayedProvider | undefined;
}

/** S3 User Guide, "Naming Amazon S3 objects": at most 1,024 bytes in UTF-8. */
const maxKeyBytes = 1024;

/** One request and its answer. */
export class Exchange {
  readonly #state: ServerState;
  readonly #connection: Connection;
  readonly #head: RequestHead;
  readonly #route: Route;
  readonly #body: RequestBody;
  readonly #record: RecordedRequest;
  readonly #ids: RequestIds = newRequestIds();

  constructor(state: ServerState, connection: Connection, head: RequestHead, route: Route) {
    this.#state = state;
    this.#connection = connection;
    this.#head = head;
    this.#route = route;
    const mustContinue = head.headers.get('expect')?.toLowerCase() === '100-continue';
    const body = new RequestBody(connection, Number(head.headers.get('content-length') ?? 0), mustContinue);
    this.#body = body;
    this.#record = recordOf(head, route, body, { connectionId: connection.id, startedAt: state.clock() });
    state.requests.push(this.#record);
  }

  /**
   * Reads the request to its end, and answers.
   * @returns whether the connection can take another request; when not, it is to be ended in order
   * @throws ConnectionLost
   */
  async run(): Promise<boolean> {
    return await this.#send(await this.#perform());
  }

  get #resource(): string {
    const { bucket, key } = this.#route;
    if (bucket === undefined) return '/';
    return key === '' ? `/${bucket}` : `/${bucket}/${key}`;
  }

  /** The operation's answer, or its refusal. The body is read in either case, unless the client withholds it. */
  async #perform(): Promise<Answer> {
    try {
      const call = this.#admit();
      const { provider } = this.#state;
      return await (provider?.perform(call) ?? operations[call.route.operation](call));
    } catch (error) {
      if (error instanceof ConnectionLost) throw error;
      if (!this.#body.isWithheld) await this.#body.drain();
      if (error instanceof S3Error) return refusal(error, this.#resource, this.#ids);
      const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      return errorAnswer(
        500,
        'InternalError',
        `The test server failed: ${message}`,
        this.#resource,
        this.#ids,
      );
    }
  }

  /** @throws S3Error for everything that can be refused without looking at the body or the store */
  #admit(): Call {
    const { settings, store, provider } = this.#state;
    const now = this.#state.clock();
    provider?.admit(this.#head, this.#route);
    const credential = authenticate(this.#head, settings, now);
    if (this.#head.headers.has('transfer-encoding')) throw new S3Error('MissingContentLength');
    checkHeadersAreSupported(this.#head.headers);
    if (Buffer.byteLength(this.#route.key) > maxKeyBytes) {
      throw new S3Error('KeyTooLongError', undefined, { fields: { MaxSizeAllowed: String(maxKeyBytes) } });
    }
    checkOwner(this.#route.operation, this.#head.headers, credential, settings);
    this.#checkPermission(credential.deny);
    checkActions(this.#route.operation, this.#head.headers, credential.denyAction);
    const headers = provider?.headersOf(this.#head.headers) ?? new Map(this.#head.headers);
    const { region, encryption } = settings;
    checkEncryptionHeaders(headers, this.#route.operation, encryption);
    return { route: this.#route, headers, body: this.#body, credential, store, region, settings, now };
  }

  #checkPermission(deny: Credential['deny']): void {
    const { operation, bucket, key, query } = this.#route;
    // DeleteObjects is decided key by key.
    if (operation === 'DeleteObjects') return;
    const facts = { headers: this.#head.headers, versionId: query.get('versionId'), bucket };
    if (deny?.(operation, key === '' ? (query.get('prefix') ?? '') : key, facts) === true)
      throw new S3Error('AccessDenied');
  }

  async #send(plain: Answer): Promise<boolean> {
    const answer = (await this.#state.provider?.dress(plain)) ?? plain;
    // What was not read of the request would be taken for the next one.
    const mustClose =
      this.#body.received < this.#body.length ||
      this.#head.headers.has('transfer-encoding') ||
      this.#head.headers.get('connection')?.toLowerCase() === 'close';
    const headers: Record<string, string> = {
      'x-amz-id-2': this.#ids.hostId,
      'x-amz-request-id': this.#ids.requestId,
      date: this.#state.clock().toUTCString(),
      ...(mustClose ? { connection: 'close' } : {}),
      ...answer.headers,
    };
    await sendAnswer(
      this.#connection,
      { ...answer, headers },
      {
        isHead: this.#head.method === 'HEAD',
        onHeadSent: () => {
          this.#record.status = answer.status;
        },
      },
    );
    return !mustClose;
  }
}
