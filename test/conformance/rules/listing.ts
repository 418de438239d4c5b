import { expect } from 'bun:test';
import { ListObjectsCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { expectError, expectRefusal, type Rule, type Subject } from '../rule.ts';
import type { Target } from '../target.ts';

async function putAll(s3: Subject, keys: readonly string[]): Promise<void> {
  const waiting = [...keys];
  const worker = async (): Promise<void> => {
    for (let Key = waiting.pop(); Key !== undefined; Key = waiting.pop()) {
      await s3.client.send(new PutObjectCommand({ Bucket: s3.bucket, Key, Body: 'x' }));
    }
  };
  await Promise.all(Array.from({ length: 8 }, worker));
}

const manyKeys = new WeakMap<Target, Promise<string>>();

/** The prefix of 1,005 keys; they are made once for each server. */
async function thousandKeys(s3: Subject): Promise<string> {
  const prefix = 'thousand/';
  const names = Array.from({ length: 1005 }, (_, index) => `${prefix}${String(index).padStart(5, '0')}`);
  const made = manyKeys.get(s3.target) ?? putAll(s3, names).then(() => prefix);
  manyKeys.set(s3.target, made);
  return made;
}

const tree = ['a', 'b/1', 'b/2', 'c', 'd/e/1'];

async function plantTree(s3: Subject): Promise<void> {
  await putAll(
    s3,
    tree.map((name) => s3.key(name)),
  );
}

/** All pages of a listing, as the names below the rule's prefix. */
async function pages(s3: Subject, options: { MaxKeys: number; Delimiter?: string }): Promise<string[][]> {
  const found: string[][] = [];
  let ContinuationToken: string | undefined;
  do {
    const page = await s3.client.send(
      new ListObjectsV2Command({ Bucket: s3.bucket, Prefix: s3.key(), ...options, ContinuationToken }),
    );
    const entries = [
      ...(page.Contents ?? []).map(({ Key = '' }) => Key),
      ...(page.CommonPrefixes ?? []).map(({ Prefix = '' }) => Prefix),
    ];
    expect(page.KeyCount).toBe(entries.length);
    expect(page.IsTruncated).toBe(page.NextContinuationToken !== undefined);
    found.push(entries.map((entry) => entry.slice(s3.key().length)));
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken !== undefined);
  return found;
}

/** S3 API Reference: ListObjectsV2, ListObjects. */
export const listingRules: readonly Rule[] = [
  {
    id: 'list-entry',
    title: 'an entry tells key, size, ETag and time',
    check: async (s3) => {
      const Prefix = s3.key();
      await s3.client.send(new PutObjectCommand({ Bucket: s3.bucket, Key: s3.key('object'), Body: 'hello' }));
      const { Contents = [] } = await s3.client.send(new ListObjectsV2Command({ Bucket: s3.bucket, Prefix }));
      expect(Contents).toHaveLength(1);
      expect(Contents[0]).toMatchObject({
        Key: s3.key('object'),
        Size: 5,
        ETag: '"5d41402abc4b2a76b9719d911017c592"',
      });
      expect(Contents[0]?.LastModified?.getTime()).toBeGreaterThan(0);
    },
  },
  {
    id: 'list-empty',
    title: 'a prefix without keys is an empty page that is not truncated',
    check: async (s3) => {
      const page = await s3.client.send(new ListObjectsV2Command({ Bucket: s3.bucket, Prefix: s3.key() }));
      expect(page).toMatchObject({ KeyCount: 0, IsTruncated: false });
      expect(page.Contents ?? []).toEqual([]);
    },
  },
  {
    id: 'list-thousand',
    title: 'a page has 1,000 keys, when nothing else is asked for',
    check: async (s3) => {
      const listing = { Bucket: s3.bucket, Prefix: await thousandKeys(s3) };
      const first = await s3.client.send(new ListObjectsV2Command(listing));
      expect([first.KeyCount, first.IsTruncated, first.MaxKeys]).toEqual([1000, true, 1000]);
      const ContinuationToken = first.NextContinuationToken;
      const second = await s3.client.send(new ListObjectsV2Command({ ...listing, ContinuationToken }));
      expect([second.KeyCount, second.IsTruncated]).toEqual([5, false]);
      expect(second.Contents?.[0]?.Key).toBe('thousand/01000');
    },
  },
  {
    id: 'list-thousand-at-most',
    title: 'a page has at most 1,000 keys, whatever is asked for',
    check: async (s3) => {
      const listing = { Bucket: s3.bucket, Prefix: await thousandKeys(s3), MaxKeys: 5000 };
      const page = await s3.client.send(new ListObjectsV2Command(listing));
      expect([page.KeyCount, page.IsTruncated, page.MaxKeys]).toEqual([1000, true, 1000]);
    },
  },
  {
    id: 'list-pages',
    title: 'pages of max-keys follow each other without gap and repetition',
    check: async (s3) => {
      await plantTree(s3);
      expect(await pages(s3, { MaxKeys: 2 })).toEqual([['a', 'b/1'], ['b/2', 'c'], ['d/e/1']]);
    },
  },
  {
    id: 'list-delimiter',
    title: 'a delimiter rolls up what is below it into common prefixes',
    check: async (s3) => {
      await plantTree(s3);
      expect(await pages(s3, { MaxKeys: 1000, Delimiter: '/' })).toEqual([['a', 'c', 'b/', 'd/']]);
    },
  },
  {
    id: 'list-delimiter-pages',
    title: 'a common prefix counts as one entry of a page, and comes once',
    check: async (s3) => {
      await plantTree(s3);
      const found = await pages(s3, { MaxKeys: 1, Delimiter: '/' });
      expect(found).toEqual([['a'], ['b/'], ['c'], ['d/']]);
    },
  },
  {
    id: 'list-start-after',
    title: 'start-after begins behind a key, whether it is there or not',
    check: async (s3) => {
      await plantTree(s3);
      for (const [after, first] of [
        ['b/1', 'b/2'],
        ['b/11', 'b/2'],
      ] as const) {
        const page = await s3.client.send(
          new ListObjectsV2Command({ Bucket: s3.bucket, Prefix: s3.key(), StartAfter: s3.key(after) }),
        );
        expect(page.Contents?.[0]?.Key).toBe(s3.key(first));
      }
    },
  },
  {
    id: 'list-order',
    title: 'keys are listed in the order of their UTF-8 bytes',
    check: async (s3) => {
      // In UTF-16, which JavaScript and Java compare, the last two change places.
      const names = ['A', 'B', 'a', 'ä', '\uff5e', '😀'];
      await putAll(
        s3,
        names.map((name) => s3.key(name)),
      );
      expect(await pages(s3, { MaxKeys: 1000 })).toEqual([names]);
    },
  },
  {
    id: 'list-encoding',
    title: 'encoding-type=url encodes keys and says so',
    check: async (s3) => {
      await putAll(s3, [s3.key('a b+ü')]);
      const page = await s3.client.send(
        new ListObjectsV2Command({ Bucket: s3.bucket, Prefix: s3.key(), EncodingType: 'url' }),
      );
      expect(page.EncodingType).toBe('url');
      const encoded = page.Contents?.[0]?.Key ?? '';
      expect(encoded).toContain('%2B%C3%BC');
      expect(decodeURIComponent(encoded.replaceAll('+', '%20'))).toBe(s3.key('a b+ü'));
    },
  },
  {
    id: 'list-xml-keys',
    title: 'keys with the characters of XML, and with spaces, are listed as they are',
    check: async (s3) => {
      const names = [' a&b<c>"d\'', '007', '1e3'];
      await putAll(
        s3,
        names.map((name) => s3.key(name)),
      );
      expect(await pages(s3, { MaxKeys: 1000 })).toEqual([names]);
    },
  },
  {
    id: 'list-bad-token',
    title: 'a continuation token that the server didn’t make is InvalidArgument',
    check: async (s3) => {
      const query = { 'list-type': '2', 'continuation-token': '!' };
      expectError(await s3.send({ method: 'GET', query }), 400, 'InvalidArgument');
    },
  },
  {
    id: 'list-bad-max-keys',
    title: 'a max-keys that is not a number, or below 0, is InvalidArgument',
    check: async (s3) => {
      for (const value of ['many', '-1']) {
        const query = { 'list-type': '2', 'max-keys': value };
        expectError(await s3.send({ method: 'GET', query }), 400, 'InvalidArgument');
      }
    },
  },
  {
    id: 'list-no-keys',
    title: 'max-keys=0 is an empty page that is not truncated',
    check: async (s3) => {
      await plantTree(s3);
      const listing = { Bucket: s3.bucket, Prefix: s3.key(), MaxKeys: 0 };
      const page = await s3.client.send(new ListObjectsV2Command(listing));
      expect(page).toMatchObject({ KeyCount: 0, IsTruncated: false });
    },
  },
  {
    id: 'list-missing-bucket',
    title: 'listing a bucket that is not there is NoSuchBucket',
    check: async (s3) => {
      const command = new ListObjectsV2Command({ Bucket: 'nothing-to-list' });
      await expectRefusal(s3.client.send(command), 404, 'NoSuchBucket');
    },
  },
  {
    id: 'list-v1-pages',
    title: 'version 1 goes on behind the last key of a page',
    check: async (s3) => {
      const listing = { Bucket: s3.bucket, Prefix: await thousandKeys(s3) };
      const first = await s3.client.send(new ListObjectsCommand(listing));
      expect([first.Contents?.length, first.IsTruncated]).toEqual([1000, true]);
      const Marker = first.Contents?.at(-1)?.Key;
      const second = await s3.client.send(new ListObjectsCommand({ ...listing, Marker }));
      expect([second.Contents?.length, second.IsTruncated]).toEqual([5, false]);
    },
  },
  {
    id: 'list-v1-no-next-marker',
    title: 'version 1 without a delimiter has no NextMarker',
    check: async (s3) => {
      await plantTree(s3);
      const listing = { Bucket: s3.bucket, Prefix: s3.key(), MaxKeys: 2 };
      const page = await s3.client.send(new ListObjectsCommand(listing));
      expect(page.IsTruncated).toBe(true);
      expect(page.NextMarker).toBeUndefined();
    },
  },
  {
    id: 'list-v1-delimiter',
    title: 'version 1 with a delimiter has a NextMarker, behind which it goes on',
    check: async (s3) => {
      await plantTree(s3);
      const listing = { Bucket: s3.bucket, Prefix: s3.key(), Delimiter: '/', MaxKeys: 2 };
      const first = await s3.client.send(new ListObjectsCommand(listing));
      expect(first.NextMarker).toBe(s3.key('b/'));
      const second = await s3.client.send(new ListObjectsCommand({ ...listing, Marker: first.NextMarker }));
      expect(second.Contents?.map(({ Key }) => Key)).toEqual([s3.key('c')]);
      expect(second.CommonPrefixes?.map(({ Prefix }) => Prefix)).toEqual([s3.key('d/')]);
    },
  },
];
