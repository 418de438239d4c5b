import type { Machine } from '../../lab/machine.ts';
import type { Fate } from '../faults/fault-case.ts';

export const SOAK_COMMANDS = [
  'backup_data',
  'restore_data',
  'backup_file',
  'restore_file',
  'delete_backup',
] as const;

export type SoakCommand = (typeof SOAK_COMMANDS)[number];

/** What a soak showed. */
export interface SoakResult {
  readonly machine: Machine;
  readonly server: string;
  readonly seed: number;
  /** Processes at a time. */
  readonly processes: number;
  readonly seconds: number;
  /** How often the bucket was emptied, checked and replaced. */
  readonly rounds: number;
  readonly commands: Readonly<Record<SoakCommand, Readonly<Record<Fate, number>>>>;
  /** Processes ended by SIGKILL and SIGTERM; they are counted among the commands too. */
  readonly killed: number;
  /** Bytes of whole backups, and of restores, each compared. */
  readonly bytes: { readonly up: number; readonly down: number };
  /** How often each fault was put on a request or a connection. */
  readonly faults: Readonly<Record<string, number>>;
  /** Peaks of resident memory in bytes, over all processes that could be measured. */
  readonly memory: {
    readonly measured: number;
    readonly median: number;
    readonly p99: number;
    readonly max: number;
    /** Of the processes of each command. */
    readonly largest: Readonly<Record<SoakCommand, number>>;
  };
}

/** The smallest of the numbers that so large a share of them does not exceed. @throws when there is none. */
export function quantile(numbers: readonly number[], share: number): number {
  const value = numbers.toSorted((a, b) => a - b)[Math.max(0, Math.ceil(numbers.length * share) - 1)];
  if (value === undefined) throw new Error('no quantile of no numbers');
  return value;
}
