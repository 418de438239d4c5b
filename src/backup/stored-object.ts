import { baseName } from './file-name.ts';

/** What a process stored of a backup, and how: a line of the host's statistics. Its JSON has snake_case names. */
export interface StoredObject {
  readonly key: string;
  /** Content id; -1 is the coordinator. Undefined: the file's name does not say. */
  readonly content: number | undefined;
  readonly oid: number | undefined;
  /** As in the COPY statement, `public."Order Lines"`; undefined where Greenplum does not tell. */
  readonly table: string | undefined;
  /** Of standard input or of the file. */
  readonly bytesIn: number;
  readonly bytesStored: number;
  /** Of what is stored. */
  readonly crc32: number | undefined;
  /** 0: stored by one PutObject. */
  readonly parts: number;
  /** Milliseconds since 1970. */
  readonly start: number;
  readonly end: number;
  /** Milliseconds in which there was nothing to be read. */
  readonly inputWait: number;
  /** Milliseconds in which nothing was read because the store had to answer first. */
  readonly networkWait: number;
  /** Requests that were sent again. */
  readonly retries: number;
  /** Answers that asked for fewer requests: 503 SlowDown, 429. */
  readonly throttles: number;
}

/** Bytes of a line with its line end: what a pipe takes as a whole (PIPE_BUF), and far more than a usual one (400). */
export const LONGEST_LINE = 4096;

/** Above any cluster's. */
const MOST_SEGMENTS = 100_000;

/** The content id and the OID in the name of a file of a backup, as far as they are there. */
export function placeOfFile(name: string): Pick<StoredObject, 'content' | 'oid'> {
  // Without a regular expression, which would have to be compiled in each of 64,000 processes.
  const [program, content = '', timestamp = '', last = ''] = name.split('_');
  const isOfBackup = program === 'gpbackup';
  if (isOfBackup && isCount(content, 14, 14)) return { content: -1, oid: undefined };
  if (!isOfBackup || !isCount(timestamp.slice(0, 14), 14, 14)) return { content: undefined, oid: undefined };
  const end = last.indexOf('.');
  const oid = end === -1 ? last : last.slice(0, end);
  return {
    content: content === '-1' || isCount(content, 1, 5) ? Number(content) : undefined,
    oid: isCount(oid, 1, 10) ? Number(oid) : undefined,
  };
}

function isCount(text: string, shortest: number, longest: number): boolean {
  if (text.length < shortest || text.length > longest) return false;
  for (const digit of text) if (digit < '0' || digit > '9') return false;
  return true;
}

/**
 * The line, without a line end: JSON, which has no line break in it. A name of a table that does not fit is left out.
 * Undefined: it would be too long.
 */
export function lineOf(object: StoredObject): string | undefined {
  const line = jsonOf(object);
  if (fits(line)) return line;
  const shorter = jsonOf({ ...object, table: undefined });
  return fits(shorter) ? shorter : undefined;
}

function jsonOf(object: StoredObject): string {
  return JSON.stringify({
    key: object.key,
    content: object.content ?? null,
    oid: object.oid ?? null,
    table: object.table ?? null,
    bytes_in: object.bytesIn,
    bytes_stored: object.bytesStored,
    crc32: object.crc32?.toString(16).padStart(8, '0') ?? null,
    parts: object.parts,
    start: new Date(object.start).toISOString(),
    end: new Date(object.end).toISOString(),
    input_wait_ms: Math.round(object.inputWait),
    network_wait_ms: Math.round(object.networkWait),
    retries: object.retries,
    throttles: object.throttles,
  });
}

/** One byte for the line end at either side. */
function fits(line: string): boolean {
  return Buffer.byteLength(line) <= LONGEST_LINE - 2;
}

/**
 * Reads a line. Undefined: it is none of this program's, or was cut. Unknown fields are passed over.
 * @param prefix of the backup: a line is about one of its files, whatever folder it was in when it was stored
 */
export function parseLine(line: string, prefix: string): StoredObject | undefined {
  if (line.length > LONGEST_LINE || !line.startsWith('{')) return undefined;
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    return undefined;
  }
  const fields = new Fields(json as Readonly<Record<string, unknown>>);
  const object = {
    key: fields.key('key', prefix),
    content: fields.orNull('content', () => fields.integer('content', -1, MOST_SEGMENTS)),
    oid: fields.orNull('oid', () => fields.integer('oid', 0, 0xffff_ffff)),
    table: fields.orNull('table', () => fields.text('table', /./s)),
    bytesIn: fields.integer('bytes_in'),
    bytesStored: fields.integer('bytes_stored'),
    crc32: fields.orNull('crc32', () => Number.parseInt(fields.text('crc32', /^[0-9a-f]{8}$/), 16)),
    parts: fields.integer('parts'),
    start: fields.instant('start'),
    end: fields.instant('end'),
    inputWait: fields.integer('input_wait_ms'),
    networkWait: fields.integer('network_wait_ms'),
    retries: fields.integer('retries'),
    throttles: fields.integer('throttles'),
  };
  return fields.areValid && object.end >= object.start ? object : undefined;
}

/** The fields of a line. What is given for one that is not valid does not matter. */
class Fields {
  readonly #fields: Readonly<Record<string, unknown>>;
  areValid = true;

  constructor(fields: Readonly<Record<string, unknown>>) {
    this.#fields = fields;
  }

  orNull<T>(name: string, read: () => T): T | undefined {
    return this.#fields[name] === null ? undefined : read();
  }

  text(name: string, pattern: RegExp): string {
    const value = this.#fields[name];
    return typeof value === 'string' && pattern.test(value) ? value : this.#wrong('');
  }

  integer(name: string, least = 0, most = Number.MAX_SAFE_INTEGER): number {
    const value = this.#fields[name];
    if (typeof value !== 'number' || !Number.isSafeInteger(value)) return this.#wrong(0);
    return value >= least && value <= most ? value : this.#wrong(0);
  }

  /** Milliseconds since 1970 of a time as Date.toISOString writes it. */
  instant(name: string): number {
    const time = Date.parse(this.text(name, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/));
    return Number.isNaN(time) ? this.#wrong(0) : time;
  }

  /** The key below `prefix`, which ends with `backups/DATE/TIMESTAMP/`, of one with the same end. */
  key(name: string, prefix: string): string {
    const value = this.text(name, /[^/]$/);
    const last = baseName(value);
    const end = `/${prefix.split('/').slice(-4).join('/')}${last}`;
    return `/${value}`.endsWith(end) ? prefix + last : this.#wrong('');
  }

  #wrong<T>(value: T): T {
    this.areValid = false;
    return value;
  }
}
