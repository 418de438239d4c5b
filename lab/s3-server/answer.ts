import { randomBytes } from 'node:crypto';
import { type Answer, bodyOf } from '../http/answer.ts';
import type { S3Error } from './s3-error.ts';
import { errorDocument, resultDocument, type XmlElement } from './xml.ts';

export interface RequestIds {
  readonly requestId: string;
  readonly hostId: string;
}

export function newRequestIds(): RequestIds {
  return {
    requestId: randomBytes(8).toString('hex').toUpperCase(),
    hostId: randomBytes(48).toString('base64'),
  };
}

export function xmlAnswer(root: XmlElement, headers: Readonly<Record<string, string>> = {}): Answer {
  return {
    status: 200,
    headers: { 'content-type': 'application/xml', ...headers },
    body: bodyOf(resultDocument(root)),
  };
}

/** An error document (S3 API Reference, "Error responses"), whatever the status. */
export function errorAnswer(
  status: number,
  code: string,
  message: string,
  resource: string,
  ids: RequestIds,
  fields: Readonly<Record<string, string>> = {},
): Answer {
  const document = errorDocument([
    ['Code', code],
    ['Message', message],
    ...Object.entries(fields),
    ['Resource', resource],
    ['RequestId', ids.requestId],
    ['HostId', ids.hostId],
  ]);
  return { status, headers: { 'content-type': 'application/xml' }, body: bodyOf(document) };
}

export function refusal(error: S3Error, resource: string, ids: RequestIds): Answer {
  const answer = errorAnswer(error.status, error.code, error.message, resource, ids, error.fields);
  return { ...answer, headers: { ...answer.headers, ...error.headers } };
}
