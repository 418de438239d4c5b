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
  /** Names of those that no test noticed. */
  readonly survivors: readonly string[];
  readonly equivalent: readonly { readonly name: string; readonly reason: string }[];
}

/** Undefined as long as one of the mutations has no outcome. */
export function summaryOf(
  mutations: readonly Mutation[],
  outcomeOf: (mutation: Mutation) => Outcome | undefined,
): MutationSummary | undefined {
  const tried = mutations.filter(({ equivalent }) => equivalent === undefined);
  const outcomes = tried.map((mutation) => ({ mutation, outcome: outcomeOf(mutation) }));
  if (outcomes.some(({ outcome }) => outcome === undefined)) return undefined;
  const survivors = outcomes.filter(({ outcome }) => outcome === 'survived');
  return {
    tried: tried.length,
    killed: tried.length - survivors.length,
    survivors: survivors.map(({ mutation: { name } }) => name),
    equivalent: mutations.flatMap(({ name, equivalent }) =>
      equivalent === undefined ? [] : [{ name, reason: equivalent }],
    ),
  };
}
