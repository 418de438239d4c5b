import { expect } from 'bun:test';
import { ListMultipartUploadsCommand, ListPartsCommand } from '@aws-sdk/client-s3';
import { expectError, expectRefusal, type Rule } from '../rule.ts';
import { md5Of } from './integrity.ts';
import { abort, complete, sendPart, startUpload } from './upload-steps.ts';

/** S3 API Reference: CreateMultipartUpload, UploadPart, AbortMultipartUpload, ListParts, ListMultipartUploads. */
export const multipartRules: readonly Rule[] = [
  {
    id: 'part-etag',
    title: 'the ETag of a part is its MD5',
    check: async (s3) => {
      const upload = await startUpload(s3);
      expect((await sendPart(s3, upload, 1, 'hello')).ETag).toBe('"5d41402abc4b2a76b9719d911017c592"');
      await abort(s3, upload);
    },
  },
  {
    id: 'part-numbers',
    title: 'part numbers go from 1 to 10,000',
    check: async (s3) => {
      const upload = await startUpload(s3);
      for (const number of [1, 10_000]) await sendPart(s3, upload, number, 'x');
      const { Parts = [] } = await s3.client.send(new ListPartsCommand(upload));
      expect(Parts.map(({ PartNumber }) => PartNumber)).toEqual([1, 10_000]);
      await abort(s3, upload);
    },
  },
  {
    id: 'part-number-refused',
    title: 'the part numbers 0 and 10,001 are InvalidArgument',
    check: async (s3) => {
      const upload = await startUpload(s3);
      for (const number of [0, 10_001]) {
        await expectRefusal(sendPart(s3, upload, number, 'x'), 400, 'InvalidArgument');
      }
      await abort(s3, upload);
    },
  },
  {
    id: 'part-digests-verified',
    title: 'a part with another Content-MD5 is BadDigest, and is no part; the upload goes on',
    check: async (s3) => {
      const upload = await startUpload(s3);
      const query = { partNumber: '1', uploadId: upload.UploadId };
      const headers = { 'content-md5': md5Of('other') };
      const answer = await s3.send({ method: 'PUT', key: upload.Key, query, body: 'text', headers });
      expectError(answer, 400, 'BadDigest');
      expect((await s3.client.send(new ListPartsCommand(upload))).Parts ?? []).toEqual([]);
      await sendPart(s3, upload, 1, 'text');
      await abort(s3, upload);
    },
  },
  {
    id: 'part-without-upload',
    title: 'a part for an upload that is not there, or for another key, is NoSuchUpload',
    check: async (s3) => {
      const upload = await startUpload(s3);
      const other = { ...upload, Key: s3.key('other') };
      await expectRefusal(sendPart(s3, other, 1, 'x'), 404, 'NoSuchUpload');
      await abort(s3, upload);
      await expectRefusal(sendPart(s3, upload, 1, 'x'), 404, 'NoSuchUpload');
    },
  },
  {
    id: 'part-replaced',
    title: 'a part that is sent again replaces the one before',
    check: async (s3) => {
      const upload = await startUpload(s3);
      await sendPart(s3, upload, 1, 'first');
      await complete(s3, upload, [await sendPart(s3, upload, 1, 'second try')]);
      expect((await s3.send({ method: 'GET', key: upload.Key })).body.toString()).toBe('second try');
    },
  },
  {
    id: 'part-replaced-is-gone',
    title: 'a part that was replaced is not listed',
    check: async (s3) => {
      const upload = await startUpload(s3);
      await sendPart(s3, upload, 1, 'first');
      const { ETag } = await sendPart(s3, upload, 1, 'second try');
      const { Parts = [] } = await s3.client.send(new ListPartsCommand(upload));
      await abort(s3, upload);
      expect(Parts.map((part) => [part.PartNumber, part.Size, part.ETag])).toEqual([[1, 10, ETag]]);
    },
  },
  {
    id: 'upload-is-no-object',
    title: 'an upload that is not completed is no object',
    check: async (s3) => {
      const upload = await startUpload(s3);
      await sendPart(s3, upload, 1, 'x');
      expect((await s3.send({ method: 'HEAD', key: upload.Key })).status).toBe(404);
      await abort(s3, upload);
    },
  },
  {
    id: 'abort',
    title: 'abort answers 204, after which the upload is gone',
    check: async (s3) => {
      const upload = await startUpload(s3);
      await sendPart(s3, upload, 1, 'x');
      const query = { uploadId: upload.UploadId };
      expect((await s3.send({ method: 'DELETE', key: upload.Key, query })).status).toBe(204);
      await expectRefusal(s3.client.send(new ListPartsCommand(upload)), 404, 'NoSuchUpload');
    },
  },
  {
    id: 'abort-twice',
    title: 'aborting an upload that is not there is NoSuchUpload',
    check: async (s3) => {
      const upload = await startUpload(s3);
      await abort(s3, upload);
      await expectRefusal(abort(s3, upload), 404, 'NoSuchUpload');
    },
  },
  {
    id: 'list-parts',
    title: 'parts are listed by number, in pages',
    check: async (s3) => {
      const upload = await startUpload(s3);
      for (const number of [7, 2, 5]) await sendPart(s3, upload, number, 'x'.repeat(number));
      const first = await s3.client.send(new ListPartsCommand({ ...upload, MaxParts: 2 }));
      expect(first).toMatchObject({ IsTruncated: true, NextPartNumberMarker: '5', MaxParts: 2 });
      expect(first.Parts?.map(({ PartNumber, Size }) => [PartNumber, Size])).toEqual([
        [2, 2],
        [5, 5],
      ]);
      const second = await s3.client.send(new ListPartsCommand({ ...upload, PartNumberMarker: '5' }));
      expect(second.IsTruncated).toBe(false);
      expect(second.Parts?.map(({ PartNumber }) => PartNumber)).toEqual([7]);
      await abort(s3, upload);
    },
  },
  {
    id: 'list-uploads',
    title: 'open uploads are listed by prefix, with key, id and time',
    check: async (s3) => {
      const upload = await startUpload(s3, 'a/object');
      const other = await startUpload(s3, 'b');
      const listing = { Bucket: s3.bucket, Prefix: s3.key('a/') };
      const { Uploads = [] } = await s3.client.send(new ListMultipartUploadsCommand(listing));
      expect(Uploads).toHaveLength(1);
      expect(Uploads[0]).toMatchObject({ Key: upload.Key, UploadId: upload.UploadId });
      expect(Uploads[0]?.Initiated?.getTime()).toBeGreaterThan(0);
      await abort(s3, upload);
      await abort(s3, other);
      const after = await s3.client.send(new ListMultipartUploadsCommand(listing));
      expect(after.Uploads ?? []).toEqual([]);
    },
  },
  {
    id: 'list-uploads-order',
    title: 'open uploads are listed in the order of their keys',
    check: async (s3) => {
      // So many that a server without an order can't get it right by chance.
      const names = ['e', 'b', 'g', 'a', 'h', 'd', 'c', 'f'];
      const started = [];
      for (const name of names) started.push(await startUpload(s3, name));
      const listing = { Bucket: s3.bucket, Prefix: s3.key() };
      const { Uploads = [] } = await s3.client.send(new ListMultipartUploadsCommand(listing));
      for (const upload of started) await abort(s3, upload);
      expect(Uploads.map(({ Key }) => Key)).toEqual(names.toSorted().map((name) => s3.key(name)));
    },
  },
  {
    id: 'list-uploads-delimiter',
    title: 'a delimiter rolls up open uploads into common prefixes',
    check: async (s3) => {
      const started = [];
      for (const name of ['a', 'b/1', 'b/2']) started.push(await startUpload(s3, name));
      const listing = { Bucket: s3.bucket, Prefix: s3.key(), Delimiter: '/' };
      const page = await s3.client.send(new ListMultipartUploadsCommand(listing));
      for (const upload of started) await abort(s3, upload);
      expect(page.Uploads?.map(({ Key }) => Key)).toEqual([s3.key('a')]);
      expect(page.CommonPrefixes?.map(({ Prefix }) => Prefix)).toEqual([s3.key('b/')]);
    },
  },
  {
    id: 'list-uploads-pages',
    title:
      'pages of open uploads follow each other by NextKeyMarker and NextUploadIdMarker, also within a key',
    check: async (s3) => {
      const started = [];
      for (const name of ['a', 'b', 'b', 'c']) started.push(await startUpload(s3, name));
      const found: (string | undefined)[] = [];
      let KeyMarker: string | undefined;
      let UploadIdMarker: string | undefined;
      do {
        const page = await s3.client.send(
          new ListMultipartUploadsCommand({
            Bucket: s3.bucket,
            Prefix: s3.key(),
            MaxUploads: 2,
            KeyMarker,
            UploadIdMarker,
          }),
        );
        found.push(...(page.Uploads ?? []).map(({ UploadId }) => UploadId));
        KeyMarker = page.IsTruncated === true ? page.NextKeyMarker : undefined;
        UploadIdMarker = page.NextUploadIdMarker;
        if (page.IsTruncated === true) expect(KeyMarker).toBeString();
      } while (KeyMarker !== undefined && found.length <= started.length);
      for (const upload of started) await abort(s3, upload);
      expect(found).toHaveLength(started.length);
      expect(new Set(found)).toEqual(new Set(started.map(({ UploadId }) => UploadId)));
    },
  },
];
