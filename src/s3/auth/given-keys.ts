import { Secret } from '../../base/secret.ts';
import { TransportError } from '../http/transport-error.ts';
import type { Found } from './source.ts';

/** Names of the fields of an answer with keys; AWS has several dialects. */
export interface KeyFields {
  readonly token: 'Token' | 'SessionToken';
}

/** What an HTTP header can carry: a key with a line break in it is a broken answer. */
const VISIBLE = /^[\x21-\x7e]+$/;

/**
 * Reads keys as instance metadata, containers and credential_process write them.
 * @param date of the answer: when it says when the keys end, it is counted from there, so that a clock of this host
 *   that is wrong ends no key
 * @throws {TransportError} EPROTOCOL, without anything of the text, when it is not such a document or its keys have expired
 */
export function readKeys(text: string, { token: tokenField }: KeyFields, date: string | null = null): Found {
  const {
    AccessKeyId: id,
    SecretAccessKey: secret,
    [tokenField]: token,
    Expiration: end,
  } = readDocument(text);
  if (typeof id !== 'string' || typeof secret !== 'string' || !VISIBLE.test(id) || secret === '') {
    throw new TransportError('EPROTOCOL', 'it gave no AccessKeyId and SecretAccessKey');
  }
  const sessionToken = typeof token === 'string' && token !== '' ? token : undefined;
  if (sessionToken !== undefined && !VISIBLE.test(sessionToken)) {
    throw new TransportError('EPROTOCOL', `it gave a ${tokenField} with spaces or control characters`);
  }
  return foundOf(
    { id, secret, token: sessionToken },
    typeof end === 'string' && end !== '' ? end : undefined,
    date,
  );
}

/** @throws {TransportError} EPROTOCOL for an end that is not a valid time or is past */
export function foundOf(
  keys: { readonly id: string; readonly secret: string; readonly token: string | undefined },
  end: string | undefined,
  date: string | null = null,
): Found {
  return {
    credentials: {
      accessKeyId: keys.id,
      secretAccessKey: new Secret(keys.secret),
      sessionToken: keys.token === undefined ? undefined : new Secret(keys.token),
    },
    expires: end === undefined ? Number.POSITIVE_INFINITY : endOf(end, date),
  };
}

function endOf(text: string, date: string | null): number {
  const end = Date.parse(text);
  if (Number.isNaN(end))
    throw new TransportError('EPROTOCOL', 'it gave keys with an Expiration that is not a valid time');
  const now = Date.now();
  const there = date === null ? Number.NaN : Date.parse(date);
  const left = end - (Number.isNaN(there) ? now : there);
  if (left <= 0) {
    throw new TransportError('EPROTOCOL', `it gave keys that expired on ${new Date(end).toISOString()}`);
  }
  return now + left;
}

/** The fields of a JSON object; none of its text is ever in the error. */
export function readDocument(text: string): Record<string, unknown> {
  try {
    const document: unknown = JSON.parse(text);
    if (typeof document === 'object' && document !== null) return document as Record<string, unknown>;
  } catch {
    // Told below, without the text that the parser would quote.
  }
  throw new TransportError('EPROTOCOL', 'its answer is not a JSON object');
}
