import type { Answer } from './answer.ts';
import type { Connection } from './connection.ts';

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
  /** Called once the head is on its way. */
  readonly onHeadSent: () => void;
}

/** 204 and 304 have neither body nor length; an error that answers HEAD has no length, for its body is not known. */
function hasLength(answer: Answer, isHead: boolean): boolean {
  if (answer.status === 204 || answer.status === 304) return false;
  return !(isHead && answer.status >= 400);
}

/** The head of an answer, to its empty line; `length` is that of the body, which may be announced otherwise. */
export function headBytes(answer: Answer, isHead: boolean, length = answer.body.length): Buffer {
  const lines = [`HTTP/1.1 ${answer.status} ${reasons[answer.status] ?? 'Status'}`];
  if (hasLength(answer, isHead) && !('content-length' in answer.headers))
    lines.push(`content-length: ${length}`);
  for (const [name, value] of Object.entries(answer.headers)) lines.push(`${name}: ${value}`);
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
}

/**
 * Sends an answer.
 * @throws ConnectionLost when the client left
 */
export async function sendAnswer(
  connection: Connection,
  answer: Answer,
  { isHead, onHeadSent }: SendOptions,
): Promise<void> {
  await connection.write(headBytes(answer, isHead));
  onHeadSent();
  if (isHead || answer.status === 304) return;
  for await (const chunk of answer.body.chunks()) await connection.write(chunk);
}
