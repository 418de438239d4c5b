import { join } from 'node:path';
import type { Instance } from './cluster.ts';

/** A table of the played database. */
export interface Table {
  readonly name: string;
  readonly oid: number;
  /** Bytes of its CSV on one segment, at least; 0: an empty table. */
  readonly bytes: number;
  /** It is one of those that the filtered restore asks for. */
  readonly wanted: boolean;
}

const MB = 1_000_000;

/** orders is larger than one part of an upload even when compressed; audit is empty, as some tables always are. */
export const TABLES: readonly Table[] = [
  { name: 'public.orders', oid: 16_385, bytes: 24 * MB, wanted: false },
  { name: 'public.lineitem', oid: 16_391, bytes: 5 * MB, wanted: true },
  { name: 'public.customer', oid: 16_402, bytes: 1.5 * MB, wanted: false },
  { name: 'public.region', oid: 16_410, bytes: 400, wanted: true },
  { name: 'public.audit', oid: 16_417, bytes: 0, wanted: true },
];

/** A table's rows on one segment. */
export interface TableData {
  /** Of its CSV. */
  readonly size: number;
  /** Its records. */
  readonly rows: number;
  readonly sha256: string;
}

/** All rows of one segment. */
export interface SegmentData {
  /** In the order of TABLES. */
  readonly tables: readonly TableData[];
  /** SHA-256 of all tables' CSV, one after the other: what its single data file must be. */
  readonly whole: string;
  /** SHA-256 of the wanted tables' CSV, one after the other: what the filtered restore must give. */
  readonly wanted: string;
}

/** All rows of all segments. */
export class Database {
  readonly #segments = new Map<number, SegmentData>();

  add({ content }: Instance, data: SegmentData): void {
    this.#segments.set(content, data);
  }

  on({ content }: Instance): SegmentData {
    const data = this.#segments.get(content);
    if (data === undefined) throw new Error(`no rows were made on segment ${content}`);
    return data;
  }

  of(segment: Instance, table: Table): TableData {
    const data = this.on(segment).tables[TABLES.indexOf(table)];
    if (data === undefined) throw new Error(`no rows were made of ${table.name}`);
    return data;
  }

  /** Rows of a table over some segments. */
  rowsOf(table: Table, segments: readonly Instance[]): number {
    return segments.reduce((sum, segment) => sum + this.of(segment, table).rows, 0);
  }

  /** Bytes of some tables over some segments. */
  bytesOf(tables: readonly Table[], segments: readonly Instance[]): number {
    return segments
      .flatMap((segment) => tables.map((table) => this.of(segment, table).size))
      .reduce((sum, size) => sum + size, 0);
  }
}

/** The CSV of a table in a segment's data folder. */
export function tablePath(dataFolder: string, { oid }: Table): string {
  return join(dataFolder, `${oid}.csv`);
}
