import { expect } from 'bun:test';
import {
  type CompletedPart,
  CreateMultipartUploadCommand,
  HeadObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { expectRefusal, type Rule } from '../rule.ts';
import { crc32Of } from './integrity.ts';
import { abort, complete, large, sendPart, small, startUpload, twoParts, whole } from './upload-steps.ts';

const fullObject = { ChecksumAlgorithm: 'CRC32', ChecksumType: 'FULL_OBJECT' } as const;
const composite = { ChecksumAlgorithm: 'CRC32', ChecksumType: 'COMPOSITE' } as const;

/** S3 User Guide, "Checking object integrity in Amazon S3", "Full object and composite checksum types". */
export const multipartChecksumRules: readonly Rule[] = [
  {
    id: 'checksum-acknowledged',
    title: 'the checksum that an upload asks for is acknowledged when it begins',
    check: async (s3) => {
      for (const ChecksumType of ['FULL_OBJECT', 'COMPOSITE'] as const) {
        const created = await s3.client.send(
          new CreateMultipartUploadCommand({
            Bucket: s3.bucket,
            Key: s3.key('object'),
            ChecksumAlgorithm: 'CRC32',
            ChecksumType,
          }),
        );
        expect(created).toMatchObject({ ChecksumAlgorithm: 'CRC32', ChecksumType });
      }
    },
  },
  {
    id: 'part-crc32-verified',
    title: 'a part with another x-amz-checksum-crc32 is BadDigest',
    check: async (s3) => {
      const upload = await startUpload(s3, 'object', fullObject);
      const part = { PartNumber: 1, Body: 'text', ChecksumCRC32: crc32Of('other') };
      await expectRefusal(s3.client.send(new UploadPartCommand({ ...upload, ...part })), 400, 'BadDigest');
      await abort(s3, upload);
    },
  },
  {
    id: 'full-object-crc32-verified',
    title: 'another FULL_OBJECT CRC32 than that of all bytes is BadDigest, and the upload stays open',
    check: async (s3) => {
      const upload = await startUpload(s3, 'object', fullObject);
      const parts = await twoParts(s3, upload);
      const wrong = { ChecksumCRC32: crc32Of('other'), ChecksumType: 'FULL_OBJECT' } as const;
      await expectRefusal(complete(s3, upload, parts, wrong), 400, 'BadDigest');
      await complete(s3, upload, parts, { ChecksumCRC32: crc32Of(whole), ChecksumType: 'FULL_OBJECT' });
    },
  },
  {
    id: 'full-object-crc32-answered',
    title: 'the FULL_OBJECT CRC32 of a multipart object is answered by HEAD with x-amz-checksum-mode',
    check: async (s3) => {
      const upload = await startUpload(s3, 'object', fullObject);
      const checksum = { ChecksumCRC32: crc32Of(whole), ChecksumType: 'FULL_OBJECT' } as const;
      const completed = await complete(s3, upload, await twoParts(s3, upload), checksum);
      expect(completed).toMatchObject(checksum);
      const head = new HeadObjectCommand({ Bucket: s3.bucket, Key: upload.Key, ChecksumMode: 'ENABLED' });
      expect(await s3.client.send(head)).toMatchObject(checksum);
    },
  },
  {
    id: 'composite-crc32',
    title: 'a COMPOSITE CRC32 is that of the parts’ CRC32s, and has their number',
    check: async (s3) => {
      const upload = await startUpload(s3, 'object', composite);
      const parts: CompletedPart[] = [];
      for (const [index, Body] of [large, small].entries()) {
        const part = { PartNumber: index + 1, ChecksumCRC32: crc32Of(Body) };
        const { ETag = '' } = await s3.client.send(new UploadPartCommand({ ...upload, ...part, Body }));
        parts.push({ ...part, ETag });
      }
      await complete(s3, upload, parts);
      const ofParts = Buffer.concat([large, small].map((part) => Buffer.from(crc32Of(part), 'base64')));
      expect(
        await s3.client.send(
          new HeadObjectCommand({ Bucket: s3.bucket, Key: upload.Key, ChecksumMode: 'ENABLED' }),
        ),
      ).toMatchObject({ ChecksumCRC32: `${crc32Of(ofParts)}-2`, ChecksumType: 'COMPOSITE' });
    },
  },
  {
    id: 'composite-parts-need-crc32',
    title: 'in an upload with a COMPOSITE CRC32 a part without one is InvalidRequest',
    check: async (s3) => {
      const upload = await startUpload(s3, 'object', composite);
      await expectRefusal(sendPart(s3, upload, 1, 'x'), 400, 'InvalidRequest');
    },
  },
  {
    id: 'part-crc32-unasked',
    title: 'in an upload without a checksum algorithm a part with a CRC32 is InvalidRequest',
    check: async (s3) => {
      const upload = await startUpload(s3);
      const part = { PartNumber: 1, Body: 'x', ChecksumCRC32: crc32Of('x') };
      await expectRefusal(
        s3.client.send(new UploadPartCommand({ ...upload, ...part })),
        400,
        'InvalidRequest',
      );
    },
  },
  {
    id: 'part-crc32-in-list',
    title: 'a part that is listed with another CRC32 is InvalidPart',
    check: async (s3) => {
      const upload = await startUpload(s3, 'object', fullObject);
      const part = await sendPart(s3, upload, 1, 'x');
      const wrong = { ...part, ChecksumCRC32: crc32Of('y') };
      await expectRefusal(complete(s3, upload, [wrong]), 400, 'InvalidPart');
    },
  },
  {
    id: 'checksum-type-kept',
    title: 'completing with another checksum type than the upload began with is InvalidRequest',
    check: async (s3) => {
      const upload = await startUpload(s3, 'object', fullObject);
      const part = await sendPart(s3, upload, 1, 'x');
      await expectRefusal(complete(s3, upload, [part], { ChecksumType: 'COMPOSITE' }), 400, 'InvalidRequest');
    },
  },
];
