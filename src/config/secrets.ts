import { Secret } from '../base/secret.ts';
import type { OptionValues } from './option-values.ts';
import { looksRandom, sensitivityOf } from './redaction/secret-names.ts';
import { definitionOf } from './site-options.ts';

/** A header's value of fewer letters may be any word of the file. */
const LONG_WORD = 8;

/** Options that have a secret in them, of which a sign less is hard to find out. */
function isDelicate(name: string): boolean {
  const kind = definitionOf(name)?.kind;
  return kind === 'secret' || kind === 'command' || name === 'http_proxy';
}

/** Every text in the values of secrets, proxy and endpoint_source that no copy of the file may have in it. */
export function secretsOf(
  read: Partial<OptionValues>,
  proxySecrets: readonly Secret[],
  source: URL | undefined,
): readonly Secret[] {
  const values = Object.values(read).filter((value) => value instanceof Secret);
  const headers = [...(read.request_headers?.values() ?? [])].filter((value) => value.length >= LONG_WORD);
  return [
    ...values,
    ...headers.map((value) => new Secret(value)),
    ...proxySecrets,
    ...(source === undefined ? [] : secretsOfUrl(source)),
  ];
}

/** A user, a password, the fragment, and what looks like a token in the path or the query. */
function secretsOfUrl(url: URL): Secret[] {
  const query = url.search.slice(1).split('&');
  const texts = [
    url.password === '' ? url.username : url.password,
    url.hash.slice(1),
    ...url.pathname.split('/').filter(looksRandom),
    ...query.flatMap((parameter) => {
      const [name = '', ...value] = parameter.split('=');
      if (value.length === 0) return looksRandom(name) ? [name] : [];
      const text = value.join('=');
      return sensitivityOf(name) === 'secret' || /key|sig|auth|cred|code|pw/i.test(name) || looksRandom(text)
        ? [text]
        : [];
    }),
  ];
  return texts
    .flatMap((text) => [text, decoded(text)])
    .filter((text) => text !== '')
    .map((text) => new Secret(text));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Nearly every secret: visible ASCII without quotes. A pattern would take 0.1 ms of each start. */
function isUsual(secret: string): boolean {
  for (let index = 0; index < secret.length; index += 1) {
    const code = secret.charCodeAt(index);
    if (code <= 0x20 || code >= 0x7f || code === 0x22 || code === 0x27 || code === 0x60) return false;
  }
  return true;
}

/** A sentence for each secret with signs that are hardly part of it; never with its value. */
export async function oddSecrets(
  read: Partial<OptionValues>,
  proxySecrets: readonly Secret[],
): Promise<readonly string[]> {
  const password = proxySecrets.at(-1);
  const odd: (readonly [string, string])[] = [];
  const look = (name: string, secret: Secret): void => {
    if (!isUsual(secret.reveal())) odd.push([name, secret.reveal()]);
  };
  for (const [name, value] of Object.entries(read)) {
    // A command line has spaces and quotes.
    if (value instanceof Secret && definitionOf(name)?.kind !== 'command') look(name, value);
  }
  if (password !== undefined) look('http_proxy', password);
  // Their patterns take 0.3 ms of a start.
  return odd.length === 0 ? [] : (await import('./odd-signs.ts')).oddSigns(odd);
}

/** What is said of an option whose unquoted value ends at a ` #`: nothing where a comment there is all in order. */
export function cutNote(name: string): string | undefined {
  if (!isDelicate(name)) return undefined;
  return `the value of "${name}" ends at " #", where a comment begins: put it in quotes if the # is part of it`;
}
