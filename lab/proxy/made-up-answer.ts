import { type Answer, bodyOf, emptyAnswer } from '../http/answer.ts';
import { errorAnswer, type RequestIds } from '../s3-server/answer.ts';
import type { AnswerFault } from './faults.ts';

/** The answer that a fault makes up. */
export function madeUpAnswer(
  { status, code, message, headers, body = '' }: AnswerFault,
  resource: string,
  ids: RequestIds,
): Answer {
  const answer =
    code !== undefined
      ? errorAnswer(status, code, message ?? code, resource, ids)
      : { ...emptyAnswer(status), body: bodyOf(typeof body === 'string' ? Buffer.from(body) : body) };
  return { ...answer, headers: { ...answer.headers, ...headers } };
}
