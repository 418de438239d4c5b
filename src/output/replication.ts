import type { ReplicatedSet, ReplicationReport } from '../catalogue/replication-report.ts';
import { escapeControls } from '../log/line.ts';
import { isoOf } from './backup-rows.ts';
import { counted, spaced } from './deletion.ts';
import type { Answer } from './result.ts';

type Places = Readonly<Record<'from' | 'to', string>>;

/** `replicated 20260102030405 from s3://… to s3://…: 12 objects, 3 MB, 2 were there already (the server copied)`. */
export function replicationLine({ from, to }: Places, { sets, within }: ReplicationReport): string {
  const copied = sum(sets, (set) => set.copied);
  const already = sum(sets, (set) => set.objects) - copied;
  const there = already === 0 ? '' : `, ${already} were there already`;
  const how = within ? 'the server copied' : 'through this host';
  const names = sets.map((set) => set.timestamp).join(', ');
  const bytes = spaced(sum(sets, (set) => set.copiedBytes));
  return `replicated ${names} from ${from} to ${to}: ${counted(copied, 'object')}, ${bytes}${there} (${how})`;
}

function sum(sets: readonly ReplicatedSet[], of: (set: ReplicatedSet) => number): number {
  return sets.reduce((total, set) => total + of(set), 0);
}

/** What replicate_backup says. */
export function replicationAnswer(
  timestamp: string,
  places: Places,
  report: ReplicationReport,
  seconds: number,
): Answer {
  const { sets, within, warnings } = report;
  return {
    kind: 'answer',
    warnings,
    data: {
      timestamp,
      ...places,
      method: within ? 'server-side copy' : 'through this host',
      objects: sum(sets, (set) => set.objects),
      bytes: sum(sets, (set) => set.bytes),
      copied: sum(sets, (set) => set.copied),
      copied_bytes: sum(sets, (set) => set.copiedBytes),
      duration_seconds: Math.round(seconds * 1000) / 1000,
      sets: sets.map((set) => ({
        timestamp: set.timestamp,
        date: isoOf(set.timestamp),
        objects: set.objects,
        bytes: set.bytes,
        copied: set.copied,
        copied_bytes: set.copiedBytes,
        replaced: set.replaced,
      })),
    },
    text: () => [`${escapeControls(replicationLine(places, report))}\n`],
  };
}
