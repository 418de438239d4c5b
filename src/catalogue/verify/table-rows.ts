import { columnsOf } from '../../backup/columns.ts';
import { Utf8Check } from '../../codec/utf8-check.ts';
import type { TablePart } from './data-object.ts';
import type { VerifyFinding } from './finding.ts';
import { RecordCounter } from './record-counter.ts';

/** What is wrong with a text, by the encoding that metadata.sql sets. */
export const NOT_UTF8 = 'contains bytes that are not UTF-8, as metadata.sql says they are';

interface Part extends TablePart {
  readonly counter: RecordCounter;
}

/** Counts the records of the tables that lie one after the other in an uncompressed stream, or of one that is all of it. */
export class TableRows {
  readonly #parts: readonly Part[];
  readonly #text: Utf8Check | undefined;
  #at = 0;
  #next = 0;

  /** @param isUtf8 whether all of the stream should be */
  constructor(parts: readonly TablePart[], isUtf8: boolean) {
    this.#text = isUtf8 ? new Utf8Check() : undefined;
    this.#parts = parts.map((part) => ({
      ...part,
      counter: new RecordCounter(columnsOf(part.entry.columns)?.length ?? 0),
    }));
  }

  /** Of the stream so far. */
  get bytes(): number {
    return this.#at;
  }

  push(piece: Uint8Array): void {
    const from = this.#at;
    this.#at += piece.length;
    this.#text?.push(piece);
    for (; this.#next < this.#parts.length; this.#next += 1) {
      const part = this.#parts[this.#next];
      if (part === undefined) return;
      const { start, end } = part.range ?? { start: 0, end: Infinity };
      part.counter.push(piece.subarray(Math.max(0, start - from), Math.max(0, end - from)));
      if (end > this.#at) return;
    }
  }

  /** After the last piece: what is wrong with the tables, but for their numbers of rows. */
  end(isSingleDataFile: boolean): readonly Pick<VerifyFinding, 'kind' | 'detail'>[] {
    const findings: Pick<VerifyFinding, 'kind' | 'detail'>[] = [];
    const last = this.#parts.at(-1)?.range?.end ?? 0;
    if (isSingleDataFile && this.#at < last)
      findings.push({
        kind: 'size',
        detail: `contains ${this.#at} bytes; by its table of contents it ends at ${last}`,
      });
    if (this.#text?.isValid() === false) findings.push({ kind: 'checksum', detail: NOT_UTF8 });
    for (const { entry, counter } of this.#parts) {
      const fault = counter.end();
      const name = isSingleDataFile ? `the data of ${entry.table} in it` : `its data of ${entry.table}`;
      if (fault !== undefined) findings.push({ kind: 'rows', detail: `${name} ${fault}` });
      const { wrongColumns } = counter;
      if (wrongColumns === undefined) continue;
      const { record, columns } = wrongColumns;
      const has = columnsOf(entry.columns)?.length ?? 0;
      findings.push({
        kind: 'rows',
        detail: `${name} has ${columns} columns in record ${record}; the table has ${has}`,
      });
    }
    return findings;
  }

  rows(): ReadonlyMap<number, number> {
    return new Map(this.#parts.map(({ entry, counter }) => [entry.oid, counter.records]));
  }
}
