import type { Capability } from './capabilities.ts';
import type { Trial } from './trial.ts';

/** What the program must do on every server, and what it shows of the server. */
export interface Case {
  /** Also names the case's folder in the bucket. */
  readonly id: string;
  /** A rule. */
  readonly title: string;
  /** Every one of them is seen when the case has passed. */
  readonly shows: readonly Capability[];
  /** Milliseconds; the default is for servers that take a second for a request. */
  readonly patience?: number;
  /** Fails when the program does the wrong thing on this server. */
  check(trial: Trial): Promise<void>;
}
