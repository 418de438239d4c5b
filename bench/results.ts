import type { Machine } from '../lab/machine.ts';
import type { Group } from './cases/case.ts';

/** One run of one case by one peer. */
export interface Sample {
  /** Seconds. */
  readonly wall: number;
  /** CPU seconds of the measured processes, of those that took their output, and of the sink. */
  readonly cpu: number;
  readonly consumerCpu: number;
  readonly sinkCpu: number;
  /** Bytes resident at the most: of the largest process, and the sum of all processes' own. */
  readonly peak: number;
  readonly peakSum: number;
  readonly requests: number;
  /** Bytes of HTTP in both directions. */
  readonly wire: number;
}

/** What a peer showed in a case. */
export interface PeerResult {
  readonly peer: string;
  readonly runs: number;
  readonly processes: number;
  /** Of each figure, over the runs. */
  readonly medians: Sample;
  /** Medians of the ratios to our plugin, run by run; 1 for ours. Undefined without a partner. */
  readonly ratios: { readonly wall?: number; readonly cpu?: number; readonly cpuWithConsumer?: number };
}

export interface CaseResult {
  readonly id: string;
  readonly group: Group;
  readonly title: string;
  readonly bytes: number;
  readonly peers: readonly PeerResult[];
}

/** Private writable mappings in bytes, as hosts with vm.overcommit_memory = 2 count them. */
export interface CommitCharge {
  readonly peer: string;
  readonly idle: number;
  readonly busy: number;
}

/** All that a bench on one machine has shown; what `docs/performance.json` keeps. */
export interface Results {
  readonly machine: Machine;
  readonly versions: readonly string[];
  readonly quick: boolean;
  readonly cases: Readonly<Record<string, CaseResult>>;
  readonly commitCharge: readonly CommitCharge[];
}
