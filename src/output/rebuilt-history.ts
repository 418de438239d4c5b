import type { Rebuilt } from '../catalogue/rebuild-history.ts';
import { isoOf } from './backup-rows.ts';
import { counted } from './deletion.ts';
import { textTable } from './table.ts';

/** What `rebuild_history` did, as `--json` has it. */
export interface RebuiltResult {
  readonly file: string;
  /** Whether there was no such file before. */
  readonly created: boolean;
  readonly added: readonly string[];
  readonly completed: readonly string[];
  readonly present: readonly string[];
  readonly skipped: readonly { readonly timestamp: string; readonly date: string; readonly reason: string }[];
}

export function rebuiltResult(
  file: string,
  created: boolean,
  { added, completed, present, skipped }: Rebuilt,
): RebuiltResult {
  return {
    file,
    created,
    added,
    completed,
    present,
    skipped: skipped.map(({ timestamp, reason }) => ({ timestamp, date: isoOf(timestamp), reason })),
  };
}

/** A line for each set that was not there, and a sum. */
export function* rebuiltText({
  added,
  completed,
  present,
  skipped,
  created,
}: RebuiltResult): Iterable<string> {
  const rows = [
    ...added.map((timestamp) => ({ timestamp, what: 'added', why: '' })),
    ...completed.map((timestamp) => ({
      timestamp,
      what: 'completed',
      why: 'lists of its tables were missing',
    })),
    ...skipped.map(({ timestamp, reason }) => ({ timestamp, what: 'skipped', why: reason })),
  ].toSorted((one, other) => (one.timestamp < other.timestamp ? -1 : 1));
  if (rows.length > 0) {
    yield* textTable(
      [{ title: 'TIMESTAMP' }, { title: 'HISTORY' }, { title: 'REASON' }],
      rows.map(({ timestamp, what, why }) => [timestamp, what, why]),
    );
  }
  const where = created && added.length > 0 ? ' in a new file' : '';
  yield `added ${counted(added.length, 'backup')}${where}, ${present.length} were there, ${skipped.length} skipped\n`;
}
