import { baseName, hostOfStatistics } from '../backup/file-name.ts';
import { LONGEST_LINE, parseLine, type StoredObject } from '../backup/stored-object.ts';
import { BoundedLines } from '../base/bounded-lines.ts';
import type { S3Client } from '../s3/client.ts';
import { ObjectChangedError } from '../s3/errors/object-changed-error.ts';
import { S3Error } from '../s3/errors/s3-error.ts';
import { getRange } from '../s3/operations/get-range.ts';
import { listObjects } from '../s3/operations/list-objects.ts';
import type { ObjectFacts } from '../s3/operations/object-facts.ts';

export type { StoredObject } from '../backup/stored-object.ts';

/** An object of a backup, as the host that stored it noted. */
export interface StoredByHost extends StoredObject {
  /** The name of the host, as far as a key may contain it. */
  readonly host: string;
}

/** Bytes of one request. */
const PIECE = 1024 * 1024;

/** Bytes of one object that are read: twice what the plugin stores. */
const MOST = 64 * 1024 * 1024;

/**
 * What the hosts of a backup noted of each object that they stored, in no order and a line at a time. A key may come
 * twice: gpbackup stores some files again. What is missing, may not be read or is not of this form is passed over: it
 * costs the statistics and nothing else.
 *
 * @param from the prefix of the backup (`FOLDER/backups/DATE/TIMESTAMP/`), or its objects as they were listed
 * @throws {S3Error} when the server can't be reached
 */
export async function* readStatistics(
  client: S3Client,
  from: string | Iterable<{ readonly key: string; readonly size: number }>,
): AsyncGenerator<StoredByHost> {
  if (typeof from === 'string') {
    for await (const page of listObjects(client, statisticsPrefix(from))) yield* readStatistics(client, page);
    return;
  }
  for (const { key, size } of from) {
    const name = baseName(key);
    const named = hostOfStatistics(name);
    if (named === undefined) continue;
    const prefix = key.slice(0, key.length - name.length);
    // What distinguishes hosts of the same name is no part of it.
    const host = named.replace(/--[0-9a-f]{8}$/, '');
    for await (const line of linesOf(client, key, Math.min(size, MOST))) {
      const object = parseLine(line, prefix);
      if (object !== undefined) yield { ...object, host };
    }
  }
}

/** `prefix` is that of a backup; nothing else in its folder begins like this. */
function statisticsPrefix(prefix: string): string {
  return `${prefix}gpbackup_${prefix.split('/').at(-2) ?? ''}_s3stats_`;
}

async function* linesOf(client: S3Client, key: string, size: number): AsyncGenerator<string> {
  const lines = new BoundedLines(LONGEST_LINE);
  let expected: ObjectFacts | undefined;
  for (let start = 0; start < size; start += PIECE) {
    const end = Math.min(size, start + PIECE);
    const read = { key, start, end, ...(expected === undefined ? {} : { expected }) };
    const answer = await whereThere(getRange(client, read));
    if (answer === undefined) return;
    expected = answer.facts;
    yield* lines.push(answer.bytes);
    if (answer.bytes.length < end - start) break;
  }
  yield* lines.end();
}

/** Undefined where the object is gone, another one by now, closed or in an archive. */
async function whereThere<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof ObjectChangedError) return undefined;
    if (error instanceof S3Error && (error.status ?? 500) < 500) return undefined;
    throw error;
  }
}
