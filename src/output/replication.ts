import { escapeControls } from '../log/line.ts';
import { isoOf } from './backup-rows.ts';
import { counted, spaced } from './deletion.ts';
import type { Answer } from './result.ts';

/** One backup of a replication. */
interface Replicated {
  readonly timestamp: string;
  readonly objects: number;
  readonly bytes: number;
  readonly copied: number;
  readonly copiedBytes: number;
  readonly replaced: number;
}

interface Report {
  readonly sets: readonly Replicated[];
  readonly within: boolean;
  readonly warnings: readonly string[];
}

/** What replicate_backup says, and the one line of it for the log. */
export function replicationAnswer(
  timestamp: string,
  { from, to }: { readonly from: string; readonly to: string },
  { sets, within, warnings }: Report,
  seconds: number,
): Answer & { readonly line: string } {
  const total = (of: (set: Replicated) => number): number => sets.reduce((sum, set) => sum + of(set), 0);
  const copied = total((set) => set.copied);
  const already = total((set) => set.objects) - copied;
  const there = already === 0 ? '' : `, ${already} were there already`;
  const how = within ? 'the server copied' : 'through this host';
  const line = `replicated ${sets.map((set) => set.timestamp).join(', ')} from ${from} to ${to}: ${counted(copied, 'object')}, ${spaced(total((set) => set.copiedBytes))}${there} (${how})`;
  return {
    kind: 'answer',
    line,
    warnings,
    data: {
      timestamp,
      from,
      to,
      method: within ? 'server-side copy' : 'through this host',
      objects: total((set) => set.objects),
      bytes: total((set) => set.bytes),
      copied,
      copied_bytes: total((set) => set.copiedBytes),
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
    text: () => [`${escapeControls(line)}\n`],
  };
}
