import { scalarOf } from '../backup/yaml-scalar.ts';

/** A statement of a backup's metadata, as the coordinator's table of contents names it. */
export interface StatementEntry {
  /** `globalentries`, `predataentries`, `postdataentries` (in metadata.sql) or `statisticsentries` (in statistics.sql). */
  readonly section: string;
  /** Quoted as SQL has them. */
  readonly schema: string;
  readonly name: string;
  /** `TABLE`, `SESSION GUCS` … */
  readonly type: string;
  /** Bytes [start, end) of its file. */
  readonly start: number;
  readonly end: number;
}

/**
 * Gives the statements of a coordinator's table of contents to `take`, one at a time: there may be many more than tables.
 * Read a line at a time, as the entries of data are (see `table-of-contents.ts`).
 */
export class StatementEntryReader {
  readonly #take: (entry: StatementEntry) => void;
  #rest = '';
  #section: string | undefined;
  #fields = new Map<string, string[]>();
  #field: string[] = [];

  constructor(take: (entry: StatementEntry) => void) {
    this.#take = take;
  }

  push(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#line(line);
  }

  end(): void {
    this.#line(this.#rest);
    this.#finish();
  }

  #line(line: string): void {
    if (/^[a-z]/.test(line)) {
      this.#finish();
      const [, name] = /^(\w+entries):/.exec(line) ?? [];
      this.#section = name === 'dataentries' ? undefined : name;
      return;
    }
    if (this.#section === undefined) return;
    if (line.startsWith('- ')) this.#finish();
    const [, name, value = ''] = /^[ -] ([a-z]+):(?: (.*))?$/.exec(line) ?? [];
    if (name === undefined) {
      this.#field.push(line);
      return;
    }
    this.#field = [value];
    this.#fields.set(name, this.#field);
  }

  #finish(): void {
    const fields = this.#fields;
    if (fields.size === 0) return;
    this.#fields = new Map();
    this.#field = [];
    const textOf = (name: string): string => scalarOf(fields.get(name) ?? []);
    const [start, end] = [textOf('startbyte'), textOf('endbyte')];
    if (!/^\d{1,15}$/.test(start) || !/^\d{1,15}$/.test(end)) return;
    this.#take({
      section: this.#section ?? '',
      schema: textOf('schema'),
      name: textOf('name'),
      type: textOf('objecttype'),
      start: Number(start),
      end: Number(end),
    });
  }
}
