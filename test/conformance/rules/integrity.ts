import { expect } from 'bun:test';
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { RawConnection } from '../raw-connection.ts';
import { expectError, type Rule } from '../rule.ts';
import { pathOf, signRequest } from '../signed-request.ts';

export function crc32Of(bytes: Uint8Array | string): string {
  const value = Buffer.alloc(4);
  value.writeUInt32BE(crc32(bytes));
  return value.toString('base64');
}

export function md5Of(bytes: Uint8Array | string): string {
  return createHash('md5').update(bytes).digest('base64');
}

/** S3 User Guide, "Checking object integrity in Amazon S3". */
export const integrityRules: readonly Rule[] = [
  {
    id: 'content-md5-accepted',
    title: 'a body that has its Content-MD5 is stored',
    check: async (s3) => {
      const headers = { 'content-md5': md5Of('text') };
      expect((await s3.send({ method: 'PUT', key: s3.key('object'), body: 'text', headers })).status).toBe(
        200,
      );
    },
  },
  {
    id: 'content-md5-verified',
    title: 'a body with another Content-MD5 is BadDigest, and is not stored',
    check: async (s3) => {
      const key = s3.key('object');
      const headers = { 'content-md5': md5Of('other') };
      expectError(await s3.send({ method: 'PUT', key, body: 'text', headers }), 400, 'BadDigest');
      expect((await s3.send({ method: 'HEAD', key })).status).toBe(404);
    },
  },
  {
    id: 'content-md5-well-formed',
    title: 'a Content-MD5 that is no MD5 is InvalidDigest',
    check: async (s3) => {
      for (const value of ['not-base64!', Buffer.from('too short').toString('base64')]) {
        const headers = { 'content-md5': value };
        expectError(
          await s3.send({ method: 'PUT', key: s3.key('object'), body: 'x', headers }),
          400,
          'InvalidDigest',
        );
      }
    },
  },
  {
    id: 'crc32-verified',
    title: 'a body with another x-amz-checksum-crc32 is BadDigest, and is not stored',
    check: async (s3) => {
      const key = s3.key('object');
      const headers = { 'x-amz-checksum-crc32': crc32Of('other') };
      expectError(await s3.send({ method: 'PUT', key, body: 'text', headers }), 400, 'BadDigest');
      expect((await s3.send({ method: 'HEAD', key })).status).toBe(404);
    },
  },
  {
    id: 'crc32-well-formed',
    title: 'an x-amz-checksum-crc32 that is not four bytes is InvalidRequest',
    check: async (s3) => {
      const headers = { 'x-amz-checksum-crc32': 'AAAA' };
      expectError(
        await s3.send({ method: 'PUT', key: s3.key('object'), body: 'x', headers }),
        400,
        'InvalidRequest',
      );
    },
  },
  {
    id: 'crc32-answered',
    title: 'a stored CRC32 is answered by PUT, HEAD and GET, by the latter two with x-amz-checksum-mode',
    check: async (s3) => {
      const place = { Bucket: s3.bucket, Key: s3.key('object') };
      const ChecksumCRC32 = crc32Of('text');
      const put = new PutObjectCommand({ ...place, Body: 'text', ChecksumCRC32 });
      expect(await s3.client.send(put)).toMatchObject({ ChecksumCRC32 });
      const mode = { ...place, ChecksumMode: 'ENABLED' } as const;
      expect(await s3.client.send(new HeadObjectCommand(mode))).toMatchObject({ ChecksumCRC32 });
      expect(await s3.client.send(new GetObjectCommand(mode))).toMatchObject({ ChecksumCRC32 });
    },
  },
  {
    id: 'crc32-type-answered',
    title: 'a CRC32 that came with PutObject is answered as one of the FULL_OBJECT',
    check: async (s3) => {
      const key = s3.key('object');
      await s3.send({
        method: 'PUT',
        key,
        body: 'text',
        headers: { 'x-amz-checksum-crc32': crc32Of('text') },
      });
      const head = await s3.send({ method: 'HEAD', key, headers: { 'x-amz-checksum-mode': 'ENABLED' } });
      expect(head.headers.get('x-amz-checksum-type')).toBe('FULL_OBJECT');
    },
  },
  {
    id: 'crc32-only-when-asked',
    title: 'without x-amz-checksum-mode no checksum is answered',
    check: async (s3) => {
      const key = s3.key('object');
      await s3.send({
        method: 'PUT',
        key,
        body: 'text',
        headers: { 'x-amz-checksum-crc32': crc32Of('text') },
      });
      for (const method of ['GET', 'HEAD']) {
        expect((await s3.send({ method, key })).headers.has('x-amz-checksum-crc32')).toBe(false);
      }
    },
  },
  {
    id: 'crc32-not-with-range',
    title: 'a range is answered without the checksum of the whole',
    check: async (s3) => {
      const key = s3.key('object');
      await s3.send({
        method: 'PUT',
        key,
        body: 'text',
        headers: { 'x-amz-checksum-crc32': crc32Of('text') },
      });
      const headers = { range: 'bytes=0-1', 'x-amz-checksum-mode': 'ENABLED' };
      const answer = await s3.send({ method: 'GET', key, headers });
      expect(answer.status).toBe(206);
      expect(answer.headers.has('x-amz-checksum-crc32')).toBe(false);
    },
  },
  {
    id: 'cut-body-not-stored',
    title: 'a body that ends before its Content-Length is not stored, whether by FIN or RST',
    check: async (s3) => {
      for (const ending of ['fin', 'rst']) {
        const key = s3.key(ending);
        const body = Buffer.alloc(256 * 1024, 'x');
        const path = pathOf(s3.bucket, key);
        const request = await signRequest(s3.target, {
          method: 'PUT',
          path,
          body,
          payloadHash: 'UNSIGNED-PAYLOAD',
        });
        const connection = await RawConnection.open(s3.target.endpoint);
        await connection.send(request.head);
        await connection.send(body.subarray(0, 100_000));
        if (ending === 'fin') {
          connection.endSending();
          await connection.ended();
        } else {
          connection.reset();
        }
        connection.close();
        expect([ending, (await s3.send({ method: 'HEAD', key })).status]).toEqual([ending, 404]);
      }
    },
  },
  {
    id: 'length-required',
    title: 'a PUT without Content-Length is MissingContentLength',
    check: async (s3) => {
      const request = { method: 'PUT', key: s3.key('object'), payloadHash: 'UNSIGNED-PAYLOAD' };
      const answer = await s3.send({
        ...request,
        tamper: { 'content-length': undefined, connection: 'close' },
      });
      expectError(answer, 411, 'MissingContentLength');
    },
  },
  {
    id: 'expect-continue',
    title: 'a client that expects 100-continue gets it before it sends its body',
    check: async (s3) => {
      const path = pathOf(s3.bucket, s3.key('object'));
      const headers = { expect: '100-continue' };
      const request = await signRequest(s3.target, { method: 'PUT', path, body: 'text', headers });
      const connection = await RawConnection.open(s3.target.endpoint);
      await connection.send(request.head);
      expect((await connection.answer()).status).toBe(100);
      await connection.send(request.body);
      expect((await connection.answer()).status).toBe(200);
      connection.close();
    },
  },
  {
    id: 'keep-alive',
    title: 'a connection takes one request after the other, also after an error',
    check: async (s3) => {
      const connection = await RawConnection.open(s3.target.endpoint);
      for (const [method, key, status] of [
        ['PUT', 'object', 200],
        ['GET', 'missing', 404],
        ['GET', 'object', 200],
      ] as const) {
        const body = method === 'PUT' ? 'text' : '';
        const request = await signRequest(s3.target, { method, path: pathOf(s3.bucket, s3.key(key)), body });
        await connection.send(Buffer.concat([Buffer.from(request.head), request.body]));
        expect((await connection.answer()).status).toBe(status);
      }
      connection.close();
    },
  },
];
