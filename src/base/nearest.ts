/**
 * `, did you mean "X"?` for the known name nearest to a misspelt one, or nothing when none is near. Only an
 * error path needs it, so the library is loaded then.
 */
export async function nearest(name: string, known: readonly string[]): Promise<string> {
  const { closest, distance } = await import('fastest-levenshtein');
  const candidate = closest(name.toLowerCase(), [...known]);
  const limit = Math.max(2, Math.floor(candidate.length / 3));
  return distance(name.toLowerCase(), candidate) <= limit ? `, did you mean "${candidate}"?` : '';
}
