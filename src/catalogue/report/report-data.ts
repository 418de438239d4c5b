import type { Uploads } from '../count-uploads.ts';
import type { ReportedSet } from './reported-set.ts';
import type { Streams } from './streams.ts';
import type { TableTrend } from './table-trends.ts';
import type { Verdict } from './verdict.ts';

/** All that a page shows. */
export interface ReportData {
  readonly made: Date;
  /** `s3://bucket/folder`. */
  readonly place: string;
  /** Of all backups below the folder, how many there are. */
  readonly total: number;
  /** The last ones, the latest first. */
  readonly sets: readonly ReportedSet[];
  readonly verdict: Verdict;
  readonly tables: readonly TableTrend[];
  /** Tables of which `tables` are some. */
  readonly tableCount: number;
  /** Of the last backup of which they are known. */
  readonly streams: Streams | undefined;
  /** Undefined where they could not be listed. */
  readonly uploads: Uploads | undefined;
  /** Why nothing more is known of the second site; undefined where all is, or there is none. */
  readonly secondFailure: string | undefined;
}
