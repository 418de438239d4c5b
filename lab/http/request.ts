/** The head of an HTTP request, exactly as it came. */
export interface RequestHead {
  readonly method: string;
  /** The path as sent, still percent-encoded, without the query. */
  readonly rawPath: string;
  readonly rawQuery: string;
  /** Names in lower case; values of repeated headers joined by a comma (RFC 9110, section 5.3). */
  readonly headers: ReadonlyMap<string, string>;
}

/** The request line and headers are no HTTP/1.1. */
export class MalformedRequest extends Error {
  override readonly name = 'MalformedRequest';
}

const requestLine = /^([A-Z]+) (\/[^ ?#]*)(?:\?([^ #]*))? HTTP\/1\.1$/;
const headerLine = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*?)[ \t]*$/;

/**
 * Parses the bytes before the empty line (RFC 9112, sections 3 and 5).
 * @throws MalformedRequest
 */
export function parseRequestHead(bytes: Buffer): RequestHead {
  const [first = '', ...lines] = bytes.toString('latin1').split('\r\n');
  const parts = requestLine.exec(first);
  if (parts === null) throw new MalformedRequest(`request line: ${first}`);
  const [, method = '', rawPath = '', rawQuery = ''] = parts;
  const headers = new Map<string, string>();
  for (const line of lines) {
    const header = headerLine.exec(line);
    if (header === null) throw new MalformedRequest(`header line: ${line}`);
    const [, rawName = '', value = ''] = header;
    const name = rawName.toLowerCase();
    const before = headers.get(name);
    // Two lengths or hosts are how requests are smuggled; RFC 9112, section 6.3, wants them refused.
    if (before !== undefined && (name === 'content-length' || name === 'host')) {
      throw new MalformedRequest(`header ${name} came twice`);
    }
    headers.set(name, before === undefined ? value : `${before},${value}`);
  }
  if (!headers.has('host')) throw new MalformedRequest('header host is missing');
  const length = headers.get('content-length');
  if (length !== undefined && !/^\d{1,15}$/.test(length))
    throw new MalformedRequest(`content-length: ${length}`);
  return { method, rawPath, rawQuery, headers };
}

/**
 * The query as names and values, decoded once. A name without `=` has the value ''.
 * @throws MalformedRequest when an escape is broken
 */
export function parseQuery(rawQuery: string): Map<string, string> {
  const query = new Map<string, string>();
  for (const pair of rawQuery.split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const name = decodeQuery(equals < 0 ? pair : pair.slice(0, equals));
    query.set(name, equals < 0 ? '' : decodeQuery(pair.slice(equals + 1)));
  }
  return query;
}

function decodeQuery(text: string): string {
  return decodeOnce(text.replaceAll('+', ' '));
}

/**
 * Percent-decodes text as UTF-8, once; `+` stays as it is.
 * @throws MalformedRequest
 */
export function decodeOnce(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    throw new MalformedRequest(`percent-encoding: ${text}`, { cause: error });
  }
}
