import type { RequestHead } from '../http/request.ts';
import type { RequestBody } from '../http/request-body.ts';
import type { S3Operation } from './options.ts';
import type { Route } from './route.ts';

/** What the server saw of one request, in the order of arrival; `bodyLength` and `status` change as it goes on. */
export interface RecordedRequest {
  readonly method: string;
  readonly operation: S3Operation;
  readonly bucket: string | undefined;
  /** Decoded; '' when the request is not about an object. */
  readonly key: string;
  readonly query: ReadonlyMap<string, string>;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly rawPath: string;
  readonly partNumber: number | undefined;
  /** The Range header. */
  readonly range: string | undefined;
  /** The same number for all requests of one connection. */
  readonly connectionId: number;
  readonly startedAt: Date;
  /** Body bytes that were read so far. */
  readonly bodyLength: number;
  /** As answered; undefined while there is no answer, and for ever when the connection was cut before its head. */
  status: number | undefined;
}

/** The record of a request that begins now; it follows what is read of `body`. */
export function recordOf(
  head: RequestHead,
  route: Route,
  body: RequestBody,
  from: { readonly connectionId: number; readonly startedAt: Date },
): RecordedRequest {
  const partNumber = route.query.get('partNumber');
  return {
    method: head.method,
    operation: route.operation,
    bucket: route.bucket,
    key: route.key,
    query: route.query,
    headers: head.headers,
    rawPath: head.rawPath,
    partNumber: partNumber === undefined ? undefined : Number(partNumber),
    range: head.headers.get('range'),
    connectionId: from.connectionId,
    startedAt: from.startedAt,
    get bodyLength() {
      return body.received;
    },
    status: undefined,
  };
}
