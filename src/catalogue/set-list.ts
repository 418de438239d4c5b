import { type BackupFile, baseName, classifyFile, isProbe } from '../backup/file-name.ts';
import { ownText } from '../base/own-text.ts';
import type { ListedObject } from '../s3/operations/list-objects.ts';

/** A file of a set, as its list shows it. */
export interface SetFile {
  readonly name: string;
  readonly key: string;
  /** Bytes. */
  readonly size: number;
  /** Of its last change, as the server writes it. */
  readonly modified: string | undefined;
  readonly file: BackupFile;
}

/** The data of a table on the coordinator (WarehousePG), whose content id is -1. */
const ON_COORDINATOR = /^gpbackup_-1_\d{14}_(\d+)(?:\.gz|\.zst)?$/;

const COORDINATOR = /^gpbackup_(\d{14})_(.+)$/;
const TIMESTAMP = /^gpbackup_(?:-?\d+_)?(\d{14})(?:[_.]|$)/;

/** What the list of one set shows, gathered object by object; nothing of it keeps a page of the list in memory. */
export class SetList {
  readonly timestamp: string;
  objects = 0;
  bytes = 0;
  dataBytes = 0;
  dataFiles = 0;
  /** Objects that are of no backup or of another one, by their names. */
  foreign = 0;
  /** Of the first and the last change of an object, in milliseconds. */
  oldest = Infinity;
  newest = -Infinity;
  /** Segments with data files. */
  readonly segments = new Set<number>();
  /** Segments with a single data file, and with the contents of one. */
  readonly single = new Set<number>();
  readonly contents = new Set<number>();
  /** By a table's OID: how many segments have a file of it. */
  readonly tables = new Map<number, number>();
  /** How many tables have data on the coordinator. */
  onCoordinator = 0;
  readonly files = new Map<string, number>();
  readonly classes = new Map<string, number>();
  readonly objectsOfClass = new Map<string, number>();
  readonly #each: ((file: SetFile) => void) | undefined;
  #lastModified = '';
  #lastTime = Number.NaN;

  /** @param each is told of every file of the set */
  constructor(timestamp: string, each?: (file: SetFile) => void) {
    this.timestamp = timestamp;
    this.#each = each;
  }

  add({ key, size, modified, storageClass = 'STANDARD' }: ListedObject): void {
    const name = baseName(key);
    if (isProbe(name)) return;
    this.objects += 1;
    this.bytes += size;
    this.#addClass(storageClass, size);
    this.#addTime(modified);
    if (TIMESTAMP.exec(name)?.[1] !== this.timestamp) {
      this.foreign += 1;
      return;
    }
    const file = classifyFile(name);
    if (file.kind === 'table' || file.kind === 'single data file') {
      this.segments.add(file.segment);
      this.dataBytes += size;
      this.dataFiles += 1;
      if (file.kind === 'single data file') this.single.add(file.segment);
      else this.#addTable(name);
    } else if (file.kind === 'segment contents') {
      this.contents.add(file.segment);
    } else if (ON_COORDINATOR.test(name)) {
      this.onCoordinator += 1;
      this.dataBytes += size;
    } else {
      const kind = COORDINATOR.exec(name)?.[2];
      if (kind !== undefined) this.files.set(ownText(kind), size);
    }
    this.#each?.({ name, key, size, modified, file });
  }

  #addTable(name: string): void {
    const dot = name.indexOf('.');
    const oid = Number(name.slice(name.lastIndexOf('_') + 1, dot < 0 ? undefined : dot));
    this.tables.set(oid, (this.tables.get(oid) ?? 0) + 1);
  }

  #addClass(name: string, size: number): void {
    const own = this.classes.has(name) ? name : ownText(name);
    this.classes.set(own, (this.classes.get(own) ?? 0) + size);
    this.objectsOfClass.set(own, (this.objectsOfClass.get(own) ?? 0) + 1);
  }

  /** Many objects are of the same second. */
  #addTime(modified = ''): void {
    if (modified !== this.#lastModified) {
      this.#lastModified = modified;
      this.#lastTime = Date.parse(modified);
    }
    const time = this.#lastTime;
    if (Number.isNaN(time)) return;
    if (time < this.oldest) this.oldest = time;
    if (time > this.newest) this.newest = time;
  }
}
