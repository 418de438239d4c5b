import { type CountedTable, wrongRows } from './compare-rows.ts';
import type { DataObject } from './data-object.ts';
import type { VerifyFinding } from './finding.ts';
import type { Inventory } from './inventory.ts';
import { tableName } from './table-files.ts';

/** The tables of these backups, of which nothing is counted yet, by timestamp and OID. */
export function countedTables(inventories: readonly Inventory[]): ReadonlyMap<string, CountedTable> {
  const tables = new Map<string, CountedTable>();
  for (const inventory of inventories)
    for (const entry of inventory.entries)
      tables.set(`${inventory.timestamp}/${entry.oid}`, countedTable(inventory, entry));
  return tables;
}

function countedTable({ timestamp, prefix, data }: Inventory, entry: CountedTable['entry']): CountedTable {
  const object = data.find(({ parts }) => parts.some((part) => part.entry === entry))?.object;
  const extension = /\.(?:gz|zst)$/.exec(object?.key ?? '')?.[0] ?? '';
  return { timestamp, prefix, extension, entry, rows: 0, perContent: new Map(), complete: true };
}

/** Adds the rows of an object to its tables; one without a number makes a table incomplete. */
export function count(
  tables: ReadonlyMap<string, CountedTable>,
  { timestamp }: Inventory,
  data: DataObject | undefined,
  rows: ReadonlyMap<number, number>,
): void {
  for (const { entry } of data?.parts ?? []) {
    const table = tables.get(`${timestamp}/${entry.oid}`);
    if (table === undefined || data === undefined) continue;
    const counted = rows.get(entry.oid);
    if (counted === undefined) {
      table.complete = false;
      continue;
    }
    table.rows += counted;
    table.perContent.set(data.content, counted);
  }
}

/** `TIMESTAMP` and, of a table's own file, `_OID`: of the data files that are missing. */
export function missingData(findings: readonly VerifyFinding[]): ReadonlySet<string> {
  const named = findings.map(({ kind, key }) =>
    kind === 'missing'
      ? /\/gpbackup_-?\d+_(\d{14}(?:_\d+)?)(?:\.gz|\.zst|_toc\.yaml)?$/.exec(key)?.[1]
      : undefined,
  );
  return new Set(named.filter((name) => name !== undefined));
}

/** A table one of whose objects is missing has too few rows by that, which is told. */
export function isGone(gone: ReadonlySet<string>, { timestamp, entry }: CountedTable): boolean {
  return gone.has(timestamp) || gone.has(`${timestamp}_${entry.oid}`);
}

/** The tables with wrong rows, of which all data was read. */
export function rowFindings(tables: Iterable<CountedTable>): VerifyFinding[] {
  return [...tables].flatMap((table) => {
    const detail = table.complete ? wrongRows(table) : undefined;
    if (detail === undefined) return [];
    const { prefix, timestamp, entry, extension } = table;
    return [{ kind: 'rows' as const, key: `${prefix}${tableName(timestamp, entry.oid, extension)}`, detail }];
  });
}
