import { expect } from 'bun:test';
import { expectError, type Rule, type Subject } from '../rule.ts';

const content = '0123456789';

async function digits(s3: Subject): Promise<string> {
  const key = s3.key('digits');
  expect((await s3.send({ method: 'PUT', key, body: content })).status).toBe(200);
  return key;
}

/** A rule that GETs ten digits with a Range header. */
function rangeRule(id: string, title: string, range: string, body: string, contentRange: string): Rule {
  return {
    id,
    title,
    check: async (s3) => {
      const answer = await s3.send({ method: 'GET', key: await digits(s3), headers: { range } });
      expect({
        status: answer.status,
        body: answer.body.toString(),
        length: answer.headers.get('content-length'),
        contentRange: answer.headers.get('content-range'),
      }).toEqual({ status: 206, body, length: String(body.length), contentRange });
    },
  };
}

/** S3 API Reference, GetObject; RFC 9110, sections 13 and 14. */
export const readingRules: readonly Rule[] = [
  rangeRule('range', 'bytes=A-B is that part, both ends included', 'bytes=2-4', '234', 'bytes 2-4/10'),
  rangeRule('range-open', 'bytes=A- is the rest', 'bytes=7-', '789', 'bytes 7-9/10'),
  rangeRule('range-suffix', 'bytes=-N is the end', 'bytes=-3', '789', 'bytes 7-9/10'),
  rangeRule(
    'range-long-suffix',
    'a suffix longer than the object is all of it',
    'bytes=-99',
    content,
    'bytes 0-9/10',
  ),
  rangeRule('range-clipped', 'a range that goes past the end is clipped', 'bytes=8-99', '89', 'bytes 8-9/10'),
  rangeRule('range-whole', 'a range of everything is still 206', 'bytes=0-9', content, 'bytes 0-9/10'),
  {
    id: 'range-behind-end',
    title: 'a range that begins behind the end is InvalidRange and tells the size',
    check: async (s3) => {
      const answer = await s3.send({
        method: 'GET',
        key: await digits(s3),
        headers: { range: 'bytes=10-12' },
      });
      expectError(answer, 416, 'InvalidRange');
      expect(answer.headers.get('content-range')).toBe('bytes */10');
    },
  },
  {
    id: 'range-of-empty',
    title: 'any range of an object without bytes is InvalidRange',
    check: async (s3) => {
      const key = s3.key('empty');
      await s3.send({ method: 'PUT', key });
      expectError(
        await s3.send({ method: 'GET', key, headers: { range: 'bytes=0-9' } }),
        416,
        'InvalidRange',
      );
    },
  },
  {
    id: 'range-several',
    title: 'several ranges are ignored: the whole object',
    check: async (s3) => {
      const answer = await s3.send({
        method: 'GET',
        key: await digits(s3),
        headers: { range: 'bytes=0-1,4-5' },
      });
      expect([answer.status, answer.body.toString()]).toEqual([200, content]);
    },
  },
  {
    id: 'range-head',
    title: 'HEAD with a range answers 206 and the length of the part',
    check: async (s3) => {
      const answer = await s3.send({
        method: 'HEAD',
        key: await digits(s3),
        headers: { range: 'bytes=2-4' },
      });
      expect([answer.status, answer.headers.get('content-length')]).toEqual([206, '3']);
    },
  },
  {
    id: 'get-if-match',
    title: 'If-Match reads only the version with this ETag, also a part of it',
    check: async (s3) => {
      const key = await digits(s3);
      const etag = (await s3.send({ method: 'HEAD', key })).headers.get('etag') ?? '';
      const same = await s3.send({ method: 'GET', key, headers: { 'if-match': etag, range: 'bytes=0-1' } });
      expect([same.status, same.body.toString()]).toEqual([206, '01']);
      const other = { 'if-match': '"00000000000000000000000000000000"', range: 'bytes=0-1' };
      expectError(await s3.send({ method: 'GET', key, headers: other }), 412, 'PreconditionFailed');
    },
  },
  {
    id: 'get-if-none-match',
    title: 'If-None-Match with the ETag that is there is 304 without a body',
    check: async (s3) => {
      const key = await digits(s3);
      const etag = (await s3.send({ method: 'HEAD', key })).headers.get('etag') ?? '';
      expect((await s3.send({ method: 'GET', key, headers: { 'if-none-match': etag } })).status).toBe(304);
      const other = await s3.send({ method: 'GET', key, headers: { 'if-none-match': '"0"' } });
      expect(other.status).toBe(200);
    },
  },
  {
    id: 'put-if-none-match',
    title: 'a PUT with If-None-Match: * never replaces an object',
    check: async (s3) => {
      const key = s3.key('object');
      const put = { method: 'PUT', key, headers: { 'if-none-match': '*' } };
      expect((await s3.send({ ...put, body: 'first' })).status).toBe(200);
      expectError(await s3.send({ ...put, body: 'second' }), 412, 'PreconditionFailed');
      expect((await s3.send({ method: 'GET', key })).body.toString()).toBe('first');
    },
  },
  {
    id: 'put-if-none-match-race',
    title: 'of eight PUTs with If-None-Match: * at the same time one wins',
    check: async (s3) => {
      const key = s3.key('object');
      const racers = Array.from({ length: 8 }, (_, racer) =>
        s3.send({ method: 'PUT', key, body: `racer ${racer}`, headers: { 'if-none-match': '*' } }),
      );
      const statuses = (await Promise.all(racers)).map((answer) => answer.status);
      expect(statuses.filter((status) => status === 200)).toHaveLength(1);
      expect(statuses.filter((status) => status === 412 || status === 409)).toHaveLength(7);
    },
  },
  {
    id: 'put-if-match',
    title: 'a PUT with If-Match replaces only the version with this ETag',
    check: async (s3) => {
      const key = await digits(s3);
      const etag = (await s3.send({ method: 'HEAD', key })).headers.get('etag') ?? '';
      const put = { method: 'PUT', key, body: 'changed', headers: { 'if-match': etag } };
      expect((await s3.send(put)).status).toBe(200);
      expectError(await s3.send(put), 412, 'PreconditionFailed');
    },
  },
  {
    id: 'put-if-match-missing',
    title: 'a PUT with If-Match where there is no object is NoSuchKey',
    check: async (s3) => {
      const headers = { 'if-match': '"5d41402abc4b2a76b9719d911017c592"' };
      const answer = await s3.send({ method: 'PUT', key: s3.key('missing'), body: 'x', headers });
      expectError(answer, 404, 'NoSuchKey');
    },
  },
];
