import { crc32, crc32ToHex } from '../checksum.ts';
import type { S3Client } from '../client.ts';
import { TransportError } from '../http/transport-error.ts';
import { type ObjectPolicy, protectPut } from '../object-policy.ts';
import type { S3Request } from '../request.ts';
import { readConfirmation } from './confirmation.ts';
import { CRC32_METADATA, newUploadToken, UPLOAD_METADATA } from './metadata.ts';
import { isPage } from './object-facts.ts';

/**
 * Stores an object in one request (S3 API Reference, PutObject). The CRC32 of the body is kept as metadata,
 * so that a restore can prove the bytes whatever the store.
 * @returns the CRC32
 * @throws {S3Error}
 */
export async function putObject(
  client: S3Client,
  key: string,
  body: Uint8Array<ArrayBuffer>,
  policy: ObjectPolicy,
): Promise<number> {
  const crc = crc32(body);
  const { headers, signBody } = protectPut(client, policy, body, crc);
  const request = {
    operation: 'PutObject',
    method: 'PUT',
    key,
    headers: { ...headers, ...policy.storedWith?.(key, body.length), [CRC32_METADATA]: crc32ToHex(crc) },
    body,
    signBody,
  } as const;
  const replaces = policy.replaces?.(key);
  if (replaces === undefined) {
    await put(client, request, policy);
    return crc;
  }
  const { writeOnce } = await import('./write-once.ts');
  const token = newUploadToken();
  const withToken = { ...request, headers: { ...request.headers, [UPLOAD_METADATA]: token } };
  await writeOnce(client, { key, token, size: body.length, replaces }, (unsignedHeaders) =>
    put(client, { ...withToken, unsignedHeaders }, policy),
  );
  return crc;
}

async function put(client: S3Client, request: S3Request, { confirm }: ObjectPolicy): Promise<void> {
  await client.send(request, async (answer) => {
    const text = await readConfirmation(answer);
    // moto calls its answer a page too, but there is nothing on it.
    if (answer.headers.get('etag') === null || (text.length > 0 && isPage(answer.headers)))
      throw new TransportError('EPROTOCOL', 'the answer is not that of an S3 server');
    confirm?.(answer.headers);
  });
}
