import { formatSize, KiB } from '../../base/bytes.ts';
import { FailedAnswer, readErrorDocument } from '../errors/failed-answer.ts';
import type { WireAnswer } from '../http/answer.ts';
import { TransportError } from '../http/transport-error.ts';

/** A success says next to nothing: a longer answer is not from S3. */
const LONGEST = 64 * KiB;

/**
 * Reads the body of an answer whose status says that all is well, and which should have none: servers and gateways
 * that began to answer before they knew the outcome put an error document there.
 * @throws {FailedAnswer} with what the document says; {TransportError} ETOOLONG.
 */
export async function readConfirmation(answer: WireAnswer): Promise<string> {
  const { headers, status } = answer;
  if (status === 204 || headers.get('content-length') === '0') {
    await answer.bytes();
    return '';
  }
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const piece of answer.pieces()) {
    chunks.push(piece);
    length += piece.length;
    if (length > LONGEST)
      throw new TransportError('ETOOLONG', `the answer is longer than ${formatSize(LONGEST)}`);
  }
  const text = Buffer.concat(chunks).toString('utf8').trimStart();
  if (isErrorDocument(text)) throw await failureInside(text, headers);
  return text;
}

/** What an `<Error>` document in a successful answer means: by its code it is a server's error or the client's. */
export async function failureInside(text: string, headers: Headers): Promise<FailedAnswer> {
  const document = await readErrorDocument(text);
  const status = document.code === 'InternalError' || document.code === undefined ? 500 : 200;
  return new FailedAnswer(status, headers, document);
}

function isErrorDocument(text: string): boolean {
  return /^(?:<\?xml[^>]*>\s*)?<(?:\w+:)?Error[\s>/]/.test(text);
}
