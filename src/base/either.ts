/** Words as a sentence lists them: `a, b or c`. */
export function either(words: readonly string[], link = 'or'): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} ${link} ${words.at(-1) ?? ''}`;
}
