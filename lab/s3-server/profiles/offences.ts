import type { S3Operation } from '../options.ts';
import { checksumHeaders, type Offence, type Refusal, type Rule } from './profile.ts';

/** Offences that several providers share. */

const uploads: readonly S3Operation[] = ['PutObject', 'CreateMultipartUpload', 'UploadPart'];

/** The CRC32 of nothing, as a client would send it with an empty body. */
const emptyCrc32 = ['x-amz-checksum-crc32', 'AAAAAA=='] as const;

const checksums: Offence = { kind: 'header', name: checksumHeaders, example: emptyCrc32 };

const checksumsOfUploads: Offence = { ...checksums, operations: uploads };

/** A body in chunks with a checksum behind it, which the SDKs of Amazon send by default since 2025. */
const chunkedBodies: Offence = {
  kind: 'header',
  name: /^x-amz-content-sha256: STREAMING-/,
  example: ['x-amz-content-sha256', 'STREAMING-UNSIGNED-PAYLOAD-TRAILER'],
};

export const refuseChecksums = (refusal: Refusal): Rule => ({ refuses: checksums, with: refusal });

export const refuseChecksumsOfUploads = (refusal: Refusal): Rule => ({
  refuses: checksumsOfUploads,
  with: refusal,
});

export const refuseChunkedBodies = (refusal: Refusal): Rule => ({ refuses: chunkedBodies, with: refusal });

/** A header of uploads whose name and value, as `name: value`, fit. */
export const refuseHeader = (name: RegExp, example: readonly [string, string], refusal: Refusal): Rule => ({
  refuses: { kind: 'header', name, operations: ['PutObject', 'CreateMultipartUpload'], example },
  with: refusal,
});

export const refusePathStyle = (refusal: Refusal, operations?: readonly S3Operation[]): Rule => ({
  refuses: { kind: 'path style', ...(operations === undefined ? {} : { operations }) },
  with: refusal,
});

/** DeleteObjects needs one of these; Amazon takes a CRC32 as well. */
export const refuseDeleteWithout = (...anyOf: readonly [string, ...string[]]): Rule => ({
  refuses: { kind: 'header missing', operation: 'DeleteObjects', anyOf },
  with: {
    code: 'InvalidRequest',
    message: `Missing required header for this request: ${anyOf.join(' or ')}`,
  },
});
