/** What the sink needs of a request's head. */
export interface RequestHead {
  readonly method: string;
  /** As sent, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
}

/** Reads a head without the empty line at its end. */
export function parseHead(text: string): RequestHead {
  const [first = '', ...lines] = text.split('\r\n');
  const [method = '', target = ''] = first.split(' ');
  const question = target.indexOf('?');
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
  }
  return {
    method,
    path: question === -1 ? target : target.slice(0, question),
    query: new URLSearchParams(question === -1 ? '' : target.slice(question + 1)),
    headers,
  };
}

/** Bytes [start, end) of a Range header within `size`; undefined for none or one that is outside. */
export function parseRange(
  header: string | undefined,
  size: number,
): [start: number, end: number] | undefined {
  const [, from = '', to = ''] = /^bytes=(\d+)-(\d*)$/.exec(header ?? '') ?? [];
  if (from === '' || Number(from) >= size) return undefined;
  return [Number(from), to === '' ? size : Math.min(size, Number(to) + 1)];
}
