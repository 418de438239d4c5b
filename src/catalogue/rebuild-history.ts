import type { S3Client } from '../s3/client.ts';
import { AheadOf } from './ahead.ts';
import { addDraft, createDrafts, enterDrafts, knownSets } from './history-drafts.ts';
import type { HistoryFile } from './history-file.ts';
import type { HistoryEntry } from './history-schema.ts';
import { listTimestamps, readReport, readSet } from './read-sets.ts';

/** What became of the sets in the bucket; timestamps in order. */
export interface Rebuilt {
  readonly added: readonly string[];
  /** They were there, and lists of them that were lost are there again. */
  readonly completed: readonly string[];
  /** All that were there. */
  readonly present: readonly string[];
  readonly skipped: readonly { readonly timestamp: string; readonly reason: string }[];
  readonly warnings: readonly string[];
}

const AT_ONCE = 16;

/**
 * Adds to a history what is in the bucket and not in it. Everything is read first, and then entered in one short
 * transaction: gpbackup waits only 5 seconds for a lock (its SQLite driver's default).
 * @throws {S3Error | HistoryError}
 */
export async function rebuildHistory(
  client: S3Client,
  folder: string,
  history: HistoryFile,
  tell: (done: number, total: number) => void,
): Promise<Rebuilt> {
  const timestamps = (await listTimestamps(client, folder)).toReversed();
  const known = await history.read(knownSets);
  const present = timestamps.filter((timestamp) => known.has(timestamp));
  const wanted = timestamps.filter((timestamp) => known.get(timestamp) !== 'complete');
  const skipped: { timestamp: string; reason: string }[] = [];
  const warnings: string[] = [];
  history.draft(createDrafts);
  let [done, drafts] = [0, 0];
  const reading = async (timestamp: string): Promise<Found> => await findEntry(client, folder, timestamp);
  for await (const found of new AheadOf(wanted, AT_ONCE, reading)) {
    done += 1;
    tell(done, wanted.length);
    if (found.entry !== undefined) {
      const { entry } = found;
      history.draft((database) => addDraft(database, entry));
      drafts += 1;
      if (found.warning !== undefined) warnings.push(found.warning);
    } else if (found.reason !== undefined && !known.has(found.timestamp)) {
      skipped.push({ timestamp: found.timestamp, reason: found.reason });
    }
  }
  // A file that lacks nothing need not be writable.
  const entered = drafts === 0 ? { added: [], completed: [] } : await history.change(enterDrafts);
  return { ...entered, present, skipped, warnings };
}

interface Found {
  readonly timestamp: string;
  readonly entry?: HistoryEntry;
  /** Why there is no entry; undefined also where the set has gone meanwhile. */
  readonly reason?: string | undefined;
  readonly warning?: string | undefined;
}

async function findEntry(client: S3Client, folder: string, timestamp: string): Promise<Found> {
  const set = await readSet(client, folder, timestamp);
  if (set === undefined) return { timestamp };
  const { config, status, files, problem, prefix } = set;
  if (status === 'Running') return { timestamp, reason: 'it is being written' };
  if (config === undefined)
    return { timestamp, reason: files.has('config.yaml') ? problem : 'its config file is missing' };
  // gpbackup enters a backup when it knows what to store, and notes that time as the end.
  if (config.endTime === '' && status === 'Failure')
    return { timestamp, reason: 'it failed before gpbackup entered it in its history' };
  const size = files.get('report');
  const report = set.report ?? (await readReport(client, `${prefix}gpbackup_${timestamp}_report`, size));
  if (config.endTime === '' && /(?:^|\s)--no-history(?:=true)?(?:\s|$)/.test(report?.commandLine ?? ''))
    return { timestamp, reason: 'it was made with --no-history' };
  const entry = { timestamp, config, endTime: report?.endTime || config.endTime, status };
  if (report !== undefined || size === undefined) return { timestamp, entry };
  return {
    timestamp,
    entry,
    warning: `the end of ${timestamp} may be some seconds early: its report can't be read`,
  };
}
