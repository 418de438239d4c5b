import { readdirSync, renameSync, rmdirSync, unlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { statisticsName } from '../../backup/file-name.ts';
import { timestampOfFolder } from '../../backup/key.ts';
import { LONGEST_LINE, parseLine } from '../../backup/stored-object.ts';
import { backupPrefix } from '../../backup/timestamp.ts';
import { BoundedLines } from '../../base/bounded-lines.ts';
import { reasonOf } from '../../base/plugin-error.ts';
import { removeOldFiles } from '../../host/kept-file.ts';
import { isOwnFolder, temporaryFolder } from '../../host/private-folder.ts';
import { readLines } from '../../host/shared-lines.ts';
import { crc32, crc32ToHex } from '../../s3/checksum.ts';
import { ObjectExistsError } from '../../s3/errors/object-exists-error.ts';
import { S3Error } from '../../s3/errors/s3-error.ts';
import { putObject } from '../../s3/operations/put-object.ts';
import type { CommandContext, HookArgs } from '../command.ts';
import { objectPolicyOf } from '../object-policy.ts';
import { openSession, type Session } from '../session.ts';
import { fileOfNotes, NOTES } from './note.ts';

/** A server that does not answer is waited for for seconds only: the backup is over. */
const BRIEF = { timeout: 10_000, reachTimeout: 10_000, maxRetries: 3 };
/** Milliseconds for all of it. */
const LIMIT = 20_000;

/** A file with lines of this backup. */
interface Notes {
  readonly folder: string;
  readonly name: string;
}

/**
 * Stores what the processes of this host noted of a backup, as one object, and removes the local lines. Whatever goes
 * wrong is a line in the log: the backup is over, and its statistics are no part of it.
 * @throws the reason of the context's signal only
 */
export async function gatherStatistics(
  { config: configPath, localBackupDir }: Pick<HookArgs, 'config' | 'localBackupDir'>,
  context: CommandContext,
): Promise<void> {
  try {
    const timestamp = timestampOfFolder(localBackupDir);
    const found = notesOn(context, timestamp);
    if (found.length === 0) return;
    const signal = AbortSignal.any([context.signal, AbortSignal.timeout(LIMIT)]);
    const session = await openSession(configPath, { ...context, signal }, 'long', timestamp);
    if (session.config.statistics) await storeNotes(session, timestamp, found);
  } catch (error) {
    context.signal.throwIfAborted();
    context.log.warning(`the statistics of this host are not stored: ${reasonOf(error)}`);
  }
}

/** The files of a backup's lines. Those that no hook came for are removed after some days. */
function notesOn({ environment }: CommandContext, timestamp: string): Notes[] {
  // The database's processes may have been started with another TMPDIR than this one.
  const folders = new Set([temporaryFolder(environment), temporaryFolder({})]);
  return [...folders].filter(isOwnFolder).flatMap((folder) => {
    removeOldFiles(folder, NOTES);
    const names = readdirSync(folder).filter((name) => name.startsWith(`${NOTES}${timestamp}-`));
    return names.map((name) => ({ folder, name }));
  });
}

async function storeNotes(session: Session, timestamp: string, found: readonly Notes[]): Promise<void> {
  const { client, config, log, setUpMark } = session;
  const prefix = backupPrefix(config.folder, timestamp);
  const own = fileOfNotes(setUpMark?.id ?? '');
  const claimed = found.filter(({ name }) => name.startsWith(own)).flatMap((notes) => claim(notes, own));
  const lines = claimed.flatMap(({ folder, name }) => [...linesOf(readLines(folder, name), prefix)]);
  if (lines.length > 0) {
    const body = new TextEncoder().encode(`${lines.join('\n')}\n`);
    const host = safeName(hostname());
    // Hosts of the same name, and a second hook of one host, have other lines: what their key ends with.
    const names = [host, `${host}--${crc32ToHex(crc32(body))}`];
    const keys = names.map((name) => prefix + statisticsName(timestamp, name));
    const key = await storeAtFirst(client.with({ retryPolicy: BRIEF }), keys, body, session);
    log.info(`stored the statistics of ${lines.length} objects as ${client.url(key)}`);
  }
  for (const { folder, name } of claimed) {
    quietly(() => unlinkSync(join(folder, name)));
    // What else is in it keeps it.
    quietly(() => rmdirSync(folder));
  }
}

/** Takes a file for this process: lines that are added from now on make another one. */
function claim({ folder, name }: Notes, own: string): Notes[] {
  // One that an earlier hook took and could not store.
  if (name !== own) return [{ folder, name }];
  const taken = `${own}.${process.pid}-${Math.random().toString(36).slice(2)}`;
  try {
    renameSync(join(folder, name), join(folder, taken));
    return [{ folder, name: taken }];
  } catch {
    // Another hook was faster.
    return [];
  }
}

function* linesOf(bytes: Uint8Array | undefined, prefix: string): Generator<string> {
  if (bytes === undefined) return;
  const lines = new BoundedLines(LONGEST_LINE);
  for (const line of [...lines.push(bytes), ...lines.end()])
    if (parseLine(line, prefix) !== undefined) yield line;
}

/** Stores the lines under the first of these keys that is free, and gives it. The last is of these lines alone. */
async function storeAtFirst(
  client: Session['client'],
  keys: readonly string[],
  body: Uint8Array<ArrayBuffer>,
  session: Session,
): Promise<string> {
  const policy = await objectPolicyOf(session);
  for (const key of keys.slice(0, -1)) {
    try {
      await putObject(client, key, body, { ...policy, replaces: () => 'never' });
      return key;
    } catch (error) {
      if (!isTaken(error)) throw error;
    }
  }
  const last = keys.at(-1) ?? '';
  try {
    await putObject(client, last, body, policy);
  } catch (error) {
    // Its name says what is in it: another hook stored the same.
    if (!(error instanceof ObjectExistsError)) throw error;
  }
  return last;
}

/** An object is there, or the server knows no `If-None-Match` for what it stores. */
function isTaken(error: unknown): boolean {
  if (error instanceof ObjectExistsError) return true;
  return error instanceof S3Error && (error.status === 501 || error.status === 400);
}

/** A host's name as a key, a URL and a file name can contain it. */
function safeName(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9.-]/g, '_').slice(0, 100) || 'host';
}

function quietly(call: () => void): void {
  try {
    call();
  } catch {
    // Somebody has cleaned up, or it stays for some days.
  }
}
