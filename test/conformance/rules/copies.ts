import { expect } from 'bun:test';
import {
  CopyObjectCommand,
  type CopyObjectCommandInput,
  HeadObjectCommand,
  PutObjectCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { expectRefusal, type Rule, type Subject } from '../rule.ts';
import { abort, complete, startUpload } from './upload-steps.ts';

/** Encoded as the header wants it: slashes stay. */
const sourceOf = (s3: Subject, name: string): string =>
  `${s3.bucket}/${s3.key(name).split('/').map(encodeURIComponent).join('/')}`;

async function put(s3: Subject, name: string, body = 'text'): Promise<void> {
  const Metadata = { note: 'kept' };
  await s3.client.send(new PutObjectCommand({ Bucket: s3.bucket, Key: s3.key(name), Body: body, Metadata }));
}

async function copy(
  s3: Subject,
  name: string,
  changes: Partial<CopyObjectCommandInput> = {},
): Promise<string> {
  const command = { Bucket: s3.bucket, Key: s3.key('copy'), CopySource: sourceOf(s3, name), ...changes };
  const { CopyObjectResult } = await s3.client.send(new CopyObjectCommand(command));
  return CopyObjectResult?.ETag ?? '';
}

const noteOf = async (s3: Subject): Promise<string | undefined> =>
  (await s3.client.send(new HeadObjectCommand({ Bucket: s3.bucket, Key: s3.key('copy') }))).Metadata?.[
    'note'
  ];

const bytesOf = async (s3: Subject, name: string): Promise<string> =>
  (await s3.send({ method: 'GET', key: s3.key(name) })).body.toString();

/** S3 API Reference: CopyObject, UploadPartCopy. */
export const copyRules: readonly Rule[] = [
  {
    id: 'copy-object',
    title: 'a copy has the bytes, the metadata and, of an object of one part, the ETag of its source',
    check: async (s3) => {
      await put(s3, 'source', 'hello');
      expect(await copy(s3, 'source')).toBe('"5d41402abc4b2a76b9719d911017c592"');
      expect([await bytesOf(s3, 'copy'), await noteOf(s3)]).toEqual(['hello', 'kept']);
    },
  },
  {
    id: 'copy-replaces-metadata',
    title: 'a copy with the directive REPLACE has the metadata of the request',
    check: async (s3) => {
      await put(s3, 'source');
      await copy(s3, 'source', { MetadataDirective: 'REPLACE', Metadata: { other: 'new' } });
      expect(await noteOf(s3)).toBeUndefined();
    },
  },
  {
    id: 'copy-odd-source',
    title: 'the source of a copy is decoded once',
    check: async (s3) => {
      await put(s3, 'a b+c%20d', 'odd');
      await copy(s3, 'a b+c%20d');
      expect(await bytesOf(s3, 'copy')).toBe('odd');
    },
  },
  {
    id: 'copy-missing-source',
    title: 'a copy of what is not there is NoSuchKey',
    check: async (s3) => await expectRefusal(copy(s3, 'missing'), 404, 'NoSuchKey'),
  },
  {
    id: 'copy-source-changed',
    title: 'a copy of a source with another ETag than the condition has is PreconditionFailed',
    check: async (s3) => {
      await put(s3, 'source', 'hello');
      const changed = { CopySourceIfMatch: '"0123456789abcdef0123456789abcdef"' };
      await expectRefusal(copy(s3, 'source', changed), 412, 'PreconditionFailed');
      await copy(s3, 'source', { CopySourceIfMatch: '"5d41402abc4b2a76b9719d911017c592"' });
    },
  },
  {
    id: 'copy-onto-itself',
    title: 'a copy of an object onto itself that changes nothing is InvalidRequest',
    check: async (s3) => {
      await put(s3, 'copy');
      await expectRefusal(copy(s3, 'copy'), 400, 'InvalidRequest');
    },
  },
  {
    id: 'part-copy',
    title: 'a part can be a range of an object, both ends included',
    check: async (s3) => {
      await put(s3, 'source', 'hello world');
      const upload = await startUpload(s3);
      const { CopyPartResult } = await s3.client.send(
        new UploadPartCopyCommand({
          ...upload,
          PartNumber: 1,
          CopySource: sourceOf(s3, 'source'),
          CopySourceRange: 'bytes=6-8',
        }),
      );
      await complete(s3, upload, [{ PartNumber: 1, ETag: CopyPartResult?.ETag ?? '' }]);
      expect((await s3.send({ method: 'GET', key: upload.Key })).body.toString()).toBe('wor');
    },
  },
  {
    id: 'part-copy-outside',
    title: 'a part of a range that goes beyond the end of its source is refused',
    check: async (s3) => {
      await put(s3, 'source', 'hello');
      const upload = await startUpload(s3);
      const outcome = await s3.client
        .send(
          new UploadPartCopyCommand({
            ...upload,
            PartNumber: 1,
            CopySource: sourceOf(s3, 'source'),
            CopySourceRange: 'bytes=0-99',
          }),
        )
        .then(
          () => 'taken',
          (error: unknown) => (error instanceof Error ? error.name : ''),
        );
      await abort(s3, upload);
      expect(['InvalidArgument', 'InvalidRange']).toContain(outcome);
    },
  },
];
