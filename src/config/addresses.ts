import { hasControls } from '../base/control-characters.ts';
import { printable } from '../base/printable.ts';
import { Secret } from '../base/secret.ts';
import type { EndpointConfig } from './config.ts';
import type { OptionValues } from './option-values.ts';
import { PATTERNS, type ValuePattern } from './patterns.ts';

const SCHEME = /^[a-z][a-z0-9+.-]*:\/\//i;

/** Whether requests go to AWS's own hosts. */
export function isAws({ endpoint, endpoint_source: source }: Partial<OptionValues>): boolean {
  return endpoint === undefined && source === undefined;
}

/** The scheme of what is written without one. */
export function schemeByOption({ encryption = true }: Partial<OptionValues>): 'http' | 'https' {
  return encryption ? 'https' : 'http';
}

/** An address with its own scheme, or with this one. */
export function withScheme(address: string, scheme: 'http' | 'https'): string {
  return SCHEME.test(address) ? address : `${scheme}://${address}`;
}

/** The endpoint, or where `endpoint_source` is to say its host; a problem is added for one that can't be used. */
export function readEndpoint(read: Partial<OptionValues>, problems: string[]): EndpointConfig | undefined {
  const byOption = schemeByOption(read);
  if (read.endpoint === undefined) {
    return read.endpoint_source === undefined ? undefined : { scheme: byOption, host: '', path: '' };
  }
  const url = readUrl('endpoint', withScheme(read.endpoint, byOption), PATTERNS.endpoint, problems);
  if (url === undefined) return undefined;
  const scheme = url.protocol === 'https:' ? 'https' : 'http';
  if (scheme === 'https' && byOption === 'http') {
    problems.push(
      'option "encryption" is "off", but "endpoint" begins with https://: write http:// in "endpoint", or leave out "encryption"',
    );
  }
  return { scheme, host: url.host, path: pathOf(url.pathname) };
}

/** The path in front of the bucket as it is sent and signed: without empty parts, in the one encoding of AWS. */
function pathOf(pathname: string): string {
  const parts = pathname.split('/').filter((part) => part !== '');
  return parts.map((part) => `/${encodedOnce(part)}`).join('');
}

export function readSource(read: Partial<OptionValues>, problems: string[]): URL | undefined {
  return readUrl('endpoint_source', read.endpoint_source, PATTERNS.url, problems);
}

/** A proxy, and what of its address is secret. */
export interface ProxyConfig {
  readonly url: Secret;
  readonly secrets: readonly Secret[];
}

/**
 * A proxy's user and password are sent whatever signs they have: `%` and two hexadecimal digits mean a byte as in any
 * URL, unless a `%` without them shows that nothing is encoded.
 */
export function readProxy(text: string | undefined, problems: string[]): ProxyConfig | undefined {
  if (text === undefined) return undefined;
  const at = text.lastIndexOf('@');
  const scheme = SCHEME.exec(text)?.[0] ?? '';
  const url = readUrl(
    'http_proxy',
    `${scheme}${text.slice(at === -1 ? scheme.length : at + 1)}`,
    PATTERNS.proxy,
    problems,
  );
  if (url === undefined) return undefined;
  if (at === -1) return { url: new Secret(`${url.origin}/`), secrets: [] };
  const userinfo = text.slice(scheme.length, at);
  if (hasControls(userinfo)) {
    problems.push('option "http_proxy": its user or password contains control characters');
  }
  const colon = userinfo.indexOf(':');
  const isEncoded = !/%(?![0-9A-Fa-f]{2})/.test(userinfo);
  const parts = colon === -1 ? [userinfo] : [userinfo.slice(0, colon), userinfo.slice(colon + 1)];
  const sent = parts.map((part) => (isEncoded ? encodedOnce(part) : encoded(part)));
  const href = `${url.protocol}//${sent.join(':')}@${url.host}/`;
  // A user without a password is a token.
  const last = parts.at(-1) ?? '';
  const secrets = isEncoded ? [last, literal(last)] : [last];
  return { url: new Secret(href), secrets: secrets.map((secret) => new Secret(secret)) };
}

/**
 * An http or https URL. Its text is not shown when it can't be read and may have a password in it.
 */
export function readUrl(
  name: string,
  text: string | undefined,
  pattern: ValuePattern,
  problems: string[],
): URL | undefined {
  if (text === undefined) return undefined;
  // The parser would leave control characters out, and take `s3.ex\nample` for another host.
  const isSound = new RegExp(pattern.source).test(text) && !hasControls(text);
  const url = isSound ? URL.parse(withScheme(text, 'http')) : null;
  if (url !== null && (url.protocol === 'http:' || url.protocol === 'https:') && url.hostname !== '') {
    return url;
  }
  const shown = name === 'http_proxy' || /[@?]/.test(text) ? '' : ` is "${printable(text)}"`;
  problems.push(`option "${name}"${shown}: must be ${pattern.allowed}`);
  return undefined;
}

/** The text in AWS's percent-encoding, whether it is encoded, partly encoded or not at all. */
function encodedOnce(text: string): string {
  return text.replaceAll(/(?:%[0-9A-Fa-f]{2})+|[^%]+|%/g, (run) => {
    if (!/^%./.test(run)) return encoded(run);
    const meant = literal(run);
    return meant === run ? run.toUpperCase() : encoded(meant);
  });
}

function encoded(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** The text whose encoding this is; itself where it is the encoding of nothing. */
function literal(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
