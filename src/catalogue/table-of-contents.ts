import type { S3Client } from '../s3/client.ts';
import { getRange } from '../s3/operations/get-range.ts';

/** A table whose data is in a backup, as the coordinator's `gpbackup_TS_toc.yaml` names it. */
export interface DataEntry {
  readonly oid: number;
  /** `schema.name`, not quoted. */
  readonly table: string;
  readonly rows: number;
}

/** Bytes of one request; larger than most tables of contents. */
const PIECE = 4 * 1024 * 1024;

/**
 * The entries of tables of a coordinator's table of contents. It may have 100 MB and more, of which they are a part,
 * so it is read a line at a time instead of by a YAML library: gpbackup writes one field a line, and whatever goes on
 * for more lines is indented further. Text that is of another form has no entries.
 */
export class DataEntryReader {
  readonly entries: DataEntry[] = [];
  #rest = '';
  #inside = false;
  #schema = '';
  #name = '';
  #oid: number | undefined;

  /** Takes the next piece of the text. */
  push(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#take(line);
  }

  /** After the last piece. */
  end(): readonly DataEntry[] {
    this.#take(this.#rest);
    return this.entries;
  }

  #take(line: string): void {
    if (/^[a-z]/.test(line)) {
      this.#inside = line.trimEnd() === 'dataentries:';
      return;
    }
    if (!this.#inside) return;
    const [, field = '', value = ''] = /^[ -] ([a-z]+): ?(.*)$/.exec(line) ?? [];
    if (line.startsWith('- ')) this.#oid = undefined;
    if (field === 'schema') this.#schema = unquoted(value);
    if (field === 'name') this.#name = unquoted(value);
    if (field === 'oid' && /^\d{1,10}$/.test(value)) this.#oid = Number(value);
    if (field === 'rowscopied' && this.#oid !== undefined && /^\d{1,15}$/.test(value)) {
      this.entries.push({ oid: this.#oid, table: `${this.#schema}.${this.#name}`, rows: Number(value) });
      this.#oid = undefined;
    }
  }
}

function unquoted(value: string): string {
  return value.trim().replace(/^(["'])(.*)\1$/, '$2');
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
