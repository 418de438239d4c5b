import { setTimeout } from 'node:timers/promises';
import type { Answer } from '../http/answer.ts';
import { headBytes, type SendOptions } from '../http/answer-writer.ts';
import { type Connection, ConnectionLost } from '../http/connection.ts';
import type { ProxyAction } from './faults.ts';

/**
 * Sends an answer, and does to it on the wire what the fault says.
 * @returns whether the connection can take another request; when not, it is to be ended in order
 * @throws ConnectionLost when the client left, or the fault cut it off
 */
export async function sendWithFault(
  connection: Connection,
  answer: Answer,
  { isHead, onHeadSent }: SendOptions,
  fault: ProxyAction | undefined,
): Promise<boolean> {
  const head = headBytes(answer, isHead, fault?.kind === 'lieLength' ? fault.contentLength : undefined);
  if (fault?.kind === 'cutResponse' && fault.inHeaders === true) {
    await connection.write(head.subarray(0, fault.afterBytes));
    connection.reset();
    throw new ConnectionLost('cut within the head of the answer');
  }
  await connection.write(head);
  onHeadSent();
  if (!isHead && answer.status !== 304) await sendBody(connection, answer, fault);
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
function bodyLimit(fault: ProxyAction | undefined): number {
  if (fault?.kind === 'cutResponse' || fault?.kind === 'stallResponse') return fault.afterBytes;
  if (fault?.kind === 'shortBody') return fault.bytes;
  return Number.POSITIVE_INFINITY;
}

async function sendBody(
  connection: Connection,
  answer: Answer,
  fault: ProxyAction | undefined,
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
  fault: ProxyAction | undefined,
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
