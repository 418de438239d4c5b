import type { S3Server } from '../../lab/s3-server/server.ts';
import { BUCKET } from './real-server.ts';
import type { Store } from './safety.ts';

/** The embedded server's objects, looked at past HTTP, for cases in which only it can play the fault. */
export function storeOf({ objects }: S3Server): Store {
  return {
    bytes: async (key) => objects.get(BUCKET, key),
    uploads: async (prefix) => objects.uploads(BUCKET).filter(({ key }) => key.startsWith(prefix)),
  };
}
