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

/** A sentence for each value, by the name of its option, that has such signs. */
export function oddSigns(values: readonly (readonly [name: string, value: string])[]): string[] {
  return values.flatMap(([name, text]) => {
    const what = ODD_SIGNS.find(([signs]) => signs.test(text))?.[1];
    return what === undefined ? [] : [`the value of "${name}" ${what}: check it`];
  });
}
