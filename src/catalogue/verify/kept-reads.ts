import { createHash } from 'node:crypto';
import { closeSync, constants, readFileSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { removeOldFiles } from '../../host/kept-file.ts';
import { openOwnFile, ownFolder } from '../../host/private-folder.ts';
import type { ListedObject } from '../../s3/operations/list-objects.ts';
import type { ObjectRead } from './read-object.ts';

/** Milliseconds for which what was read counts: the store may lose bytes meanwhile. */
const LASTS = 86_400_000;

const PREFIX = 'verify-';

type Kept = Pick<ObjectRead, 'rows' | 'bytes' | 'uncompressed'>;

/**
 * Which objects an interrupted run has read and found good: a line each, in a file of this user alone, that goes when a
 * run is complete. Where there is no place for it, nothing is kept.
 */
export class KeptReads {
  readonly #path: string | undefined;
  readonly #fd: number | undefined;
  readonly #reads = new Map<string, Kept>();

  /**
   * @param identity what must be the same: server, bucket, folder, timestamp, shard
   * @param afresh what is there does not count
   */
  constructor(
    environment: Readonly<Record<string, string | undefined>>,
    identity: readonly (string | number | undefined)[],
    afresh: boolean,
  ) {
    const folder = ownFolder(environment);
    if (folder === undefined) return;
    const name = `${PREFIX}${createHash('sha256').update(JSON.stringify(identity)).digest('hex').slice(0, 32)}`;
    const path = join(folder, name);
    try {
      removeOldFiles(folder, PREFIX);
      if (afresh) remove(path);
      this.#fd = openOwnFile(folder, name, constants.O_RDWR | constants.O_CREAT | constants.O_APPEND);
      this.#path = path;
      for (const line of readFileSync(this.#fd, 'utf8').split('\n')) this.#recall(line);
    } catch {
      // A full or foreign folder: the work is done again another time.
    }
  }

  /** Objects that need not be read again. */
  get size(): number {
    return this.#reads.size;
  }

  /** What an earlier run has found of this very object. */
  of(object: ListedObject): Kept | undefined {
    return this.#reads.get(identityOf(object));
  }

  add(object: ListedObject, { rows, bytes, uncompressed, findings }: ObjectRead): void {
    if (this.#fd === undefined || findings.length > 0) return;
    const line = JSON.stringify({
      o: identityOf(object),
      t: Date.now(),
      r: [...rows],
      b: bytes,
      u: uncompressed,
    });
    try {
      writeSync(this.#fd, `${line}\n`);
    } catch {
      // No room: it is read again another time.
    }
  }

  /** The run has ended. @param complete nothing of it is needed any more */
  close(complete: boolean): void {
    if (this.#fd === undefined) return;
    closeSync(this.#fd);
    if (complete && this.#path !== undefined) remove(this.#path);
  }

  #recall(line: string): void {
    try {
      const { o, t, r, b, u } = JSON.parse(line) as Record<string, unknown>;
      if (typeof o !== 'string' || typeof t !== 'number' || Math.abs(Date.now() - t) > LASTS) return;
      if (!Array.isArray(r) || typeof b !== 'number' || typeof u !== 'number') return;
      this.#reads.set(o, { rows: new Map(r as [number, number][]), bytes: b, uncompressed: u });
    } catch {
      // The last line of a run that was killed.
    }
  }
}

/** What changes with an object's bytes. */
function identityOf({ key, size, etag, modified }: ListedObject): string {
  return JSON.stringify([key, size, etag ?? '', modified ?? '']);
}

function remove(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // There is none.
  }
}
