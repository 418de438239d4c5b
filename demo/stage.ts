import type { Backup } from './backup.ts';
import type { Cluster } from './cluster.ts';
import type { Shell } from './shell.ts';
import type { Store } from './store.ts';
import type { Summary } from './summary.ts';
import type { Database } from './tables.ts';

/** What every act of the play works with. */
export interface Stage {
  readonly cluster: Cluster;
  readonly database: Database;
  readonly shell: Shell;
  readonly store: Store;
  readonly summary: Summary;
  /** A file a table and segment, compressed by gzip: gpbackup's default. */
  readonly perTable: Backup;
  /** One uncompressed file a segment: `--single-data-file --no-compression`. */
  readonly single: Backup;
}

/** Shows how far an act is. */
export type Show = (text: string) => void;
