import { setTimeout } from 'node:timers/promises';
import { type Answer, bodyOf, emptyAnswer } from '../http/answer.ts';
import { ConnectionLost } from '../http/connection.ts';
import type { RequestBody } from '../http/request-body.ts';
import { newRequestIds, type RequestIds } from '../s3-server/answer.ts';
import type { RecordedRequest } from '../s3-server/recorded-request.ts';
import type { ProxyAction } from './faults.ts';
import { sendWithFault } from './faulty-writer.ts';
import type { Line } from './line.ts';
import type { Link } from './link.ts';
import { madeUpAnswer } from './made-up-answer.ts';
import { gather, readServerAnswer, type ServerAnswer } from './server-answer.ts';

/** One request on its way to the server, and the answer on its way back. */
export interface Exchange {
  readonly client: Line;
  /** Connects when it has to. */
  readonly server: () => Promise<Line>;
  readonly link: Link;
  /** The request's head as it is to be sent, with the empty line. */
  readonly head: Buffer;
  readonly body: RequestBody;
  readonly record: RecordedRequest;
  readonly action: ProxyAction | undefined;
}

/**
 * Passes a request on and its answer back, and does to them what the action says.
 * @returns whether the connection can take another request
 * @throws ConnectionLost when either side left, or the action cut it off
 */
export async function exchange(through: Exchange): Promise<boolean> {
  const { action, client, body, link } = through;
  if (action?.kind === 'drop') {
    client.destroy();
    return false;
  }
  if (action?.kind === 'answer') {
    const ids = newRequestIds();
    if (action.early !== true) await body.drain();
    return (
      (await send(through, {
        ...dressed(madeUpAnswer(action, resourceOf(through.record), ids), ids, body),
        isLast: false,
      })) && body.received === body.length
    );
  }
  if (action?.kind === 'before') await action.run();
  const delay = link.latency + (action?.kind === 'delay' ? action.ms : 0);
  if (delay > 0) await setTimeout(delay);
  const server = await through.server();
  if (action?.kind === 'cutRequest' || action?.kind === 'stallRequest') {
    await server.write(through.head);
    for await (const chunk of body.chunks(action.afterBytes)) await server.write(chunk);
    if (action.kind === 'cutRequest') {
      client.reset();
    } else {
      client.stopReading();
      await client.closed;
    }
    server.reset();
    return false;
  }
  const answer = await perform(through, server);
  if (action?.kind === 'loseAnswer') {
    await gather(answer.body.chunks());
    return false;
  }
  const way = link.latency + (action?.kind === 'delayAnswer' ? action.ms : 0);
  if (way > 0) await setTimeout(way);
  const isOpen = await send(through, await changed(answer, action));
  if (action?.kind === 'afterwards') await action.run();
  return isOpen && body.received === body.length;
}

/** A made-up answer with what every S3 server adds; what is not read of a request ends its connection. */
function dressed(answer: Answer, ids: RequestIds, body: RequestBody): Answer {
  const mustClose = body.received < body.length;
  return {
    ...answer,
    headers: {
      'x-amz-id-2': ids.hostId,
      'x-amz-request-id': ids.requestId,
      date: new Date().toUTCString(),
      ...(mustClose ? { connection: 'close' } : {}),
      ...answer.headers,
    },
  };
}

function resourceOf({ bucket, key }: RecordedRequest): string {
  if (bucket === undefined) return key === '' ? '/' : `/${key}`;
  return key === '' ? `/${bucket}` : `/${bucket}/${key}`;
}

/** Sends the request, and reads the head of the answer, which may come before the request's body is through. */
async function perform({ head, body, record }: Exchange, server: Line): Promise<ServerAnswer> {
  const sending = (async () => {
    await server.write(head);
    for await (const chunk of body.chunks()) await server.write(chunk);
  })();
  const answer = readServerAnswer(server, record.method === 'HEAD');
  // A server that refuses early ends the connection: what it said comes first, then that the rest could not be sent.
  const sent = await Promise.race([sending.then(() => true), answer.then(() => false)]).catch(() => false);
  if (!sent) sending.catch(() => {});
  return await answer;
}

async function changed(answer: ServerAnswer, action: ProxyAction | undefined): Promise<ServerAnswer> {
  if (action?.kind === 'headers') return { ...answer, headers: merged(answer.headers, action.set) };
  if (action?.kind === 'contentRange')
    return { ...answer, headers: merged(answer.headers, { 'content-range': action.value }) };
  if (action?.kind === 'lieLength')
    return { ...answer, headers: merged(answer.headers, { 'content-length': undefined }) };
  if (action?.kind !== 'rewrite') return answer;
  const body = await gather(answer.body.chunks());
  return {
    ...answer,
    ...(action.status === undefined ? {} : { status: action.status }),
    headers: merged({ ...merged(answer.headers, { 'content-length': undefined }) }, action.headers ?? {}),
    body: action.status === 304 ? emptyAnswer(304).body : bodyOf((await action.body?.(body)) ?? body),
  };
}

function merged(
  headers: Readonly<Record<string, string>>,
  set: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const entries = Object.entries({ ...headers, ...set });
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => entry[1] !== undefined));
}

async function send({ client, record, action }: Exchange, answer: ServerAnswer): Promise<boolean> {
  const options = {
    isHead: record.method === 'HEAD',
    onHeadSent: () => {
      record.status = answer.status;
    },
  };
  // Whatever else there is to do has been done to the answer itself.
  const fault = action?.kind === 'rewrite' ? undefined : action;
  const isOpen = await sendWithFault(client, answer, options, fault);
  if (!isOpen && action?.kind === 'stallResponse') throw new ConnectionLost('stood still');
  return isOpen && !answer.isLast;
}
