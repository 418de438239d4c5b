import type { RetainedSet } from './retained-set.ts';

/**
 * Sets in an order in which what is built on another goes before it: a run that ends in the middle leaves no chain
 * without its base.
 */
export function dependentsFirst<S extends Pick<RetainedSet, 'timestamp' | 'needs'>>(
  sets: readonly S[],
): readonly S[] {
  const dependents = Map.groupBy(
    sets.flatMap((set) => (set.needs ?? []).map((base) => ({ base, set }))),
    ({ base }) => base,
  );
  const ordered = new Set<S>();
  // Each is begun once: a circle, which gpbackup can't make, ends where it began.
  const begun = new Set<S>();
  const pending = sets.toSorted((one, other) => (one.timestamp < other.timestamp ? -1 : 1));
  for (let set = pending.at(-1); set !== undefined; set = pending.at(-1)) {
    const before = begun.has(set)
      ? []
      : (dependents.get(set.timestamp) ?? []).map((each) => each.set).filter((each) => !begun.has(each));
    begun.add(set);
    if (before.length > 0) {
      pending.push(...before);
    } else {
      ordered.add(set);
      pending.pop();
    }
  }
  return [...ordered];
}
