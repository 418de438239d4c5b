import type { Lane } from '../measure/lane.ts';
import type { Endpoint, Peer } from '../peers/peer.ts';

/** What cases are made of on this machine. */
export interface Place {
  readonly http: Endpoint;
  readonly https: Endpoint;
  readonly network: Endpoint;
  /** For files that lanes need. */
  readonly folder: string;
  /** A file of this many bytes. */
  readonly file: (bytes: number) => string;
}

export const GROUPS = ['start-up', 'up', 'down', 'network', 'crowds', 'slow', 'lists', 'growth'] as const;
export type Group = (typeof GROUPS)[number];

/** One thing that is measured with every peer. */
export interface Case {
  /** Names it on the command line, in results and in markers. */
  readonly id: string;
  readonly group: Group;
  /** For people, with the sizes that were used. */
  readonly title: string;
  /** How often, unless it takes too long. */
  readonly runs: number;
  /** Bytes that one run moves; 0 where processes count, not bytes. */
  readonly bytes: number;
  /** How many processes a run starts. */
  processes(peer: Peer): number;
  /** Measured with our plugin alone, with plugins only, or with ours and the keys from elsewhere than its file. */
  readonly only?: 'ours' | 'plugins' | 'sign-ins';
  /** Seconds that a peer may take for all its runs before it gets no further one. Ours gets all. */
  readonly patience?: number;
  /** Seconds that anyone may take for one run. */
  readonly limit?: number;
  /** The processes of a run; undefined when the peer can't do it. */
  lanes(peer: Peer, place: Place): readonly Lane[] | undefined;
}

/** How large the cases are: as the issue asks, or so small that all of them take seconds. */
export interface Scale {
  readonly quick: boolean;
  /** Bytes, or how many, in the full bench and in the quick one. */
  readonly pick: <T>(full: T, quick: T) => T;
}

export function scaleOf(quick: boolean): Scale {
  return { quick, pick: (full, small) => (quick ? small : full) };
}

/** For cases of many short runs. */
export const SHORT_PATIENCE = 5;

const BLOCK = 1024 * 1024;

/** A producer of `bytes` bytes that costs as little as possible. */
export function produce(bytes: number): { argv: readonly string[] } {
  const block = Math.min(bytes, BLOCK);
  return { argv: ['dd', 'if=/dev/zero', `bs=${block}`, `count=${bytes / block}`] };
}

export const CONSUME = { argv: ['cat'] } as const;
