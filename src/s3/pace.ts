import type { WireAnswer } from './http/answer.ts';
import type { Lane } from './http/lane.ts';
import type { Passage } from './http/passage.ts';
import type { S3Request } from './request.ts';

/** How fast the bytes of objects may move; undefined: as fast as they can. */
export interface Pace {
  readonly up: Lane | undefined;
  readonly down: Lane | undefined;
}

/**
 * Waits until a try of a request may begin. A body that leaves has asked for its first piece then, an answer of known
 * length for all of it: it comes as fast as the network is, so no server waits for a reader.
 * @returns undefined where nothing limits it
 * @throws the signal's reason
 */
export async function beginTry(
  pace: Pace,
  { operation, body, answerLength = 0 }: S3Request,
  signal: AbortSignal,
): Promise<Passage | undefined> {
  if (operation === 'GetObject') {
    const passage = pace.down?.passage();
    await passage?.take(answerLength, answerLength, signal);
    return passage;
  }
  const isObject = operation === 'PutObject' || operation === 'UploadPart';
  if (!isObject || body === undefined || body.length === 0) return undefined;
  const passage = pace.up?.passage();
  await passage?.take(Math.min(passage.piece, body.length), body.length, signal);
  return passage;
}

/** The head of the answer says how much really comes. */
export function settleAnswer(passage: Passage, { answerLength = 0 }: S3Request, answer: WireAnswer): void {
  const announced = Number(answer.headers.get('content-length') ?? answerLength);
  const isBody = answer.status >= 200 && answer.status <= 299;
  passage.settle((isBody && Number.isSafeInteger(announced) ? announced : 0) - answerLength);
}
