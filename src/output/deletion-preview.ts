import { counted, deletionText } from './deletion.ts';

/** What `delete_backup --dry-run` says, as `--json` has it. */
export interface DeletionPreview {
  readonly where: string;
  readonly objects: number;
  readonly bytes: number;
  readonly uploads: number;
  /** Versions that would be deleted for good, besides. */
  readonly versions: number;
  /** Versions that the bucket would keep; null where it keeps none or does not show them. */
  readonly remaining: { readonly versions: number; readonly bytes: number } | null;
  readonly dry_run: true;
  /** Of the lock that lasts longest; null without one, and under a legal hold alone. */
  readonly locked_until: string | null;
  readonly legal_hold: boolean;
  /** Backups that are built on it, the latest first. */
  readonly dependents: readonly string[];
  /** Backups that may be: they are being written, or do not say. */
  readonly possible_dependents: readonly string[];
}

/** Names in a line, at most; the JSON has all. */
const MOST = 20;

export function* previewText(preview: DeletionPreview): Iterable<string> {
  const remaining = preview.remaining ?? undefined;
  const text = deletionText({ kind: 'deletion', ...preview, remaining });
  yield `${text.replace(/^deleted/, 'would delete').replace('the bucket keeps', 'the bucket would keep')}\n`;
  if (preview.locked_until !== null)
    yield `locked until ${preview.locked_until}: its versions can't be deleted before\n`;
  if (preview.legal_hold) yield "under a legal hold: its versions can't be deleted\n";
  const { dependents, possible_dependents: possible } = preview;
  if (dependents.length > 0)
    yield `${counted(dependents.length, 'backup')} built on it: ${few(dependents)}\n`;
  if (possible.length > 0)
    yield `${counted(possible.length, 'backup')} may be built on it, which do not say: ${few(possible)}\n`;
}

function few(timestamps: readonly string[]): string {
  const more = timestamps.length - MOST;
  return `${timestamps.slice(0, MOST).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
