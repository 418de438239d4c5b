import { Secret } from '../base/secret.ts';
import type { OptionValues } from './option-values.ts';
import { isOptionName, OPTION_NAMES, OPTIONS, type OptionDefinition } from './options.ts';
import { looksRandom, sensitivityOf } from './redaction/secret-names.ts';

/** Options that have a secret in them, of which a sign less is hard to find out. */
function isDelicate(name: string): boolean {
  if (!isOptionName(name)) return false;
  const { kind }: OptionDefinition = OPTIONS[name];
  return kind === 'secret' || name === 'http_proxy';
}

/** Every text in the values of secrets, proxy and endpoint_source that no copy of the file may have in it. */
export function secretsOf(
  read: Partial<OptionValues>,
  proxySecrets: readonly Secret[],
  source: URL | undefined,
): readonly Secret[] {
  const values = OPTION_NAMES.map((name) => read[name]).filter((value) => value instanceof Secret);
  return [...values, ...proxySecrets, ...(source === undefined ? [] : secretsOfUrl(source))];
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

/** Signs that word processors, chats and terminals put into what is copied from them, and how a message says so. */
const ODD_SIGNS: readonly (readonly [RegExp, string])[] = [
  [/^\s|\s$/u, 'begins or ends with a space or a line break'],
  [/[\u2018-\u201f\u00ab\u00bb\u2039\u203a]/, 'contains typographic quotes'],
  [/^(?:"[^]*"|'[^]*'|`[^]*`)$/, 'contains the quotes around it'],
  [/[\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff\u00ad]/, 'contains invisible characters'],
  [/\ufffd/, 'contains characters that were lost when the file was written'],
  [/[^\p{ASCII}]/u, 'contains characters outside of ASCII'],
  [/[\s\p{Cc}]/u, 'contains spaces, line breaks or control characters'],
];

/** A sentence for each secret with signs that are hardly part of it; never with its value. */
export function oddSecrets(read: Partial<OptionValues>, proxySecrets: readonly Secret[]): string[] {
  const password = proxySecrets.at(-1);
  const delicate: readonly (readonly [string, string])[] = [
    ...OPTION_NAMES.flatMap((name) => {
      const value = read[name];
      return value instanceof Secret ? [[name, value.reveal()] as const] : [];
    }),
    ...(password === undefined ? [] : [['http_proxy', password.reveal()] as const]),
  ];
  return delicate.flatMap(([name, text]) => {
    const what = ODD_SIGNS.find(([signs]) => signs.test(text))?.[1];
    return what === undefined ? [] : [`the value of "${name}" ${what}: check it`];
  });
}

/** What is said of an option whose unquoted value ends at a ` #`: nothing where a comment there is all in order. */
export function cutNote(name: string): string | undefined {
  if (!isDelicate(name)) return undefined;
  return `the value of "${name}" ends at " #", where a comment begins: put it in quotes if the # is part of it`;
}
