import type { S3Client } from '../client.ts';
import { S3Error } from '../errors/s3-error.ts';
import { readConfirmation } from './confirmation.ts';

/**
 * Removes an unfinished upload and its parts (S3 API Reference, AbortMultipartUpload). One that is not there is
 * removed already.
 * @throws {S3Error}
 */
export async function abortMultipartUpload(client: S3Client, key: string, uploadId: string): Promise<void> {
  try {
    await client.send(
      { operation: 'AbortMultipartUpload', method: 'DELETE', key, query: { uploadId } },
      async (answer) => {
        await readConfirmation(answer);
      },
    );
  } catch (error) {
    if (!(error instanceof S3Error) || (error.status !== 404 && error.code !== 'NoSuchUpload')) throw error;
  }
}
