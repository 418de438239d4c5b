import type { LogEntry } from './entry.ts';

/** A message, and how often it was logged. */
export interface LoggedMessage {
  /** Of the last time. */
  readonly at: number;
  readonly level: 'CRITICAL' | 'ERROR' | 'WARNING' | 'RETRY';
  readonly message: string;
  readonly count: number;
}

/** An object that was stored or read. */
export interface LoggedObject {
  /** When it was done: milliseconds since 1970. */
  readonly at: number;
  readonly action: 'stored' | 'read';
  readonly key: string;
  /** Quoted as in SQL. */
  readonly table: string | undefined;
  readonly bytes: number;
  readonly seconds: number;
  readonly retries: number;
}

interface Moved {
  objects: number;
  bytes: number;
}

/** Messages that are kept; there are never many different ones, unless each has another key. */
const MOST_MESSAGES = 100;
const MOST_OBJECTS = 10;

const AMOUNT = '(?:\\S+ \\((\\d+) bytes?\\)|(\\d+) bytes?) in ([\\d.]+) (ms|s|min|d)';
/** Quoted as in SQL. */
const TABLE = '((?:"(?:[^"]|"")*"|[^\\s"()])+)';
const END = '(?:, in \\d+ parts)?(?:, after (\\d+) retr(?:y|ies))?(?: \\([a-z ]+\\))?';
const MOVED = new RegExp(`^(stored|restored|fetched) .*: ${AMOUNT}${END}$`, 's');
const UNITS: Readonly<Record<string, number>> = { ms: 0.001, s: 1, min: 60, d: 86_400 };

/** What the log of one host says of a backup. It is given the lines in their order, and keeps a bounded part of them. */
export class BackupLog {
  readonly stored: Moved = { objects: 0, bytes: 0 };
  readonly read: Moved = { objects: 0, bytes: 0 };
  first: number | undefined;
  last: number | undefined;
  errors = 0;
  warnings = 0;
  /** Different messages that are not kept. */
  leftOut = 0;
  readonly #timestamp: string;
  readonly #key: RegExp;
  readonly #messages = new Map<string, LoggedMessage>();
  readonly #slowest: LoggedObject[] = [];
  /** By processes: retries that no line about their object has counted yet. */
  readonly #tried = new Map<number, number>();
  #retries = 0;

  /** @param timestamp of the backup */
  constructor(timestamp: string) {
    this.#timestamp = timestamp;
    this.#key = new RegExp(
      `s3://[^/]+/((?:.*?/)?backups/${timestamp.slice(0, 8)}/${timestamp}/[^/ ]+)(?: \\(table ${TABLE}\\))?`,
      's',
    );
  }

  get messages(): readonly LoggedMessage[] {
    return [...this.#messages.values()].toSorted((one, other) => one.at - other.at);
  }

  /** The slowest first. */
  get slowest(): readonly LoggedObject[] {
    return this.#slowest;
  }

  get retries(): number {
    return [...this.#tried.values()].reduce((sum, tries) => sum + tries, this.#retries);
  }

  /** Whether no line was about the backup. */
  get isEmpty(): boolean {
    return this.first === undefined;
  }

  add(entry: LogEntry): void {
    // What this command itself had to say is no part of it.
    if (!entry.message.includes(this.#timestamp) || entry.message.startsWith('log: ')) return;
    this.first ??= entry.at;
    this.last = entry.at;
    const message = entry.message.replace(` (backup ${this.#timestamp})`, '');
    if (entry.level === 'INFO') this.#addMoved(entry, message);
    else if (entry.level === 'DEBUG') this.#addRetry(entry, message);
    else this.#addMessage(entry.level, entry.at, message);
  }

  #addMessage(level: LoggedMessage['level'], at: number, message: string): void {
    if (level === 'WARNING') this.warnings += 1;
    else if (level !== 'RETRY') this.errors += 1;
    const id = `${level} ${message}`;
    const known = this.#messages.get(id);
    if (known === undefined && this.#messages.size >= MOST_MESSAGES) this.leftOut += 1;
    else this.#messages.set(id, { at, level, message, count: (known?.count ?? 0) + 1 });
  }

  /** `PutObject KEY: try 1 failed (SlowDown Reduce your rate), again in 80 ms`, at logger_verbosity verbose. */
  #addRetry({ at, pid }: LogEntry, message: string): void {
    const [, operation, why] = /^(\w+) .*: try \d+ failed \((.*)\), again in \d+ ms$/s.exec(message) ?? [];
    if (operation === undefined || why === undefined) return;
    this.#tried.set(pid, (this.#tried.get(pid) ?? 0) + 1);
    this.#addMessage('RETRY', at, `${operation}: ${why}`);
  }

  #addMoved({ at, pid }: LogEntry, message: string): void {
    const [, verb, exact, few, time, unit, retries] = MOVED.exec(message) ?? [];
    const [, key, table] = this.#key.exec(message) ?? [];
    if (verb === undefined || key === undefined) return;
    const action = verb === 'stored' ? 'stored' : 'read';
    const bytes = Number(exact ?? few);
    this[action].objects += 1;
    this[action].bytes += bytes;
    const own = Number(retries ?? 0);
    this.#retries += own;
    // The process has counted them itself.
    this.#tried.delete(pid);
    const seconds = Number(time) * (UNITS[unit ?? ''] ?? 1);
    this.#keep({ at, action, key: key.replace(/:$/, ''), table, bytes, seconds, retries: own });
  }

  #keep(object: LoggedObject): void {
    const place = this.#slowest.findIndex(({ seconds }) => seconds < object.seconds);
    this.#slowest.splice(place === -1 ? this.#slowest.length : place, 0, object);
    this.#slowest.length = Math.min(this.#slowest.length, MOST_OBJECTS);
  }
}

/** The backup that a line of its own processes is about; undefined for restores, deletes and lines of no backup. */
export function backupMade({ message }: LogEntry): string | undefined {
  if (!/^(?:stored |the bucket can be written|backup_\w+: |setup_plugin_for_backup: )/.test(message))
    return undefined;
  return /\/backups\/\d{8}\/(\d{14})\/| \(backup (\d{14})\)/
    .exec(message)
    ?.slice(1)
    .find((one) => one !== undefined);
}
