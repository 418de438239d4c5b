import { md5Base64 } from '../checksum.ts';
import type { S3Client } from '../client.ts';
import { isDenied } from '../errors/s3-error.ts';
import { buildXml } from '../xml.ts';
import { readConfirmation } from './confirmation.ts';
import { headObject } from './head-object.ts';
import type { ObjectLock } from './object-facts.ts';

/**
 * Locks an object of parts whose CreateMultipartUpload had these headers, where the server took no notice of them, as
 * Ceph 16 does (S3 API Reference, PutObjectRetention and PutObjectLegalHold).
 * @throws {S3Error}
 */
export async function ensureLocked(
  client: S3Client,
  key: string,
  headers: Readonly<Record<string, string>>,
): Promise<void> {
  const mode = headers['x-amz-object-lock-mode'];
  const until = headers['x-amz-object-lock-retain-until-date'];
  const hold = headers['x-amz-object-lock-legal-hold'];
  const lock = await lockOf(client, key);
  if (lock === 'not shown') return;
  if (mode !== undefined && until !== undefined && lock?.until === undefined) {
    await put(client, key, 'retention', buildXml('Retention', { Mode: mode, RetainUntilDate: until }));
  }
  if (hold !== undefined && lock?.legalHold !== true) {
    await put(client, key, 'legal-hold', buildXml('LegalHold', { Status: hold }));
  }
}

async function lockOf(client: S3Client, key: string): Promise<ObjectLock | undefined | 'not shown'> {
  try {
    return (await headObject(client, key)).lock;
  } catch (error) {
    if (isDenied(error)) return 'not shown';
    throw error;
  }
}

async function put(
  client: S3Client,
  key: string,
  what: 'retention' | 'legal-hold',
  body: Uint8Array<ArrayBuffer>,
): Promise<void> {
  const operation = what === 'retention' ? 'PutObjectRetention' : 'PutObjectLegalHold';
  await client.send(
    {
      operation,
      method: 'PUT',
      key,
      query: { [what]: '' },
      headers: { 'content-md5': md5Base64(body) },
      body,
    },
    async (answer) => {
      await readConfirmation(answer);
    },
  );
  client.log.verbose(`${client.url(key)} was stored without its lock: ${operation} added it`);
}
