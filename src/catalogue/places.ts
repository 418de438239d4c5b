import type { S3Client } from '../s3/client.ts';
import { isDenied, type S3Error } from '../s3/errors/s3-error.ts';
import { type ListedObject, listObjects } from '../s3/operations/list-objects.ts';

/**
 * The paths in the bucket that a folder or key which a person names may mean, the likeliest first: it is given with or
 * without the configured folder in front, and backup_directory stores outside it. Keys with a slash in front are
 * stored without it by some servers. An empty path is the whole bucket; a slash at the end says that a folder is meant.
 */
export function placesOf(folder: string, name: string): readonly string[] {
  const path = name.replace(/\/{2,}$/, '/');
  if (path === '' || path === folder) return [path];
  if (path.startsWith('/')) return [...new Set([path, path.replace(/^\/+/, '') || path])];
  if (folder === '' || path.startsWith(`${folder}/`)) return [path];
  return [`${folder}/${path}`, path];
}

/**
 * The objects at the first of these places where there are any, a page at a time: below it as a folder, or it as a
 * key; `run-1` is not `run-10`. A place that may not be listed counts as empty where another may.
 * @throws {S3Error}
 */
export async function* listFirst(
  client: S3Client,
  places: readonly string[],
): AsyncGenerator<readonly ListedObject[]> {
  let found = false;
  let permitted = false;
  let denied: S3Error | undefined;
  for (const place of places) {
    try {
      for await (const page of listPlace(client, place)) {
        permitted = true;
        found ||= page.length > 0;
        yield page;
      }
    } catch (error) {
      if (found || !isDenied(error)) throw error;
      denied ??= error;
    }
    if (found) return;
  }
  if (!permitted && denied !== undefined) throw denied;
}

/** Whether there is anything at a place; false where it may not be listed. */
export async function isAnythingAt(client: S3Client, place: string): Promise<boolean> {
  try {
    for await (const page of listPlace(client, place)) if (page.length > 0) return true;
  } catch (error) {
    if (!isDenied(error)) throw error;
  }
  return false;
}

async function* listPlace(client: S3Client, place: string): AsyncGenerator<readonly ListedObject[]> {
  if (place === '' || place.endsWith('/')) {
    yield* listObjects(client, place);
    return;
  }
  const exact = await exactly(client, place);
  if (exact.length > 0) yield exact;
  yield* listObjects(client, `${place}/`);
}

/** The object of that very key. Of all keys that begin with it, it is the first. */
async function exactly(client: S3Client, key: string): Promise<readonly ListedObject[]> {
  try {
    for await (const page of listObjects(client, key)) return page.filter((object) => object.key === key);
  } catch (error) {
    // A policy may permit to list a folder (`folder/*`) and not what begins with its name.
    if (!isDenied(error)) throw error;
  }
  return [];
}
