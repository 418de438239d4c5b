/** One small change of the program that would hurt its users, and the tests that must notice it. */
export interface Mutation {
  /** What a user would suffer, in a few words; unique. */
  readonly name: string;
  /** The file that is changed, from the root of the repository. */
  readonly file: string;
  /** Occurs exactly once in the file. */
  readonly find: string;
  readonly replace: string;
  /** Test files that are run on the changed program, the quickest first; the first failure ends the run. */
  readonly tests: readonly string[];
  /** No test can tell the changed program from the original: the reason why. */
  readonly equivalent?: string;
}

/** A mutation as it is written in a list of one file: see {@link mutationsOf}. */
export type Change = Omit<Mutation, 'file' | 'tests'> & {
  /** In place of the tests of the list. */
  readonly tests?: readonly string[];
};

/** The mutations of one file: `tests` must notice those that name no others. */
export function mutationsOf(
  file: string,
  tests: readonly string[],
  changes: readonly Change[],
): readonly Mutation[] {
  return changes.map((change) => ({ tests, ...change, file }));
}

/** How often `find` occurs in the text. */
export function occurrences(text: string, find: string): number {
  return text.split(find).length - 1;
}

/** @throws when the place of the change is not there exactly once. */
export function mutated(text: string, { name, file, find, replace }: Mutation): string {
  const times = occurrences(text, find);
  if (times !== 1) throw new Error(`"${name}": the text to find is ${times} times in ${file}`);
  return text.replace(find, () => replace);
}

/** The line that is most like the first line of `find`, for whoever brings a list up to date. */
export function nearestLine(
  text: string,
  find: string,
): { readonly line: number; readonly text: string } | undefined {
  const [wanted = ''] = find.split('\n');
  const words = wordsOf(wanted);
  let best: { line: number; text: string; score: number } | undefined;
  for (const [index, line] of text.split('\n').entries()) {
    const there = wordsOf(line);
    const shared = [...words].filter((word) => there.has(word)).length;
    const score = shared / Math.max(1, words.size + there.size - shared);
    if (score > (best?.score ?? 0)) best = { line: index + 1, text: line.trim(), score };
  }
  return best === undefined ? undefined : { line: best.line, text: best.text };
}

function wordsOf(text: string): Set<string> {
  return new Set(text.match(/\w+|[^\w\s]+/g));
}
