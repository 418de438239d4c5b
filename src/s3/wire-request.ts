import { placeOf } from './address.ts';
import type { Credentials } from './auth/credentials.ts';
import { EMPTY_SHA256, sha256Hex } from './auth/signer.ts';
import { md5Base64 } from './checksum.ts';
import { encodeQuery } from './encode.ts';
import type { Passage } from './http/passage.ts';
import type { WireRequest } from './http/transport.ts';
import type { Patience } from './patience.ts';
import type { S3Request } from './request.ts';
import type { Retries } from './retry.ts';
import type { LearningServer } from './server.ts';

/** One try of a request, what it is signed with, and how long it waits. */
export interface SignedTry {
  readonly request: S3Request;
  readonly credentials: Credentials;
  readonly retries: Retries;
  readonly patience: Patience;
  /** Milliseconds in which bytes of an answer must come. */
  readonly answerPatience: number;
  /** Limits how fast the body leaves. */
  readonly passage?: Passage | undefined;
}

/** The try addressed and signed by what is known of the server at this moment. */
export function wireRequestOf(
  server: LearningServer,
  { request, credentials, retries, patience, answerPatience, passage }: SignedTry,
): WireRequest {
  const { address, signer, clockOffset, reached, wantsMd5 } = server;
  const { host, path } = placeOf(address, request.key);
  const query = encodeQuery(request.query ?? {});
  const { body, work = 1 } = request;
  const length = body?.length ?? 0;
  const left = retries.left(performance.now(), reached);
  const ofTry = (first: number): number => patience.ofTry(first, retries.tries, length, left);
  const md5 = wantsMd5 && body !== undefined ? { 'content-md5': md5Base64(body) } : {};
  const payloadHash =
    body === undefined ? EMPTY_SHA256 : request.signBody === false ? 'UNSIGNED-PAYLOAD' : sha256Hex(body);
  const headers = signer.sign(
    {
      method: request.method,
      path,
      query,
      headers: { ...server.headersOf(request.operation), ...md5, ...request.headers, host },
      payloadHash,
    },
    credentials,
    new Date(Date.now() + clockOffset),
  );
  return {
    method: request.method,
    url: `${address.scheme}://${host}${path}${query === '' ? '' : `?${query}`}`,
    headers: { ...request.unsignedHeaders, ...headers },
    body,
    patience: ofTry(patience.ofHead(length, work)),
    piecePatience: ofTry(patience.stall),
    answerPatience: answerPatience * work,
    passage,
  };
}
