import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { crc32ToBase64 } from './crc32.ts';
import { S3Error } from './s3-error.ts';

/** What the client says about its body's bytes. */
export interface ClaimedDigests {
  readonly sha256: string | undefined;
  readonly md5: string | undefined;
  readonly crc32: string | undefined;
}

/** What the bytes were. */
export interface BodyDigests {
  readonly size: number;
  /** In hex: the ETag of an object or part that was sent in one request. */
  readonly md5: string;
  readonly crc32: number;
}

export const unsignedPayload = 'UNSIGNED-PAYLOAD';

/** x-amz-checksum-* headers that are no checksum values. */
const checksumSettings = new Set(['x-amz-checksum-algorithm', 'x-amz-checksum-type', 'x-amz-checksum-mode']);

function isBase64Of(bytes: number, text: string): boolean {
  const decoded = Buffer.from(text, 'base64');
  return decoded.length === bytes && decoded.toString('base64') === text;
}

/**
 * Reads the digests that a request's headers claim (S3 User Guide, "Checking object integrity").
 * @throws S3Error InvalidDigest, InvalidRequest; NotImplemented for trailing checksums
 */
export function claimedDigests(headers: ReadonlyMap<string, string>): ClaimedDigests {
  const md5 = headers.get('content-md5');
  if (md5 !== undefined && !isBase64Of(16, md5)) throw new S3Error('InvalidDigest');
  if (headers.has('x-amz-trailer'))
    throw new S3Error('NotImplemented', 'Trailing checksums are not implemented.');
  const crc = headers.get('x-amz-checksum-crc32');
  if (crc !== undefined && !isBase64Of(4, crc)) {
    throw new S3Error('InvalidRequest', 'Value for x-amz-checksum-crc32 header is invalid.');
  }
  for (const name of headers.keys()) {
    if (!name.startsWith('x-amz-checksum-') || checksumSettings.has(name) || name === 'x-amz-checksum-crc32')
      continue;
    throw new S3Error('InvalidRequest', `The checksum algorithm of ${name} is not supported here.`);
  }
  const algorithm = headers.get('x-amz-sdk-checksum-algorithm');
  if (algorithm !== undefined && (algorithm.toUpperCase() !== 'CRC32' || crc === undefined)) {
    throw new S3Error(
      'InvalidRequest',
      'x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* headers were found.',
    );
  }
  const sha256 = headers.get('x-amz-content-sha256');
  return { sha256: sha256 === unsignedPayload ? undefined : sha256, md5, crc32: crc };
}

/** Digests of a body as it passes by. SHA-256 is the slow one: computed only where it was claimed. */
export class BodyDigester {
  readonly #claimed: ClaimedDigests;
  readonly #md5 = createHash('md5');
  readonly #sha256: ReturnType<typeof createHash> | undefined;
  #crc32 = 0;
  #size = 0;

  constructor(claimed: ClaimedDigests) {
    this.#claimed = claimed;
    this.#sha256 = claimed.sha256 === undefined ? undefined : createHash('sha256');
  }

  update(chunk: Uint8Array): void {
    this.#md5.update(chunk);
    this.#sha256?.update(chunk);
    this.#crc32 = crc32(chunk, this.#crc32);
    this.#size += chunk.length;
  }

  /** @throws S3Error XAmzContentSHA256Mismatch, BadDigest where the bytes are not the claimed ones */
  finish(): BodyDigests {
    const md5 = this.#md5.digest();
    const sha256 = this.#sha256?.digest('hex');
    if (sha256 !== this.#claimed.sha256) {
      throw new S3Error('XAmzContentSHA256Mismatch', undefined, {
        fields: {
          ClientComputedContentSHA256: this.#claimed.sha256 ?? '',
          S3ComputedContentSHA256: sha256 ?? '',
        },
      });
    }
    if (this.#claimed.md5 !== undefined && this.#claimed.md5 !== md5.toString('base64')) {
      throw new S3Error('BadDigest', 'The Content-MD5 you specified did not match what we received.');
    }
    if (this.#claimed.crc32 !== undefined && this.#claimed.crc32 !== crc32ToBase64(this.#crc32)) {
      throw new S3Error('BadDigest', 'The CRC32 you specified did not match the calculated checksum.');
    }
    return { size: this.#size, md5: md5.toString('hex'), crc32: this.#crc32 };
  }
}
