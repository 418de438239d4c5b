/** Control characters, and the line and paragraph separators that terminals and editors treat like them. */
const UNSEEN = /[\p{Cc}\p{Zl}\p{Zp}]/gu;

/** Whether a text contains control characters (Unicode's category Cc). */
export function hasControls(text: string): boolean {
  return /\p{Cc}/u.test(text);
}

/** The text with each control character and each line separator replaced, as text of others is shown. */
export function replaceControls(text: string, replacement: (character: string) => string): string {
  return text.replace(UNSEEN, replacement);
}
