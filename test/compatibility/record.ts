import { appendFileSync } from 'node:fs';
import type { Candidate } from './candidate.ts';
import type { Capability, Seen } from './capabilities.ts';

/** One line of the file that a run of the suite leaves behind. */
export interface SeenLine extends Seen {
  readonly name: string;
  readonly title: string;
  readonly kind: Candidate['kind'];
  readonly capability: Capability;
}

/** Appends what was seen to the file that the environment names, if it names one. */
export function recordSeen(candidate: Candidate, capability: Capability, seen: Seen): void {
  const file = process.env['CAPABILITIES'];
  if (file === undefined) return;
  const { name, title, kind } = candidate;
  const line: SeenLine = { name, title, kind, capability, ...seen };
  appendFileSync(file, `${JSON.stringify(line)}\n`);
}
