import type { Failure } from '../base/plugin-error.ts';

/** What one check of `check` found. */
export interface Finding {
  readonly status: 'ok' | 'warn' | 'FAIL';
  /** A word or two: `certificate`. */
  readonly what: string;
  readonly detail: string;
  /** What to do. */
  readonly hint?: string | undefined;
  /** These keys, or this server, do not show it: `ok` says nothing then. */
  readonly unseen?: true;
  /** Of a FAIL: what kind of failure it is. */
  readonly failure?: Failure | undefined;
  /** Another host that it is about. */
  readonly host?: string | undefined;
}

/** Figures of a check, for machines. */
export interface Figures {
  /** Seconds since the last good backup began. */
  readonly age?: number | undefined;
  /** Seconds. */
  readonly latency?: number | undefined;
  /** Bytes a second. */
  readonly up?: number | undefined;
  readonly down?: number | undefined;
}

export type Worst = Finding['status'];

/** The worst of all. */
export function worstOf(findings: readonly Finding[]): Worst {
  if (findings.some(({ status }) => status === 'FAIL')) return 'FAIL';
  return findings.some(({ status }) => status === 'warn') ? 'warn' : 'ok';
}
