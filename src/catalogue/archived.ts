import type { S3Client } from '../s3/client.ts';
import { headObject } from '../s3/operations/head-object.ts';
import { inParallel } from '../transfer/in-parallel.ts';

/** An object of a class that may have to be brought back before it is read. */
export interface ArchivedObject {
  readonly key: string;
  readonly storageClass: string;
}

/** One that can't be read now. */
export interface ClosedObject extends ArchivedObject {
  /** It has been asked for, and is on its way. */
  readonly isComing: boolean;
}

const AT_ONCE = 32;

/** Of objects that are rarely archived, how many are looked at before all are. */
const SAMPLE = 32;

/**
 * Which of these objects can't be read now: what the class alone does not show, HEAD does (S3 API Reference, HeadObject,
 * x-amz-restore and x-amz-archive-status). Objects of INTELLIGENT_TIERING are all looked at only if one of a few is in
 * an archive tier.
 * @param most how many of the others are looked at
 * @throws {S3Error}
 */
export async function closedObjects(
  client: S3Client,
  objects: readonly ArchivedObject[],
  most = Infinity,
): Promise<readonly ClosedObject[]> {
  const tiering = objects.filter(({ storageClass }) => storageClass === 'INTELLIGENT_TIERING');
  const others = objects.filter(({ storageClass }) => storageClass !== 'INTELLIGENT_TIERING');
  const few = spread(tiering, SAMPLE);
  const closedOfFew = await lookAt(client, few);
  const rest = closedOfFew.length === 0 ? [] : tiering.filter((object) => !few.includes(object));
  return [...(await lookAt(client, spread(others, most))), ...closedOfFew, ...(await lookAt(client, rest))];
}

async function lookAt(client: S3Client, objects: readonly ArchivedObject[]): Promise<ClosedObject[]> {
  const closed: ClosedObject[] = [];
  await inParallel(objects, AT_ONCE, client.signal, async (object, signal) => {
    const { archive } = await headObject(client.with({ signal }), object.key);
    if (archive !== undefined) closed.push({ ...object, isComing: archive === 'coming back' });
  });
  return closed.toSorted((one, other) => (one.key < other.key ? -1 : 1));
}

/** At most so many, evenly spread. */
function spread<T>(all: readonly T[], most: number): readonly T[] {
  if (all.length <= most) return all;
  return all.filter(
    (_, index) => Math.floor((index * most) / all.length) !== Math.floor(((index - 1) * most) / all.length),
  );
}
