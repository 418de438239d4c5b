import { md5Base64 } from '../checksum.ts';
import type { S3Client } from '../client.ts';
import { S3Error } from '../errors/s3-error.ts';
import { buildXml } from '../xml.ts';
import { readConfirmation } from './confirmation.ts';

/** How an archived object is brought back. */
export interface RestoreRequest {
  readonly tier: 'Standard' | 'Bulk' | 'Expedited';
  /** How long the copy stays; undefined for INTELLIGENT_TIERING, whose objects leave the archive for good. */
  readonly days: number | undefined;
}

/**
 * Asks for an archived object to be brought back (S3 API Reference, RestoreObject: 202 for a new request, 200 when the
 * copy is there and stays longer, 409 RestoreAlreadyInProgress).
 * @throws {S3Error}
 */
export async function restoreObject(client: S3Client, key: string, request: RestoreRequest): Promise<void> {
  const { tier, days } = request;
  // The schema has Days first, and the tier of these two forms: with Days inside of GlacierJobParameters.
  const content = days === undefined ? { Tier: tier } : { Days: days, GlacierJobParameters: { Tier: tier } };
  const body = buildXml('RestoreRequest', content);
  try {
    await client.send(
      {
        operation: 'RestoreObject',
        method: 'POST',
        key,
        query: { restore: '' },
        headers: { 'content-md5': md5Base64(body) },
        body,
      },
      async (answer) => {
        await readConfirmation(answer);
      },
    );
  } catch (error) {
    if (!(error instanceof S3Error) || error.code !== 'RestoreAlreadyInProgress') throw error;
  }
}
