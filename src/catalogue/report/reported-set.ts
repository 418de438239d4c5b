import type { BackupSet } from '../backup-set.ts';
import type { Finding } from '../wholeness.ts';
import type { ReplicaState } from './replica-state.ts';
import type { ReportText } from './report-text.ts';

/** A lock of a backup: none, until when, or not known. */
export type LockState =
  | { readonly kind: 'none' }
  | { readonly kind: 'not known' }
  | { readonly kind: 'locked'; readonly mode: string; readonly until: Date | undefined };

/** A backup as the report shows it. */
export interface ReportedSet {
  readonly set: BackupSet;
  readonly finished: Date | undefined;
  /** Tables with data, and their rows; undefined where there is no table of contents. */
  readonly tables: number | undefined;
  readonly rows: number | undefined;
  /** Bytes of data files by content id. */
  readonly segmentBytes: ReadonlyMap<number, number>;
  /** What is missing of it by its list and table of contents; undefined where that can't be said. */
  readonly findings: readonly Finding[] | undefined;
  /** Backups that its data is restored from and that are not there, or did not succeed. */
  readonly brokenBases: readonly string[];
  readonly text: ReportText;
  readonly lock: LockState;
  readonly replica: ReplicaState;
}
