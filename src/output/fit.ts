/** The beginning of a text that takes at most `columns` columns of a terminal: some signs take two, some none. */
export function fit(text: string, columns: number): string {
  if (Bun.stringWidth(text) <= columns) return text;
  let width = 0;
  let kept = '';
  for (const sign of text) {
    width += Bun.stringWidth(sign);
    if (width > columns) break;
    kept += sign;
  }
  return kept;
}
