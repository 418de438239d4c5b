import { baseName, isProbe, isStatistics } from '../backup/file-name.ts';
import { typeOfFile } from '../backup/file-type.ts';
import type { S3Client } from '../s3/client.ts';
import { type ListedObject, listObjects } from '../s3/operations/list-objects.ts';
import { inParallel } from '../transfer/in-parallel.ts';
import { describeSource, seen } from '../transfer/replicate-object.ts';
import { sameBytes } from '../transfer/same-bytes.ts';

/** How many objects are looked at in parallel. */
const AT_ONCE = 16;

/** An object of a backup, and where its replica is or will be. */
export interface ReplicaObject {
  readonly key: string;
  readonly replica: string;
  /** Bytes. */
  readonly size: number;
}

/** What the second site lacks of a backup, and what it has. */
export interface ReplicaPlan {
  /** Objects of the backup, all of them. */
  readonly objects: readonly ReplicaObject[];
  /** In the order in which they are to be copied, a group after the other. */
  readonly missing: readonly (readonly ReplicaObject[])[];
  /** Among the missing: another one is there, which may be replaced. */
  readonly replaced: readonly ReplicaObject[];
  /** Another one is there, which may not be replaced. */
  readonly conflicts: readonly ReplicaObject[];
}

/**
 * Compares a backup at the first site with what is at the second, by their lists, and by HEAD where these do not show
 * enough. What is at the second alone does not matter.
 * @throws {S3Error}
 */
export async function planReplica(
  from: S3Client,
  to: S3Client,
  prefixes: { readonly from: string; readonly to: string },
): Promise<ReplicaPlan> {
  const [sources, replicas] = await Promise.all([listed(from, prefixes.from), listed(to, prefixes.to)]);
  const objects: ReplicaObject[] = [];
  const missing: ReplicaObject[] = [];
  const doubtful: (ReplicaObject & { readonly isDifferent: boolean })[] = [];
  for (const [name, source] of sources) {
    if (isProbe(baseName(name))) continue;
    const object = { key: source.key, replica: `${prefixes.to}${name}`, size: source.size };
    objects.push(object);
    const there = replicas.get(name);
    if (there === undefined) {
      missing.push(object);
      continue;
    }
    const found = sameBytes({ facts: factsOf(source) }, { facts: factsOf(there) });
    if (found !== 'same') doubtful.push({ ...object, isDifferent: found === 'different' });
  }
  const [replaced, conflicts]: ReplicaObject[][] = [[], []];
  await inParallel(doubtful, AT_ONCE, from.signal, async ({ isDifferent, ...object }, signal) => {
    const isSame = !isDifferent && (await hasSameBytes(from.with({ signal }), to.with({ signal }), object));
    if (!isSame) (mayBeReplaced(object.key) ? replaced : conflicts)?.push(object);
  });
  const all = [...missing, ...(replaced ?? [])];
  return { objects, missing: inOrder(all), replaced: replaced ?? [], conflicts: conflicts ?? [] };
}

async function listed(client: S3Client, prefix: string): Promise<ReadonlyMap<string, ListedObject>> {
  const found = new Map<string, ListedObject>();
  for await (const page of listObjects(client, prefix)) {
    for (const object of page) found.set(object.key.slice(prefix.length), object);
  }
  return found;
}

/** What a list shows of an object. */
function factsOf({ size, etag }: ListedObject): Parameters<typeof sameBytes>[0]['facts'] {
  return { size, etag, crc32: undefined, uploadToken: undefined };
}

async function hasSameBytes(from: S3Client, to: S3Client, { key, replica }: ReplicaObject): Promise<boolean> {
  const [source, there] = await Promise.all([describeSource(from, key), describeSource(to, replica)]);
  return sameBytes(seen(source), seen(there)) === 'same';
}

/**
 * What is written more than once during a backup: the report and the config file, by gpbackup, and what the plugin
 * itself adds. A replica that was made before that has an older one.
 */
function mayBeReplaced(key: string): boolean {
  const type = typeOfFile(key);
  return type === 'report' || type === 'config' || type === 'plugin_config' || isStatistics(baseName(key));
}

/**
 * The config file goes last but one and the report last. gprestore begins with the config file, and everything that
 * lists backups takes one without it for a failed one, so that no half of a replica is ever taken for the whole.
 */
function inOrder(objects: readonly ReplicaObject[]): readonly (readonly ReplicaObject[])[] {
  const typed = objects.map((object) => ({ object, type: typeOfFile(object.key) }));
  const last = (wanted: string): readonly ReplicaObject[] =>
    typed.filter(({ type }) => type === wanted).map(({ object }) => object);
  const others = typed.filter(({ type }) => type !== 'config' && type !== 'report');
  return [others.map(({ object }) => object), last('config'), last('report')].filter(
    (group) => group.length > 0,
  );
}
