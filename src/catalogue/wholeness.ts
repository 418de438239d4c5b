import { type Survey, segmentsOf } from './survey.ts';
import type { DataEntry } from './table-of-contents.ts';

/** What is wrong with a backup, in words, and whether a restore would fail by it for sure. */
export interface Finding {
  readonly text: string;
  readonly certain: boolean;
}

/** What the list alone shows. */
export function findingsOfList(survey: Survey): readonly Finding[] {
  const withoutData = segmentsOf(survey.contents & ~survey.single);
  const cut = survey.cut.map((key) => key.slice(key.lastIndexOf('/') + 1));
  return [
    ...(withoutData.length === 0
      ? []
      : [{ text: `the data file of segment ${few(withoutData)} is missing`, certain: true }]),
    ...(cut.length === 0 ? [] : [{ text: `cut short: ${few(cut)}`, certain: true }]),
  ];
}

/**
 * What is missing of the files that the table of contents promises. gpbackup writes a file of each table on each
 * segment, also of an empty and of a replicated table. Certain is what can't be otherwise: a table with files on some
 * of the segments, or with rows and no file. A table without rows and files is one that WarehousePG could not back up.
 * @param segments how many there were; undefined where older versions do not say
 */
export function findingsOfContents(
  survey: Survey,
  entries: readonly Pick<DataEntry, 'oid' | 'table' | 'rows'>[],
  segments: number | undefined,
): readonly Finding[] {
  if (entries.length === 0) return [];
  const seen = [...survey.tables.values()].reduce((all, mask) => all | mask, survey.single | survey.contents);
  const all = seen | (segments === undefined ? 0n : (1n << BigInt(segments)) - 1n);
  if (survey.single !== 0n || survey.contents !== 0n) {
    const without = segmentsOf(all & ~survey.single);
    if (without.length === 0) return [];
    return [{ text: `the data file of segment ${few(without)} is missing`, certain: true }];
  }
  const findings: Finding[] = [];
  for (const { oid, table, rows } of entries) {
    const mask = survey.tables.get(oid) ?? 0n;
    const missing = segmentsOf(all & ~mask);
    if (missing.length === 0 || (mask === 0n && survey.onCoordinator.has(oid))) continue;
    if (mask === 0n) {
      findings.push({ text: `${table} (OID ${oid}) has no data file`, certain: rows > 0 });
    } else {
      findings.push({
        text: `${table} (OID ${oid}) has no data file of segment ${few(missing)}`,
        certain: true,
      });
    }
  }
  return findings;
}

/** Segments or names in a message: the first few. */
function few(all: readonly (number | string)[]): string {
  return all.length > 10 ? `${all.slice(0, 10).join(', ')} and ${all.length - 10} more` : all.join(', ');
}
