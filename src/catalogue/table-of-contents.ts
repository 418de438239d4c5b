import { scalarOf } from '../backup/yaml-scalar.ts';
import { ownText } from '../base/own-text.ts';
import type { S3Client } from '../s3/client.ts';
import { getRange } from '../s3/operations/get-range.ts';

/** A table whose data is in a backup, as the coordinator's `gpbackup_TS_toc.yaml` names it. */
export interface DataEntry {
  readonly oid: number;
  /** `schema.name`, quoted as SQL has it. */
  readonly table: string;
  readonly schema: string;
  readonly name: string;
  /** `rowscopied`, over all segments. */
  readonly rows: number;
  /** The columns in their order, as SQL has them: `(id,"Line No")`. */
  readonly columns: string;
  /** The name of the partitioned table that it is a leaf of; else empty. */
  readonly partitionRoot: string;
  /** All segments have all rows. */
  readonly isReplicated: boolean;
}

/** Bytes of one request; larger than most tables of contents. */
const PIECE = 4 * 1024 * 1024;

/** A line that is longer is not gpbackup's: 1,600 columns with names of 63 characters have 100 kB. */
const LONGEST_LINE = 4 * 1024 * 1024;

/**
 * The entries of tables of a coordinator's table of contents. It may have 100 MB and more, of which they are a part,
 * so it is read a line at a time instead of by a YAML library: gpbackup writes one field a line, and whatever goes on
 * for more lines is indented further. Text that is of another form has no entries.
 */
export class DataEntryReader {
  readonly entries: DataEntry[] = [];
  #rest = '';
  /** The line that is being read is too long, and passed over. */
  #tooLong = false;
  #inside = false;
  /** Spaces in front of an entry's fields, known from its first line: newer YAML libraries indent lists. */
  #indent = 2;
  /** The fields of the entry that is being read: the text behind the colon, and the lines that go on with it. */
  #fields = new Map<string, string[]>();
  #field: string[] = [];

  /** Takes the next piece of the text. */
  push(text: string): void {
    let from = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
      const line = this.#rest + text.slice(from, end);
      this.#rest = '';
      if (this.#tooLong) this.#tooLong = false;
      else this.#take(line.endsWith('\r') ? line.slice(0, -1) : line);
      from = end + 1;
    }
    this.#rest += text.slice(from);
    if (this.#rest.length > LONGEST_LINE) [this.#rest, this.#tooLong] = ['', true];
  }

  /** After the last piece. */
  end(): readonly DataEntry[] {
    if (!this.#tooLong) this.#take(this.#rest);
    this.#finish();
    return this.entries;
  }

  #take(line: string): void {
    // Most lines are of other sections.
    const first = line.charCodeAt(0);
    if (first >= 97 && first <= 122) {
      this.#finish();
      this.#inside = line.trimEnd() === 'dataentries:';
      this.#indent = -1;
      return;
    }
    if (!this.#inside) return;
    const start = /^( *)- [a-z]+:(?: |$)/.exec(line)?.[1]?.length;
    if (start !== undefined && (this.#indent < 0 || start + 2 === this.#indent)) {
      this.#finish();
      this.#indent = start + 2;
    }
    const indent = this.#indent;
    const [, name, value = ''] =
      indent >= 2 && (line.startsWith(' '.repeat(indent)) || start === indent - 2)
        ? (/^([a-z]+):(?: (.*))?$/.exec(line.slice(indent)) ?? [])
        : [];
    if (name === undefined) {
      this.#field.push(line);
      return;
    }
    this.#field = [value];
    if (!this.#fields.has(name)) this.#fields.set(name, this.#field);
  }

  /** An entry without a number of rows or an OID is none. */
  #finish(): void {
    const fields = this.#fields;
    if (fields.size === 0) return;
    this.#fields = new Map();
    this.#field = [];
    // The entries must not keep the pieces that they were cut out of.
    const textOf = (name: string): string => ownText(scalarOf(fields.get(name) ?? []));
    const [oid, rows] = [textOf('oid'), textOf('rowscopied')];
    if (!/^\d{1,10}$/.test(oid) || !/^\d{1,15}$/.test(rows)) return;
    const [schema, name] = [textOf('schema'), textOf('name')];
    this.entries.push({
      oid: Number(oid),
      table: `${schema}.${name}`,
      schema,
      name,
      rows: Number(rows),
      columns: textOf('attributestring'),
      partitionRoot: textOf('partitionroot'),
      isReplicated: textOf('isreplicated') === 'true',
    });
  }
}

/**
 * Reads the entries of tables from the table of contents under `key`, `size` bytes long.
 * @throws {S3Error}
 */
export async function readDataEntries(
  client: S3Client,
  key: string,
  size: number,
): Promise<readonly DataEntry[]> {
  const reader = new DataEntryReader();
  const decoder = new TextDecoder();
  for (let start = 0; start < size; start += PIECE) {
    const { bytes } = await getRange(client, { key, start, end: Math.min(start + PIECE, size) });
    reader.push(decoder.decode(bytes, { stream: true }));
  }
  return reader.end();
}
