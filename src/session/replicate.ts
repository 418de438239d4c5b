import { baseName, isStatistics } from '../backup/file-name.ts';
import { backupPrefix } from '../backup/timestamp.ts';
import { MiB } from '../base/bytes.ts';
import { NotFoundError, PluginError } from '../base/plugin-error.ts';
import type { BackupSet } from '../catalogue/backup-set.ts';
import { basesOf } from '../catalogue/chain.ts';
import { readSet } from '../catalogue/read-sets.ts';
import { planReplica, type ReplicaObject, type ReplicaPlan } from '../catalogue/replica.ts';
import type { ReplicatedSet, ReplicationReport } from '../catalogue/replication-report.ts';
import type { Config } from '../config/config.ts';
import { counted, spaced } from '../output/deletion.ts';
import { listed } from '../output/listed.ts';
import { S3Error, s3Url } from '../s3/errors/s3-error.ts';
import { abortMultipartUpload } from '../s3/operations/abort-multipart-upload.ts';
import { listMultipartUploads } from '../s3/operations/list-multipart-uploads.ts';
import { inParallel } from '../transfer/in-parallel.ts';
import { copyThrough, copyWithin, describeSource, type Sites } from '../transfer/replicate-object.ts';
import { isOneServer } from './second-site.ts';
import type { Session } from './session.ts';
import { downloadSettings, uploadSettings } from './transfer-settings.ts';

/** All of it is at the second site already. */
export class AlreadyReplicatedError extends PluginError {}

/** Another object is where a replica would be. */
export class ReplicaConflictError extends PluginError {}

/** Told while it goes on. */
export type Tell = (timestamp: string, doneBytes: number, allBytes: number) => void;

/** Bytes above which objects are moved a few at a time, with several ranges each. */
const LARGE = 16 * MiB;
const FEW = 2;
const MANY = 8;
/** Copies that a server makes are requests without a body. */
const COPIES = 16;

/**
 * Copies a backup from the first site to the second, and what it is built on with `chain`. What is there already is
 * left as it is, so a copy that was interrupted goes on when it is started again.
 * @throws {AlreadyReplicatedError} {ReplicaConflictError} {NotFoundError} {S3Error}
 */
export async function replicate(
  first: Session,
  second: Session,
  timestamp: string,
  chain: boolean,
  tell: Tell,
): Promise<ReplicationReport> {
  const set = await setAt(first, timestamp);
  const warnings: string[] = [];
  const timestamps = chain ? [...basesOf(set), timestamp] : [timestamp];
  if (!chain) warnings.push(...(await missingBases(second, set)));
  const mover = moverOf(first, second);
  const sets: ReplicatedSet[] = [];
  let done = 0;
  for (const each of timestamps) {
    const one = each === timestamp ? set : await setAt(first, each);
    if (one.status !== 'Success') warnings.push(unfinished(one));
    const plan = await planOf(first, second, each);
    if (plan.conflicts.length > 0) throw conflictError(second, each, plan);
    if (plan.replaced.some(({ key }) => !isStatistics(baseName(key))))
      warnings.push(replacing(second, each, plan));
    const isWhole = plan.missing.flat().every(({ key }) => isStatistics(baseName(key)));
    await move(mover, plan, (moved, all) => tell(each, moved, all));
    if (!isWhole) done += 1;
    sets.push(resultOf(each, plan));
  }
  if (done === 0) throw alreadyError(second, timestamps, sets);
  await sweep(second, timestamps);
  return { sets, within: mover.within, warnings };
}

/** Where both sites have their backups, for messages. */
export function placesOf(first: Session, second: Session): { readonly from: string; readonly to: string } {
  const [from, to] = [first, second].map(({ client, config }) => s3Url(client.bucket, config.folder));
  return { from: from ?? '', to: to ?? '' };
}

async function setAt({ client, config }: Session, timestamp: string): Promise<BackupSet> {
  const set = await readSet(client, config.folder, timestamp);
  if (set !== undefined) return set;
  const where = s3Url(client.bucket, backupPrefix(config.folder, timestamp));
  throw new NotFoundError(`there is no backup ${timestamp} in ${where}`, {
    hint: 'check the timestamp, and the options bucket and folder',
  });
}

async function planOf(first: Session, second: Session, timestamp: string): Promise<ReplicaPlan> {
  const [from, to] = [first, second].map(({ config }) => backupPrefix(config.folder, timestamp));
  return await planReplica(first.client, second.client, { from: from ?? '', to: to ?? '' });
}

/** What an incremental backup is built on, as far as it is not at the second site. */
async function missingBases({ client, config }: Session, set: BackupSet): Promise<readonly string[]> {
  const missing: string[] = [];
  for (const base of basesOf(set)) {
    const there = await readSet(client, config.folder, base);
    if (there?.status !== 'Success') missing.push(base);
  }
  if (missing.length === 0) return [];
  return [
    `${set.timestamp} is incremental and can not be restored from the second site: ${listed(missing)} ${missing.length === 1 ? 'is' : 'are'} not there (replicate_backup with --chain copies all of them)`,
  ];
}

function unfinished({ timestamp, status, problem }: BackupSet): string {
  const why = problem === undefined ? '' : ` (${problem})`;
  switch (status) {
    case 'Running':
      return `${timestamp} is not finished${why}: what it has now is copied; replicate it again when it is`;
    case 'Unreadable':
      return `${timestamp} can hardly be restored from either site${why}`;
    case 'Failure':
    case 'Success':
    default:
      return `${timestamp} is a backup that failed${why}: it is copied as it is`;
  }
}

