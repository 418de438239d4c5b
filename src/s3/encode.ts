/**
 * Percent-encodes as AWS's signature wants it ("UriEncode" in the S3 API Reference): all bytes but
 * A-Z a-z 0-9 - . _ ~ as %XX in capitals. encodeURIComponent leaves ! ' ( ) * as they are.
 */
export function uriEncode(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** A key as a URL's path: its slashes stay, also at its start, at its end and doubled. */
export function encodeKey(key: string): string {
  return key.split('/').map(uriEncode).join('/');
}

/** A query string in the order that the signature wants: by name. Empty for no parameters. */
export function encodeQuery(query: Readonly<Record<string, string>>): string {
  return Object.entries(query)
    .map(([name, value]) => [uriEncode(name), uriEncode(value)] as const)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}
