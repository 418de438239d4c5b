import type { S3Client } from '../client.ts';
import { readConfirmation } from './confirmation.ts';

/**
 * Deletes one object (S3 API Reference, DeleteObject). An object that is not there is deleted already.
 * @throws {S3Error}
 */
export async function deleteObject(client: S3Client, key: string): Promise<void> {
  await client.send({ operation: 'DeleteObject', method: 'DELETE', key }, async (answer) => {
    await readConfirmation(answer);
  });
}
