import { expect } from 'bun:test';
import { createHash } from 'node:crypto';
import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { expectError, expectRefusal, type Rule } from '../rule.ts';
import { complete, large, minPart, sendPart, small, startUpload, twoParts, whole } from './upload-steps.ts';

/** S3 API Reference, CompleteMultipartUpload; S3 User Guide, "Amazon S3 multipart upload limits". */
export const completingRules: readonly Rule[] = [
  {
    id: 'complete',
    title: 'the parts become one object; its ETag is the MD5 of the MD5s and the number of parts',
    check: async (s3) => {
      const upload = await startUpload(s3);
      const parts = await twoParts(s3, upload);
      const { ETag } = await complete(s3, upload, parts);
      const md5s = [large, small].map((part) => createHash('md5').update(part).digest());
      expect(ETag).toBe(`"${createHash('md5').update(Buffer.concat(md5s)).digest('hex')}-2"`);
      const read = await s3.send({ method: 'GET', key: upload.Key });
      expect(read.headers.get('etag')).toBe(ETag);
      expect(Buffer.compare(read.body, whole)).toBe(0);
      const headers = { range: `bytes=${minPart - 2}-${minPart + 2}` };
      const across = await s3.send({ method: 'GET', key: upload.Key, headers });
      expect(across.body.toString()).toBe(whole.subarray(minPart - 2, minPart + 3).toString());
    },
  },
  {
    id: 'complete-keeps-metadata',
    title: 'the object has the metadata and content type that were given when the upload began',
    check: async (s3) => {
      const properties = { Metadata: { token: 'abc' }, ContentType: 'text/csv' };
      const upload = await startUpload(s3, 'object', properties);
      await complete(s3, upload, [await sendPart(s3, upload, 1, 'x')]);
      expect(
        await s3.client.send(new HeadObjectCommand({ Bucket: s3.bucket, Key: upload.Key })),
      ).toMatchObject(properties);
    },
  },
  {
    id: 'complete-chosen-parts',
    title: 'parts that are not listed are left out, and numbers may have gaps',
    check: async (s3) => {
      const upload = await startUpload(s3);
      await sendPart(s3, upload, 1, 'left out');
      await complete(s3, upload, [await sendPart(s3, upload, 9, 'kept')]);
      expect((await s3.send({ method: 'GET', key: upload.Key })).body.toString()).toBe('kept');
    },
  },
  {
    id: 'complete-empty-part',
    title: 'a single part may be empty',
    check: async (s3) => {
      const upload = await startUpload(s3);
      await complete(s3, upload, [await sendPart(s3, upload, 1, '')]);
      expect((await s3.send({ method: 'HEAD', key: upload.Key })).headers.get('content-length')).toBe('0');
    },
  },
  {
    id: 'complete-part-order',
    title: 'a list that does not ascend is InvalidPartOrder; the upload stays open',
    check: async (s3) => {
      const upload = await startUpload(s3);
      const [first, second] = await twoParts(s3, upload);
      await expectRefusal(complete(s3, upload, [second, first]), 400, 'InvalidPartOrder');
      await complete(s3, upload, [first, second]);
    },
  },
  {
    id: 'complete-part-repeated',
    title: 'a list that repeats a part number is InvalidPartOrder',
    check: async (s3) => {
      const upload = await startUpload(s3);
      const [first, second] = await twoParts(s3, upload);
      await expectRefusal(complete(s3, upload, [first, first, second]), 400, 'InvalidPartOrder');
    },
  },
  {
    id: 'complete-missing-part',
    title: 'a part that was not sent is InvalidPart',
    check: async (s3) => {
      const upload = await startUpload(s3);
      const part = await sendPart(s3, upload, 1, 'x');
      await expectRefusal(complete(s3, upload, [{ ...part, PartNumber: 2 }]), 400, 'InvalidPart');
    },
  },
  {
    id: 'complete-wrong-etag',
    title: 'a part with another ETag is InvalidPart',
    check: async (s3) => {
      const upload = await startUpload(s3);
      await sendPart(s3, upload, 1, 'x');
      const wrong = { PartNumber: 1, ETag: '"00000000000000000000000000000000"' };
      await expectRefusal(complete(s3, upload, [wrong]), 400, 'InvalidPart');
    },
  },
  {
    id: 'complete-small-part',
    title: 'a part below 5 MiB that is not the last one is EntityTooSmall',
    check: async (s3) => {
      const upload = await startUpload(s3);
      const parts = [await sendPart(s3, upload, 1, large.subarray(1)), await sendPart(s3, upload, 2, 'x')];
      await expectRefusal(complete(s3, upload, parts), 400, 'EntityTooSmall');
    },
  },
  {
    id: 'complete-no-parts',
    title: 'a list without parts is MalformedXML',
    check: async (s3) => {
      const upload = await startUpload(s3);
      const query = { uploadId: upload.UploadId };
      const body = '<CompleteMultipartUpload></CompleteMultipartUpload>';
      expectError(await s3.send({ method: 'POST', key: upload.Key, query, body }), 400, 'MalformedXML');
    },
  },
  {
    id: 'complete-unknown-upload',
    title: 'completing an upload that is not there is NoSuchUpload',
    check: async (s3) => {
      const upload = { Bucket: s3.bucket, Key: s3.key('object'), UploadId: 'made-up' };
      await expectRefusal(complete(s3, upload, [{ PartNumber: 1, ETag: '"x"' }]), 404, 'NoSuchUpload');
    },
  },
  {
    id: 'complete-twice',
    title: 'completing an upload again is NoSuchUpload',
    check: async (s3) => {
      const upload = await startUpload(s3);
      const part = await sendPart(s3, upload, 1, 'x');
      await complete(s3, upload, [part]);
      await expectRefusal(complete(s3, upload, [part]), 404, 'NoSuchUpload');
    },
  },
  {
    id: 'complete-if-none-match',
    title: 'completing with If-None-Match: * never replaces an object',
    check: async (s3) => {
      const key = s3.key('object');
      await s3.send({ method: 'PUT', key, body: 'first' });
      const upload = await startUpload(s3);
      const part = await sendPart(s3, upload, 1, 'second');
      await expectRefusal(complete(s3, upload, [part], { IfNoneMatch: '*' }), 412, 'PreconditionFailed');
      expect((await s3.send({ method: 'GET', key })).body.toString()).toBe('first');
    },
  },
  {
    id: 'complete-size-verified',
    title: 'another x-amz-mp-object-size than the sum of the parts is InvalidRequest',
    check: async (s3) => {
      const upload = await startUpload(s3);
      const part = await sendPart(s3, upload, 1, 'four');
      await expectRefusal(complete(s3, upload, [part], { MpuObjectSize: 5 }), 400, 'InvalidRequest');
      await complete(s3, upload, [part], { MpuObjectSize: 4 });
    },
  },
];
