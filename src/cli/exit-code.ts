import { type Failure, PluginError } from '../base/plugin-error.ts';
import type { Outcome } from '../output/result.ts';
import { SignalError } from '../process/signals.ts';
import type { CommandKind } from './command-entry.ts';

const OF_OUTCOME: Readonly<Record<Extract<Outcome, string>, number>> = {
  ok: 0,
  usage: 2,
  findings: 3,
  unreachable: 4,
  'nothing found': 5,
};
const OF_FAILURE: Readonly<Record<Failure, number>> = {
  failed: 1,
  usage: 2,
  unreachable: 4,
  'nothing found': 5,
};

/** The exit code of a command that has ended: other commands than those of the catalogue know 0 alone. */
export function exitCodeOf(kind: CommandKind, outcome: Outcome): number {
  if (kind !== 'catalogue') return 0;
  return typeof outcome === 'string' ? OF_OUTCOME[outcome] : outcome.exitCode;
}

/** The exit code of one that failed: 128 and the signal's number, or 1, which the catalogue's tell apart. */
export function exitCodeOfError(kind: CommandKind | undefined, error: unknown): number {
  if (error instanceof SignalError) return error.exitCode;
  return kind === 'catalogue' && error instanceof PluginError ? OF_FAILURE[error.failure] : 1;
}
