import { expect } from 'bun:test';
import type { RawAnswer } from '../raw-connection.ts';
import { expectError, type Rule, type Subject } from '../rule.ts';
import { crc32Of, md5Of } from './integrity.ts';

function document(keys: readonly string[], isQuiet = false): string {
  const escaped = keys.map((key) => key.replaceAll('&', '&amp;').replaceAll('<', '&lt;'));
  const objects = escaped.map((key) => `<Object><Key>${key}</Key></Object>`).join('');
  return `<Delete xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${isQuiet ? '<Quiet>true</Quiet>' : ''}${objects}</Delete>`;
}

async function deleteAll(s3: Subject, body: string, headers: Record<string, string>): Promise<RawAnswer> {
  return s3.send({ method: 'POST', query: { delete: '' }, body, headers });
}

async function putAll(s3: Subject, keys: readonly string[]): Promise<void> {
  for (const key of keys) expect((await s3.send({ method: 'PUT', key, body: 'x' })).status).toBe(200);
}

/** S3 API Reference, DeleteObjects. */
export const deleteObjectsRules: readonly Rule[] = [
  {
    id: 'delete-objects',
    title: 'several keys are deleted at once, and reported; what is not there counts as deleted',
    check: async (s3) => {
      const keys = [s3.key('a'), s3.key('b & <c>')];
      await putAll(s3, keys);
      const body = document([...keys, s3.key('missing')]);
      const answer = await deleteAll(s3, body, { 'content-md5': md5Of(body) });
      expect(answer.status).toBe(200);
      expect(answer.body.toString().match(/<Deleted>/g)).toHaveLength(3);
      for (const key of keys) expect((await s3.send({ method: 'HEAD', key })).status).toBe(404);
    },
  },
  {
    id: 'delete-objects-quiet',
    title: 'in quiet mode only failures are reported',
    check: async (s3) => {
      await putAll(s3, [s3.key('a')]);
      const body = document([s3.key('a')], true);
      const answer = await deleteAll(s3, body, { 'content-md5': md5Of(body) });
      expect(answer.status).toBe(200);
      expect(answer.body.toString()).not.toContain('<Deleted>');
      expect((await s3.send({ method: 'HEAD', key: s3.key('a') })).status).toBe(404);
    },
  },
  {
    id: 'delete-objects-crc32',
    title: 'x-amz-checksum-crc32 may take the place of Content-MD5',
    check: async (s3) => {
      await putAll(s3, [s3.key('a')]);
      const body = document([s3.key('a')]);
      expect((await deleteAll(s3, body, { 'x-amz-checksum-crc32': crc32Of(body) })).status).toBe(200);
    },
  },
  {
    id: 'delete-objects-digest-required',
    title: 'without Content-MD5 and checksum it is InvalidRequest, and nothing is deleted',
    check: async (s3) => {
      await putAll(s3, [s3.key('a')]);
      expectError(await deleteAll(s3, document([s3.key('a')]), {}), 400, 'InvalidRequest');
      expect((await s3.send({ method: 'HEAD', key: s3.key('a') })).status).toBe(200);
    },
  },
  {
    id: 'delete-objects-digest-verified',
    title: 'with a wrong Content-MD5 it is BadDigest, and nothing is deleted',
    check: async (s3) => {
      await putAll(s3, [s3.key('a')]);
      expectError(
        await deleteAll(s3, document([s3.key('a')]), { 'content-md5': md5Of('x') }),
        400,
        'BadDigest',
      );
      expect((await s3.send({ method: 'HEAD', key: s3.key('a') })).status).toBe(200);
    },
  },
  {
    id: 'delete-objects-thousand',
    title: 'a list may have 1,000 keys',
    check: async (s3) => {
      const body = document(Array.from({ length: 1000 }, (_, index) => s3.key(`missing-${index}`)));
      const answer = await deleteAll(s3, body, { 'content-md5': md5Of(body) });
      expect(answer.status).toBe(200);
      expect(answer.body.toString().match(/<Deleted>/g)).toHaveLength(1000);
    },
  },
  {
    id: 'delete-objects-too-many',
    title: 'a list of more than 1,000 keys is MalformedXML',
    check: async (s3) => {
      const body = document(Array.from({ length: 1001 }, (_, index) => s3.key(`missing-${index}`)));
      expectError(await deleteAll(s3, body, { 'content-md5': md5Of(body) }), 400, 'MalformedXML');
    },
  },
  {
    id: 'delete-objects-malformed',
    title: 'a document that is no XML is MalformedXML',
    check: async (s3) => {
      const body = '<Delete><Object>';
      expectError(await deleteAll(s3, body, { 'content-md5': md5Of(body) }), 400, 'MalformedXML');
    },
  },
  {
    id: 'delete-objects-no-keys',
    title: 'a list without keys is MalformedXML',
    check: async (s3) => {
      const body = document([]);
      expectError(await deleteAll(s3, body, { 'content-md5': md5Of(body) }), 400, 'MalformedXML');
    },
  },
];