function replacing({ client }: Session, timestamp: string, { replaced }: ReplicaPlan): string {
  const names = listed(replaced.map(({ replica }) => replica.slice(replica.lastIndexOf('/') + 1)));
  return `${timestamp}: older ones at the second site (${client.bucket}) are replaced: ${names}`;
}

function conflictError({ client }: Session, timestamp: string, { conflicts }: ReplicaPlan): PluginError {
  const names = listed(conflicts.map(({ replica }) => client.url(replica)));
  return new ReplicaConflictError(
    `the backup ${timestamp} can't be replicated: ${counted(conflicts.length, 'object')} at the second site differ or can't be proved to be the same: ${names}`,
    {
      hint: 'nothing was copied or replaced: if they are of an older replica, delete it first (delete_replica); if they are of another cluster, set another remote_folder',
    },
  );
}

function alreadyError(
  { client, config }: Session,
  timestamps: readonly string[],
  sets: readonly ReplicatedSet[],
): PluginError {
  const last = timestamps.at(-1) ?? '';
  const objects = sets.reduce((sum, set) => sum + set.objects, 0);
  const bytes = sets.reduce((sum, set) => sum + set.bytes, 0);
  const where = s3Url(client.bucket, backupPrefix(config.folder, last));
  const others = timestamps.length > 1 ? ' with all that it is built on' : '';
  return new AlreadyReplicatedError(
    `the backup ${last} is already replicated${others}: all ${counted(objects, 'object')}, ${spaced(bytes)}, are in ${where}`,
    { hint: 'there is nothing to do; delete_replica deletes the replica' },
  );
}

function resultOf(timestamp: string, { objects, missing, replaced }: ReplicaPlan): ReplicatedSet {
  const copied = missing.flat();
  return {
    timestamp,
    objects: objects.length,
    bytes: bytesOf(objects),
    copied: copied.length,
    copiedBytes: bytesOf(copied),
    replaced: replaced.length,
  };
}

function bytesOf(objects: readonly ReplicaObject[]): number {
  return objects.reduce((sum, { size }) => sum + size, 0);
}

/** How objects are moved from one site to the other. */
interface Mover {
  /** With settings for as many objects at once, of those that are wanted, as memory allows. */
  readonly sites: (wanted: number) => Promise<{ readonly sites: Sites; readonly atOnce: number }>;
  within: boolean;
  readonly tell: (why: string) => void;
}

function moverOf(first: Session, second: Session): Mover {
  const [from, to] = [halved(first), halved(second)];
  const { address: one } = first.config.connection;
  const { address: other } = second.config.connection;
  return {
    sites: async (wanted) => {
      const { files, ...download } = downloadSettings(from, wanted);
      const upload = await uploadSettings(to, files);
      return { sites: { from: from.client, to: to.client, download, upload }, atOnce: files };
    },
    within: isOneServer(one, other),
    tell: (why) => first.log.info(why),
  };
}

/** Both directions together stay within max_memory: each gets half of what is left beside the program itself. */
function halved(session: Session): Session {
  const { maxMemory } = session.config;
  const config: Config = {
    ...session.config,
    maxMemory: OF_PROGRAM + Math.max(0, maxMemory - OF_PROGRAM) / 2,
  };
  return { ...session, config };
}

/** As in `transfer/memory`. */
const OF_PROGRAM = 64 * MiB;

/** Copies a group of objects after the other. */
async function move(
  mover: Mover,
  plan: ReplicaPlan,
  tell: (moved: number, all: number) => void,
): Promise<void> {
  const all = bytesOf(plan.missing.flat());
  let moved = 0;
  for (const group of plan.missing) {
    const small = group.filter(({ size }) => size <= LARGE);
    const large = group.filter(({ size }) => size > LARGE);
    for (const [objects, most] of [
      [small, MANY],
      [large, FEW],
    ] as const) {
      if (objects.length === 0) continue;
      const { sites, atOnce } = await mover.sites(Math.min(most, objects.length));
      await inParallel(objects, mover.within ? COPIES : atOnce, sites.from.signal, async (object, signal) => {
        const scoped = { ...sites, from: sites.from.with({ signal }), to: sites.to.with({ signal }) };
        await moveOne(mover, scoped, object);
        moved += object.size;
        tell(moved, all);
      });
    }
  }
}

async function moveOne(mover: Mover, sites: Sites, object: ReplicaObject): Promise<void> {
  const source = await describeSource(sites.from, object.key);
  if (mover.within) {
    try {
      await copyWithin(sites, object, source);
      return;
    } catch (error) {
      if (!isRefused(error)) throw error;
      if (mover.within)
        mover.tell(`the server does not copy, the bytes go through this host: ${error.message}`);
      mover.within = false;
    }
  }
  await copyThrough(sites, object, source);
}

/** The server can't copy, or not with these keys: reading and writing may still be possible. */
function isRefused(error: unknown): error is S3Error {
  return error instanceof S3Error && [400, 403, 404, 405, 501].includes(error.status ?? 0);
}

/** Removes what interrupted runs left of uploads, as far as that is permitted: all is there, none of them is of use. */
async function sweep({ client, config }: Session, timestamps: readonly string[]): Promise<void> {
  for (const timestamp of timestamps) {
    try {
      for await (const page of listMultipartUploads(client, backupPrefix(config.folder, timestamp))) {
        for (const { key, uploadId } of page) await abortMultipartUpload(client, key, uploadId);
      }
    } catch (error) {
      if (!(error instanceof S3Error)) throw error;
      client.log.verbose(
        `unfinished uploads of ${timestamp} at the second site may remain: ${error.message}`,
      );
    }
  }
}
