import type { S3Client } from '../client.ts';
import { S3Error } from '../errors/s3-error.ts';
import { readConfirmation } from './confirmation.ts';

/**
 * Deletes one object (S3 API Reference, DeleteObject). An object that is not there is deleted already: Amazon answers
 * 204, Google 404 NoSuchKey (Cloud Storage XML API, "DELETE Object"), which a second try meets when only the answer to
 * the first was lost.
 * @throws {S3Error}
 */
export async function deleteObject(client: S3Client, key: string): Promise<void> {
  try {
    await client.send({ operation: 'DeleteObject', method: 'DELETE', key }, async (answer) => {
      await readConfirmation(answer);
    });
  } catch (error) {
    if (!(error instanceof S3Error) || !saysGone(error.status, error.code)) throw error;
  }
}

/** Codes of a 404 that says nothing about the object. */
const NOT_THE_OBJECT = new Set(['NoSuchBucket', 'NoSuchTenant']);

/** Whether a server's refusal to delete says that there is nothing left to delete. */
export function saysGone(status: number | undefined, code: string): boolean {
  return code === 'NoSuchKey' || (status === 404 && !NOT_THE_OBJECT.has(code));
}
