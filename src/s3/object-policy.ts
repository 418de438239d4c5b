import { crc32ToBase64, md5Base64 } from './checksum.ts';
import type { S3Client } from './client.ts';

/** How bodies are protected on their way, and how objects are stored. */
export interface ObjectPolicy {
  readonly checksum: 'auto' | 'crc32' | 'off';
  readonly payloadSigning: 'auto' | 'on' | 'off';
  /**
   * Headers of a new object, for PutObject and CreateMultipartUpload. Absent: as the bucket has it.
   * @param size in bytes; undefined for one that is stored in parts
   */
  readonly storedWith?:
    | ((key: string, size: number | undefined) => Readonly<Record<string, string>>)
    | undefined;
  /**
   * Of a key that must not simply be replaced: `never`, or `if needed`, where a conditional request is tried first.
   * Absent, or undefined for a key: by a plain request.
   */
  readonly replaces?: ((key: string) => 'never' | 'if needed' | undefined) | undefined;
  /** New objects are locked. S3 takes them only with a checksum in a header, also where a signature protects the body. */
  readonly locks?: boolean | undefined;
  /** Looks at the head of the answer to a PutObject; what it throws is the end of it. */
  readonly confirm?: ((answer: Headers) => void) | undefined;
}

/** The headers and the signing that protect one body on its way. */
export interface Protection {
  readonly headers: Readonly<Record<string, string>>;
  readonly signBody: boolean;
}

/**
 * The protection of a PutObject's body. Nothing has been negotiated at that point, so a CRC32 header goes only
 * to servers known to take it, and Content-MD5, which every S3 server checks, to the others; several of those
 * do not check the signed SHA-256.
 */
export function protectPut(
  client: S3Client,
  policy: ObjectPolicy,
  body: Uint8Array,
  crc32: number,
): Protection {
  const withCrc =
    policy.checksum === 'crc32' ||
    (policy.checksum === 'auto' && client.server.provider.checksums === 'always');
  if (withCrc) {
    return {
      headers: { 'x-amz-checksum-crc32': crc32ToBase64(crc32) },
      signBody: signs(client, policy, true),
    };
  }
  const headers = policy.checksum === 'off' ? {} : { 'content-md5': md5Base64(body) };
  return { headers, signBody: signs(client, policy, false) };
}

/** The protection of a part's body; `withCrc` is what the answer to CreateMultipartUpload acknowledged. */
export function protectPart(
  client: S3Client,
  policy: ObjectPolicy,
  withCrc: boolean,
  body: Uint8Array,
  crc32: number,
): Protection {
  const signBody = signs(client, policy, withCrc);
  if (withCrc) return { headers: { 'x-amz-checksum-crc32': crc32ToBase64(crc32) }, signBody };
  // Some servers keep what came of a body that is protected by nothing and cut on its way.
  const bare = policy.locks === true || (!signBody && policy.checksum !== 'off');
  return { headers: bare ? { 'content-md5': md5Base64(body) } : {}, signBody };
}

/** Over plain http the body's hash is the only thing that keeps others from changing it. */
function signs(client: S3Client, policy: ObjectPolicy, hasChecksum: boolean): boolean {
  if (policy.payloadSigning !== 'auto') return policy.payloadSigning === 'on';
  return client.server.scheme === 'http' || !hasChecksum;
}
