import { UsageError } from '../base/plugin-error.ts';

/** Where a set-up or cleanup hook runs. `master` is the older name of `coordinator`. */
export type Scope = 'coordinator' | 'segment_host' | 'segment';

const SCOPES: Readonly<Record<string, Scope>> = {
  master: 'coordinator',
  coordinator: 'coordinator',
  segment_host: 'segment_host',
  segment: 'segment',
};

export function parseScope(text: string): Scope {
  const scope = Object.hasOwn(SCOPES, text) ? SCOPES[text] : undefined;
  if (scope !== undefined) return scope;
  throw new UsageError(`"${text}" is not a valid scope (expected ${Object.keys(SCOPES).join(', ')})`);
}

/** Checks the content id of a hook, which may arrive with its double quotes: `"-1"`, `-1`, `3`. */
export function checkContentId(text: string | undefined): void {
  if (text === undefined || /^("?)-?\d+\1$/.test(text)) return;
  throw new UsageError(
    `"${text}" is not a valid content id (expected -1 for the coordinator, or the number of a segment)`,
  );
}
