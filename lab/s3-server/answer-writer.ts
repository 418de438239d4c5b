import { setTimeout } from 'node:timers/promises';
import type { Answer } from './answer.ts';
import { type Connection, ConnectionLost } from './connection.ts';
import type { FaultAction } from './faults.ts';

const reasons: Readonly<Record<number, string>> = {
  200: 'OK',
  204: 'No Content',
  206: 'Partial Content',
  301: 'Moved Permanently',
  304: 'Not Modified',
  307: 'Temporary Redirect',
  400: 'Bad Request',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  411: 'Length Required',
  412: 'Precondition Failed',
  416: 'Requested Range Not Satisfiable',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  503: 'Service Unavailable',
};

export interface SendOptions {
  /** An answer to HEAD: the head tells the length, and no body follows (RFC 9110, section 9.3.2). */
  readonly isHead: boolean;
  readonly fault: FaultAction | undefined;
  /** Called once the head is on its way. */
  readonly onHeadSent: () => void;
}

/** 204 and 304 have neither body nor length; an error that answers HEAD has no length, for its body is not known. */
function hasLength(answer: Answer, isHead: boolean): boolean {
  if (answer.status === 204 || answer.status === 304) return false;
  return !(isHead && answer.status >= 400);
}

function headBytes(answer: Answer, { isHead, fault }: SendOptions): Buffer {
  const lines = [`HTTP/1.1 ${answer.status} ${reasons[answer.status] ?? 'Status'}`];
  const length = fault?.kind === 'lieLength' ? fault.contentLength : answer.body.length;
  if (hasLength(answer, isHead) && !('content-length' in answer.headers))
    lines.push(`content-length: ${length}`);
  for (const [name, value] of Object.entries(answer.headers)) lines.push(`${name}: ${value}`);
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
}

/**
 * Sends an answer, and does to it on the wire what the fault says.
 * @returns whether the connection can take another request; when not, it is to be ended in order
 * @throws ConnectionLost when the client left, or the fault cut it off
 */
export async function sendAnswer(
  connection: Connection,
  answer: Answer,
  options: SendOptions,
): Promise<boolean> {
  const { fault } = options;
  const head = headBytes(answer, options);
  if (fault?.kind === 'cutResponse' && fault.inHeaders === true) {
    await connection.write(head.subarray(0, fault.afterBytes));
    connection.reset();
    throw new ConnectionLost('cut within the head of the answer');
  }
  await connection.write(head);
  options.onHeadSent();
  if (!options.isHead && answer.status !== 304) await sendBody(connection, answer, fault);
  if (fault?.kind === 'cutResponse') {
    connection.reset();
    return false;
  }
  if (fault?.kind === 'stallResponse') {
    await connection.clientDone;
    connection.destroy();
    return false;
  }
  return fault?.kind !== 'shortBody' && fault?.kind !== 'lieLength';
}

/** How many bytes of the body are sent; all when there is no such fault. */
function bodyLimit(fault: FaultAction | undefined): number {
  if (fault?.kind === 'cutResponse' || fault?.kind === 'stallResponse') return fault.afterBytes;
  if (fault?.kind === 'shortBody') return fault.bytes;
  return Number.POSITIVE_INFINITY;
}

async function sendBody(
  connection: Connection,
  answer: Answer,
  fault: FaultAction | undefined,
): Promise<void> {
  const limit = bodyLimit(fault);
  let sent = 0;
  for await (const chunk of answer.body.chunks()) {
    if (sent >= limit) return;
    const piece = chunk.subarray(0, limit - sent);
    await sendPiece(
      connection,
      fault?.kind === 'corruptBody' ? corrupted(piece, fault.atByte - sent) : piece,
      fault,
    );
    sent += piece.length;
  }
}

const tricklesPerSecond = 20;

async function sendPiece(
  connection: Connection,
  piece: Uint8Array,
  fault: FaultAction | undefined,
): Promise<void> {
  if (fault?.kind !== 'trickle') return connection.write(piece);
  const step = Math.max(1, Math.round(fault.bytesPerSecond / tricklesPerSecond));
  for (let at = 0; at < piece.length; at += step) {
    await connection.write(piece.subarray(at, at + step));
    await setTimeout(1000 / tricklesPerSecond);
  }
}

function corrupted(piece: Uint8Array, at: number): Uint8Array {
  const byte = piece[at];
  if (byte === undefined) return piece;
  const copy = Uint8Array.from(piece);
  copy[at] = byte ^ 0xff;
  return copy;
}
