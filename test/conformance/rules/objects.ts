import { expect } from 'bun:test';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { expectError, expectRefusal, type Rule, type Subject } from '../rule.ts';
import { encodeKey } from '../signed-request.ts';

/** Puts each key as its own content, then reads all of them. */
async function expectSameBack(s3: Subject, keys: readonly string[]): Promise<void> {
  for (const key of keys) {
    expect([key, (await s3.send({ method: 'PUT', key, body: key })).status]).toEqual([key, 200]);
  }
  for (const key of keys) expect((await s3.send({ method: 'GET', key })).body.toString()).toBe(key);
}

/** 1,024 bytes and fewer characters; its segments could be names of files. */
function longestKey(s3: Subject): string {
  const segments = 'segment/'.repeat(128);
  return `${s3.key()}${segments}`.slice(0, 1022) + 'ü';
}

/** S3 API Reference: PutObject, GetObject, HeadObject, DeleteObject. */
export const objectRules: readonly Rule[] = [
  {
    id: 'put-get',
    title: 'an object is read back byte for byte, with its MD5 as ETag',
    check: async (s3) => {
      const Key = s3.key('object');
      const stored = await s3.client.send(new PutObjectCommand({ Bucket: s3.bucket, Key, Body: 'hello' }));
      expect(stored.ETag).toBe('"5d41402abc4b2a76b9719d911017c592"');
      const read = await s3.client.send(new GetObjectCommand({ Bucket: s3.bucket, Key }));
      expect(await read.Body?.transformToString()).toBe('hello');
      expect(read).toMatchObject({ ETag: stored.ETag, ContentLength: 5, AcceptRanges: 'bytes' });
    },
  },
  {
    id: 'replace',
    title: 'a second put replaces the object',
    check: async (s3) => {
      const Key = s3.key('object');
      for (const Body of ['first', 'the second']) {
        await s3.client.send(new PutObjectCommand({ Bucket: s3.bucket, Key, Body }));
      }
      const read = await s3.client.send(new GetObjectCommand({ Bucket: s3.bucket, Key }));
      expect(await read.Body?.transformToString()).toBe('the second');
    },
  },
  {
    id: 'empty-object',
    title: 'an object may have no bytes',
    check: async (s3) => {
      const key = s3.key('object');
      expect((await s3.send({ method: 'PUT', key })).status).toBe(200);
      const read = await s3.client.send(new GetObjectCommand({ Bucket: s3.bucket, Key: key }));
      expect(read).toMatchObject({ ContentLength: 0, ETag: '"d41d8cd98f00b204e9800998ecf8427e"' });
    },
  },
  {
    id: 'head-as-get',
    title: 'HEAD answers the headers of GET, without a body',
    check: async (s3) => {
      const key = s3.key('object');
      await s3.send({ method: 'PUT', key, body: 'hello', headers: { 'content-type': 'text/csv' } });
      const get = await s3.send({ method: 'GET', key });
      const head = await s3.send({ method: 'HEAD', key });
      expect(head.status).toBe(200);
      for (const name of ['content-length', 'content-type', 'etag', 'last-modified', 'accept-ranges']) {
        expect([name, head.headers.get(name)]).toEqual([name, get.headers.get(name)]);
      }
    },
  },
  {
    id: 'metadata',
    title: 'content type, content encoding and user metadata are stored with the object',
    check: async (s3) => {
      const Key = s3.key('object');
      await s3.client.send(
        new PutObjectCommand({
          Bucket: s3.bucket,
          Key,
          Body: 'x',
          ContentType: 'text/csv',
          ContentEncoding: 'zstd',
          Metadata: { token: 'a-1' },
        }),
      );
      expect(await s3.client.send(new HeadObjectCommand({ Bucket: s3.bucket, Key }))).toMatchObject({
        ContentType: 'text/csv',
        ContentEncoding: 'zstd',
        Metadata: { token: 'a-1' },
      });
    },
  },
  {
    id: 'last-modified',
    title: 'Last-Modified is when the object was stored',
    check: async (s3) => {
      const Key = s3.key('object');
      const before = Date.now();
      await s3.client.send(new PutObjectCommand({ Bucket: s3.bucket, Key, Body: 'x' }));
      const { LastModified } = await s3.client.send(new HeadObjectCommand({ Bucket: s3.bucket, Key }));
      // The header counts whole seconds.
      expect(LastModified?.getTime()).toBeWithin(before - 1000, Date.now() + 1);
    },
  },
  {
    id: 'missing-key',
    title: 'reading what is not there is NoSuchKey',
    check: async (s3) => {
      await expectRefusal(
        s3.client.send(new GetObjectCommand({ Bucket: s3.bucket, Key: s3.key('missing') })),
        404,
        'NoSuchKey',
      );
    },
  },
  {
    id: 'head-error-without-body',
    title: 'an error that answers HEAD has a status and no body',
    check: async (s3) => {
      const answer = await s3.send({
        method: 'HEAD',
        key: s3.key('missing'),
        headers: { connection: 'close' },
      });
      expect(answer.status).toBe(404);
    },
  },
  {
    id: 'get-missing-bucket',
    title: 'reading in a bucket that is not there is NoSuchBucket',
    check: async (s3) => {
      const command = new GetObjectCommand({ Bucket: 'nothing-to-read', Key: 'x' });
      await expectRefusal(s3.client.send(command), 404, 'NoSuchBucket');
    },
  },
  {
    id: 'put-missing-bucket',
    title: 'writing in a bucket that is not there is NoSuchBucket',
    check: async (s3) => {
      const command = new PutObjectCommand({ Bucket: 'nowhere-to-write', Key: 'x', Body: 'x' });
      await expectRefusal(s3.client.send(command), 404, 'NoSuchBucket');
    },
  },
  {
    id: 'delete',
    title: 'a deleted object is gone',
    check: async (s3) => {
      const place = { Bucket: s3.bucket, Key: s3.key('object') };
      await s3.client.send(new PutObjectCommand({ ...place, Body: 'x' }));
      expect((await s3.send({ method: 'DELETE', key: place.Key })).status).toBe(204);
      await expectRefusal(s3.client.send(new GetObjectCommand(place)), 404, 'NoSuchKey');
    },
  },
  {
    id: 'delete-missing',
    title: 'deleting what is not there succeeds with 204',
    check: async (s3) => {
      const command = new DeleteObjectCommand({ Bucket: s3.bucket, Key: s3.key('missing') });
      expect((await s3.client.send(command)).$metadata.httpStatusCode).toBe(204);
    },
  },
  {
    id: 'odd-keys',
    title: 'keys keep spaces, unicode, plus, percent, quotes and brackets',
    check: async (s3) => {
      const names = [
        'a b',
        'ü-日本-😀',
        '1+1',
        '100%',
        '%2F',
        `'"()!*~`,
        '[x]{y}^|`',
        'a&b=c?d#e',
        '007',
        ' x ',
      ];
      await expectSameBack(
        s3,
        names.map((name) => s3.key(name)),
      );
      for (const name of names) {
        const read = await s3.client.send(new GetObjectCommand({ Bucket: s3.bucket, Key: s3.key(name) }));
        expect(await read.Body?.transformToString()).toBe(s3.key(name));
      }
    },
  },
  {
    id: 'slashes-in-keys',
    title: 'leading and double slashes belong to the key',
    check: async (s3) => {
      await expectSameBack(s3, [`/${s3.key('x')}`, s3.key('/x'), s3.key('a//b')]);
    },
  },
  {
    id: 'trailing-slash',
    title: 'a trailing slash belongs to the key',
    check: async (s3) => {
      await expectSameBack(s3, [s3.key('a/')]);
      expect((await s3.send({ method: 'HEAD', key: s3.key('a') })).status).toBe(404);
    },
  },
  {
    id: 'dots-in-keys',
    title: 'dot segments belong to the key',
    check: async (s3) => {
      await expectSameBack(s3, [s3.key('a/./b'), s3.key('a/../b'), s3.key('a/...')]);
    },
  },
  {
    id: 'key-beside-folder',
    title: 'a key may be the beginning of another one that goes on with a slash',
    check: async (s3) => {
      await expectSameBack(s3, [s3.key('ab'), s3.key('ab/c')]);
    },
  },
  {
    id: 'long-key',
    title: 'a key may have 1,024 bytes in UTF-8',
    check: async (s3) => {
      await expectSameBack(s3, [longestKey(s3)]);
    },
  },
  {
    id: 'key-too-long',
    title: 'a key of more than 1,024 bytes in UTF-8 is KeyTooLongError',
    check: async (s3) => {
      const answer = await s3.send({ method: 'PUT', key: `${longestKey(s3)}k`, body: 'x' });
      expectError(answer, 400, 'KeyTooLongError');
    },
  },
  {
    id: 'virtual-host',
    title: 'a host BUCKET.DOMAIN addresses the bucket, with and without a port',
    check: async (s3) => {
      const key = s3.key('a b');
      await s3.send({ method: 'PUT', key, body: 'hello' });
      const host = `${s3.bucket}.${s3.target.domain}`;
      for (const value of [host, `${host}:${new URL(s3.target.endpoint).port}`]) {
        const answer = await s3.send({ method: 'GET', path: `/${encodeKey(key)}`, headers: { host: value } });
        expect([answer.status, answer.body.toString()]).toEqual([200, 'hello']);
      }
    },
  },
];
