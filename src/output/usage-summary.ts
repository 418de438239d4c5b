import { typeOfBackup } from '../backup/backup-config.ts';
import { formatSize } from '../base/bytes.ts';
import { type BackupSet, databaseOf } from '../catalogue/backup-set.ts';
import type { HiddenData } from '../catalogue/hidden-data.ts';
import type { FolderContents } from '../catalogue/places-of-sets.ts';
import { textTable } from './table.ts';

export const USAGE_GROUPS = ['database', 'month', 'type', 'class'] as const;
export type UsageGroup = (typeof USAGE_GROUPS)[number];

export function isUsageGroup(text: string): text is UsageGroup {
  return USAGE_GROUPS.some((group) => group === text);
}

/** A line of `usage --by`. */
export interface GroupRow {
  /** The database, `2026-01`, the type of backup, or the storage class; `unknown` where a backup does not say. */
  readonly group: string;
  readonly sets: number;
  readonly objects: number;
  readonly bytes: number;
}

/** What `usage` tells, as `--json` has it; null is what is not known. */
export interface UsageSummary {
  readonly sets: number;
  /** Of the backups. */
  readonly objects: number;
  readonly bytes: number;
  /** Below the folder, and of no backup. */
  readonly other_objects: number;
  readonly other_bytes: number;
  readonly unfinished_uploads: number | null;
  readonly unfinished_bytes: number | null;
  readonly old_versions: number | null;
  readonly old_version_bytes: number | null;
  readonly delete_markers: number | null;
  /** Everything that is known to take up room. */
  readonly total_bytes: number;
  readonly by: UsageGroup | null;
  readonly groups: readonly GroupRow[];
}

/** Adds up backups, one after the other. */
export class UsageCount {
  readonly #by: UsageGroup | undefined;
  readonly #groups = new Map<string, GroupRow>();
  #sets = 0;
  #objects = 0;
  #bytes = 0;

  constructor(by: UsageGroup | undefined) {
    this.#by = by;
  }

  add(set: BackupSet): void {
    this.#sets += 1;
    this.#objects += set.objects;
    this.#bytes += set.bytes;
    for (const row of rowsOf(set, this.#by)) {
      const before = this.#groups.get(row.group);
      this.#groups.set(row.group, {
        group: row.group,
        sets: (before?.sets ?? 0) + 1,
        objects: (before?.objects ?? 0) + row.objects,
        bytes: (before?.bytes ?? 0) + row.bytes,
      });
    }
  }

  summary(folder: FolderContents, hidden: HiddenData): UsageSummary {
    const { unfinishedBytes = 0, oldVersionBytes = 0 } = hidden;
    return {
      sets: this.#sets,
      objects: this.#objects,
      bytes: this.#bytes,
      other_objects: folder.otherObjects,
      other_bytes: folder.otherBytes,
      unfinished_uploads: hidden.unfinishedUploads ?? null,
      unfinished_bytes: hidden.unfinishedBytes ?? null,
      old_versions: hidden.oldVersions ?? null,
      old_version_bytes: hidden.oldVersionBytes ?? null,
      delete_markers: hidden.deleteMarkers ?? null,
      total_bytes: this.#bytes + folder.otherBytes + unfinishedBytes + oldVersionBytes,
      by: this.#by ?? null,
      groups: [...this.#groups.values()].toSorted((one, other) => (one.group < other.group ? -1 : 1)),
    };
  }
}

function rowsOf(set: BackupSet, by: UsageGroup | undefined): readonly Omit<GroupRow, 'sets'>[] {
  const { objects, bytes, timestamp, config } = set;
  switch (by) {
    case undefined:
      return [];
    case 'database':
      return [{ group: databaseOf(set) ?? 'unknown', objects, bytes }];
    case 'month':
      return [{ group: `${timestamp.slice(0, 4)}-${timestamp.slice(4, 6)}`, objects, bytes }];
    case 'type':
      return [{ group: config === undefined ? 'unknown' : typeOfBackup(config), objects, bytes }];
    case 'class':
      return [...set.classes].map(([group, stored]) => ({
        group,
        objects: set.objectsOfClass.get(group) ?? 0,
        bytes: stored,
      }));
  }
}

function usageRow(what: string, count: number | null, bytes: number | null): string[] {
  return [
    what,
    count === null ? 'unknown' : String(count),
    bytes === null ? (count === 0 ? formatSize(0) : 'unknown') : formatSize(bytes),
  ];
}

/** What `usage` prints for people. */
export function* usageText(usage: UsageSummary): Generator<string> {
  if (usage.by !== null) {
    yield* textTable(
      [
        { title: usage.by.toUpperCase() },
        { title: 'BACKUPS', right: true },
        { title: 'OBJECTS', right: true },
        { title: 'SIZE', right: true },
      ],
      usage.groups.map(({ group, sets, objects, bytes }) => [
        group,
        String(sets),
        String(objects),
        formatSize(bytes),
      ]),
    );
    yield '\n';
  }
  yield* textTable(
    [{ title: 'WHAT' }, { title: 'COUNT', right: true }, { title: 'SIZE', right: true }],
    [
      usageRow('backups', usage.sets, usage.bytes),
      usageRow('objects of backups', usage.objects, usage.bytes),
      usageRow('other objects', usage.other_objects, usage.other_bytes),
      usageRow('unfinished uploads', usage.unfinished_uploads, usage.unfinished_bytes),
      usageRow('old versions', usage.old_versions, usage.old_version_bytes),
      usageRow('delete markers', usage.delete_markers, 0),
      ['all', '', formatSize(usage.total_bytes)],
    ],
  );
}
