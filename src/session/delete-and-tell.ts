import { deletePrefix } from '../catalogue/sweep.ts';
import { s3Url } from '../s3/errors/s3-error.ts';
import type { Session } from './session.ts';

/** Deletes everything below `prefix` and logs what was deleted. */
export async function deleteAndTell(session: Session, prefix: string): Promise<void> {
  const { objects, uploads } = await deletePrefix(session.client, prefix);
  const where = s3Url(session.client.bucket, prefix);
  if (objects === 0) session.log.warning(`nothing to delete in ${where}`);
  session.log.info(`deleted ${objects} objects and ${uploads} unfinished uploads in ${where}`);
}
