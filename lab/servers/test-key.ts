import type { ServerAccess } from './server.ts';

export const accessKeyId = 'testkey';
export const secretAccessKey = 'testsecret';

/** Access with the key that most servers get. */
export function accessAt(endpoint: string): ServerAccess {
  return { endpoint, region: 'us-east-1', accessKeyId, secretAccessKey };
}
