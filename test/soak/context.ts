import type { Fate } from '../faults/fault-case.ts';
import type { RealBucket } from '../faults/real-bucket.ts';
import type { SoakCommand } from './result.ts';
import type { Runner } from './runner.ts';

/** What all lanes of a soak share. */
export interface Soak {
  readonly runner: Runner;
  readonly random: () => number;
  readonly largest: number;
  /** A folder for files that are backed up and restored. */
  readonly folder: string;
  /** Aborted when the soak ends early: what comes of operations under way says nothing then. */
  readonly signal: AbortSignal;
  count(command: SoakCommand, fate: Fate): void;
  countKilled(): void;
  countBytes(direction: 'up' | 'down', bytes: number): void;
}

/** Where backups go for a time. */
export interface Place {
  readonly bucket: RealBucket;
  /** Config files to choose from. */
  readonly configs: readonly string[];
}

/** The plugin broke a promise. Its message says all that is known. */
export class Unsafe extends Error {
  override readonly name = 'Unsafe';
}
