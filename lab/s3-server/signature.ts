import { createHash, createHmac } from 'node:crypto';
import type { RequestHead } from '../http/request.ts';

/**
 * Signature Version 4, written from "Signature Calculations for the Authorization Header: Transferring Payload in a
 * Single Chunk" of the S3 API Reference. Nothing of it is shared with the product, whose signer it judges.
 */
export interface SignatureScope {
  readonly accessKeyId: string;
  /** YYYYMMDD */
  readonly date: string;
  readonly region: string;
  readonly service: string;
}

export interface ParsedAuthorization {
  readonly scope: SignatureScope;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

export const signatureAlgorithm = 'AWS4-HMAC-SHA256';

const credentialParts = /^(.+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request$/;

/** The Authorization header's three parts, undefined when it has another form. */
export function parseAuthorization(header: string): ParsedAuthorization | undefined {
  if (!header.startsWith(`${signatureAlgorithm} `)) return undefined;
  const fields = new Map<string, string>();
  for (const field of header.slice(signatureAlgorithm.length).split(',')) {
    const equals = field.indexOf('=');
    if (equals < 0) return undefined;
    fields.set(field.slice(0, equals).trim(), field.slice(equals + 1).trim());
  }
  const credential = credentialParts.exec(fields.get('Credential') ?? '');
  const signedHeaders = fields.get('SignedHeaders');
  const signature = fields.get('Signature');
  if (credential === null || signedHeaders === undefined || signature === undefined) return undefined;
  const [, accessKeyId = '', date = '', region = '', service = ''] = credential;
  return {
    scope: { accessKeyId, date, region, service },
    signedHeaders: signedHeaders.split(';'),
    signature,
  };
}

/** "UriEncode": everything but the unreserved characters of RFC 3986, in upper-case hex. */
function uriEncode(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** S3 encodes the path once, and doesn't normalise it: `//` and `..` are part of keys. */
function canonicalPath(rawPath: string): string {
  return rawPath
    .split('/')
    .map((segment) => uriEncode(decodeURIComponent(segment)))
    .join('/');
}

function byCodePoint(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

/** A `+` in a query is a blank, as in HTML forms: signers write %20. */
function canonicalQueryPart(text: string): string {
  return uriEncode(decodeURIComponent(text.replaceAll('+', ' ')));
}

function canonicalQuery(rawQuery: string): string {
  return rawQuery
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair): [string, string] => {
      const equals = pair.indexOf('=');
      return equals < 0
        ? [canonicalQueryPart(pair), '']
        : [canonicalQueryPart(pair.slice(0, equals)), canonicalQueryPart(pair.slice(equals + 1))];
    })
    .toSorted((left, right) => byCodePoint(left[0], right[0]) || byCodePoint(left[1], right[1]))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

export function canonicalRequest(
  head: RequestHead,
  signedHeaders: readonly string[],
  payloadHash: string,
): string {
  const headers = signedHeaders.map(
    (name) => `${name}:${(head.headers.get(name) ?? '').trim().replaceAll(/ +/g, ' ')}\n`,
  );
  return [
    head.method,
    canonicalPath(head.rawPath),
    canonicalQuery(head.rawQuery),
    headers.join(''),
    signedHeaders.join(';'),
    payloadHash,
  ].join('\n');
}

export function stringToSign(scope: SignatureScope, timestamp: string, canonical: string): string {
  return [
    signatureAlgorithm,
    timestamp,
    `${scope.date}/${scope.region}/${scope.service}/aws4_request`,
    createHash('sha256').update(canonical).digest('hex'),
  ].join('\n');
}

export function signatureOf(secretAccessKey: string, scope: SignatureScope, text: string): string {
  let key: string | Buffer = `AWS4${secretAccessKey}`;
  for (const step of [scope.date, scope.region, scope.service, 'aws4_request']) {
    key = createHmac('sha256', key).update(step).digest();
  }
  return createHmac('sha256', key).update(text).digest('hex');
}
