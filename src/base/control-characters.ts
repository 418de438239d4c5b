/**
 * Control characters, the line and paragraph separators that terminals and editors treat like them, and the marks that
 * turn the direction of what follows (Unicode's Bidi_Control), so that `gnp.exe` is read for `exe.png`.
 */
const UNSEEN = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu;

/** Whether a text contains control characters (Unicode's category Cc). */
export function hasControls(text: string): boolean {
  return /\p{Cc}/u.test(text);
}

/** The text with each control character, line separator and mark of direction replaced, as text of others is shown. */
export function replaceControls(text: string, replacement: (character: string) => string): string {
  return text.replace(UNSEEN, replacement);
}
