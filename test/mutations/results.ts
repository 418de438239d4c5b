import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { Outcome } from './lane.ts';
import type { Mutation } from './mutation.ts';

/** What came of one mutation, and of which texts that is true. */
export interface Result {
  readonly outcome: Outcome;
  readonly seconds: number;
  /** Of the mutation, its file and its tests. */
  readonly own: string;
  /** Of all of the program, its tests and their lab. */
  readonly tree: string;
}

/** What `npm run mutate` found, kept after each mutation so that a run can be taken up again. */
export class Results {
  readonly #path: string;
  readonly #byName: Map<string, Result>;

  constructor(path: string) {
    this.#path = path;
    const kept: unknown = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {};
    this.#byName = new Map(Object.entries(kept as Record<string, Result>));
  }

  of({ name }: Mutation): Result | undefined {
    return this.#byName.get(name);
  }

  add({ name }: Mutation, result: Result): void {
    this.#byName.set(name, result);
    writeFileSync(this.#path, `${JSON.stringify(Object.fromEntries(this.#byName), null, 1)}\n`);
  }
}

/** A part of docs/reliability.json: what the tests notice. */
export interface MutationSummary {
  readonly tried: number;
  readonly killed: number;
  /** In the list, but not tried since they, their file or their tests were changed. */
  readonly untried: number;
  /** Names of those that no test noticed. */
  readonly survivors: readonly string[];
  readonly equivalent: readonly { readonly name: string; readonly reason: string }[];
}

/** What has come of these mutations so far. */
export function summaryOf(
  mutations: readonly Mutation[],
  outcomeOf: (mutation: Mutation) => Outcome | undefined,
): MutationSummary {
  const listed = mutations.filter(({ equivalent }) => equivalent === undefined);
  const outcomes = listed.map((mutation) => ({ mutation, outcome: outcomeOf(mutation) }));
  const tried = outcomes.filter(({ outcome }) => outcome !== undefined);
  const survivors = tried.filter(({ outcome }) => outcome === 'survived');
  return {
    tried: tried.length,
    killed: tried.length - survivors.length,
    untried: listed.length - tried.length,
    survivors: survivors.map(({ mutation: { name } }) => name),
    equivalent: mutations.flatMap(({ name, equivalent }) =>
      equivalent === undefined ? [] : [{ name, reason: equivalent }],
    ),
  };
}
