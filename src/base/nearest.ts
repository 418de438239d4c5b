/**
 * `, did you mean "X"?` for the known name nearest to a misspelt one, or nothing when none is near. Only an
 * error path needs it, so the library is loaded then.
 */
export async function nearest(name: string, known: readonly string[]): Promise<string> {
  const { closest, distance } = await import('fastest-levenshtein');
  const written = name.toLowerCase();
  const candidate = closest(written, [...known]);
  const withAllWords = known
    .filter((other) => hasWords(other, written))
    .toSorted((left, right) => left.length - right.length)[0];
  const limit = Math.max(2, Math.floor(candidate.length / 3));
  if (distance(written, candidate) > limit && withAllWords !== undefined)
    return `, did you mean "${withAllWords}"?`;
  return distance(written, candidate) <= limit ? `, did you mean "${candidate}"?` : '';
}

/** Whether a name has at least two words, all of which the other has, in this order: `aws_secret_key`. */
function hasWords(other: string, name: string): boolean {
  const words = name.split('_').filter((word) => word !== '');
  let from = 0;
  const theirs = other.split('_');
  return (
    words.length > 1 &&
    words.every((word) => {
      from = theirs.indexOf(word, from) + 1;
      return from > 0;
    })
  );
}
