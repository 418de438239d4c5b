import {
  baseName,
  type Compression,
  classifyFile,
  isProbe,
  isStatistics,
  mayHaveNoBytes,
} from '../backup/file-name.ts';
import { LEAST_BYTES } from '../codec/check-of.ts';
import type { S3Client } from '../s3/client.ts';
import { type ListedObject, listObjects } from '../s3/operations/list-objects.ts';
import type { ArchivedObject } from './archived.ts';

/** Whether no complete file of that kind and compression is so short. */
function isCut(size: number, kind: 'table' | 'single data file', compression: Compression): boolean {
  if (compression === 'none') return false;
  if (size === 0 && mayHaveNoBytes(kind, compression)) return false;
  return size < LEAST_BYTES[compression];
}

/** The data of a table in the default mode on the coordinator (WarehousePG), whose content id is -1. */
const ON_COORDINATOR = /^gpbackup_-1_\d{14}_(\d+)(?:\.gz|\.zst)?$/;

/** Above any cluster's: a larger number is no segment's, and a bit of that number no small one. */
const MOST_SEGMENTS = 100_000;

/** What the list of a backup's folder shows. */
export interface Survey {
  readonly objects: number;
  /** Of all objects. */
  readonly bytes: number;
  /** Keys of data files that are shorter than an empty stream of their compression. */
  readonly cut: readonly string[];
  /** Files with the data of a table on a segment. */
  readonly tableFiles: number;
  /** By a table's OID: the segments that have a file of it, a bit each. */
  readonly tables: ReadonlyMap<number, bigint>;
  /** OIDs of tables with data on the coordinator. */
  readonly onCoordinator: ReadonlySet<number>;
  /** Segments with a single data file, a bit each. */
  readonly single: bigint;
  /** Segments with the contents of a single data file, a bit each. */
  readonly contents: bigint;
  /** The sizes of the coordinator's files by what follows the timestamp in their names: `toc.yaml`, `report` … */
  readonly coordinator: ReadonlyMap<string, number>;
  /** Those that may have to be brought back before they are read. */
  readonly archived: readonly ArchivedObject[];
}

/**
 * Lists a backup's folder.
 * @throws {S3Error} also when listing is not permitted
 */
export async function surveyBackup(client: S3Client, prefix: string): Promise<Survey> {
  const survey = new Surveyor();
  for await (const page of listObjects(client, prefix)) for (const object of page) survey.add(object);
  return survey.seen();
}

/** Makes a survey of the objects of a backup, one after the other. */
export class Surveyor {
  readonly #tables = new Map<number, bigint>();
  readonly #onCoordinator = new Set<number>();
  readonly #coordinator = new Map<string, number>();
  readonly #cut: string[] = [];
  readonly #archived: ArchivedObject[] = [];
  #objects = 0;
  #bytes = 0;
  #tableFiles = 0;
  #single = 0n;
  #contents = 0n;

  add({ key, size, archiveClass }: ListedObject): void {
    const name = baseName(key);
    if (isProbe(name) || isStatistics(name)) return;
    this.#objects += 1;
    this.#bytes += size;
    if (archiveClass !== undefined) this.#archived.push({ key, storageClass: archiveClass });
    const file = classifyFile(name);
    if ('segment' in file && file.segment >= MOST_SEGMENTS) return;
    if (file.kind === 'table' || file.kind === 'single data file') {
      if (isCut(size, file.kind, file.compression)) this.#cut.push(key);
      const bit = 1n << BigInt(file.segment);
      if (file.kind === 'single data file') {
        this.#single |= bit;
      } else {
        this.#tableFiles += 1;
        const oid = Number(/_(\d+)(?:\.\w+)?$/.exec(name)?.[1]);
        this.#tables.set(oid, (this.#tables.get(oid) ?? 0n) | bit);
      }
    } else if (file.kind === 'segment contents') {
      this.#contents |= 1n << BigInt(file.segment);
    } else {
      const oid = ON_COORDINATOR.exec(name)?.[1];
      if (oid !== undefined) this.#onCoordinator.add(Number(oid));
      const kind = /^gpbackup_\d{14}_(.+)$/.exec(name)?.[1];
      if (kind !== undefined) this.#coordinator.set(kind, size);
    }
  }

  seen(): Survey {
    return {
      objects: this.#objects,
      bytes: this.#bytes,
      cut: this.#cut,
      tableFiles: this.#tableFiles,
      tables: this.#tables,
      onCoordinator: this.#onCoordinator,
      single: this.#single,
      contents: this.#contents,
      coordinator: this.#coordinator,
      archived: this.#archived,
    };
  }
}

/** The numbers of a mask's bits, in order. */
export function segmentsOf(mask: bigint): number[] {
  const digits = mask.toString(2);
  const numbers: number[] = [];
  for (let bit = 0; bit < digits.length; bit += 1) if (digits.at(-1 - bit) === '1') numbers.push(bit);
  return numbers;
}
