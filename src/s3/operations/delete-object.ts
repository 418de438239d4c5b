import type { S3Client } from '../client.ts';
import { S3Error } from '../errors/s3-error.ts';
import { readConfirmation } from './confirmation.ts';

/**
 * Deletes one object (S3 API Reference, DeleteObject). An object that is not there is deleted already: Amazon answers
 * 204, Google 404 NoSuchKey (Cloud Storage XML API, "DELETE Object"), which a second try meets when only the answer to
 * the first was lost.
 * Gives whether it is only hidden, by a delete marker.
 * @throws {S3Error}
 */
export async function deleteObject(
  client: S3Client,
  key: string,
  { versionId, bypass = false }: { readonly versionId?: string; readonly bypass?: boolean | undefined } = {},
): Promise<boolean> {
  try {
    return await client.send(
      {
        operation: 'DeleteObject',
        method: 'DELETE',
        key,
        ...(versionId === undefined ? {} : { query: { versionId } }),
        ...(bypass ? { headers: BYPASS } : {}),
      },
      async (answer) => {
        await readConfirmation(answer);
        return versionId === undefined && answer.headers.get('x-amz-delete-marker') === 'true';
      },
    );
  } catch (error) {
    if (!(error instanceof S3Error) || !saysGone(error.status, error.code)) throw error;
    return false;
  }
}

/** S3 API Reference, DeleteObject: "to bypass Governance mode, you must also have s3:BypassGovernanceRetention". */
export const BYPASS = { 'x-amz-bypass-governance-retention': 'true' };

/** Codes of a 404 that says nothing about the object. */
const NOT_THE_OBJECT = new Set(['NoSuchBucket', 'NoSuchTenant']);

/** Whether a server's refusal to delete says that there is nothing left to delete. */
export function saysGone(status: number | undefined, code: string): boolean {
  return code === 'NoSuchKey' || (status === 404 && !NOT_THE_OBJECT.has(code));
}
