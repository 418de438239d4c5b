import { expect } from 'bun:test';
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetBucketLocationCommand,
  ListBucketsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { expectRefusal, type Rule } from '../rule.ts';
import { pathOf } from '../signed-request.ts';

/** S3 API Reference: CreateBucket, HeadBucket, DeleteBucket, ListBuckets, GetBucketLocation. */
export const bucketRules: readonly Rule[] = [
  {
    id: 'head-bucket',
    title: 'HEAD of a bucket is 200 when it is there, 404 when not, never with a body',
    check: async (s3) => {
      expect((await s3.send({ method: 'HEAD' })).status).toBe(200);
      expect((await s3.send({ method: 'HEAD', path: '/no-such-bucket-here' })).status).toBe(404);
    },
  },
  {
    id: 'head-bucket-region',
    title: 'HEAD of a bucket names its region',
    check: async (s3) => {
      const answer = await s3.send({ method: 'HEAD' });
      expect(answer.headers.get('x-amz-bucket-region')).toBe(s3.target.region);
    },
  },
  {
    id: 'list-buckets',
    title: 'the list of buckets has this one',
    check: async (s3) => {
      const { Buckets = [] } = await s3.client.send(new ListBucketsCommand());
      expect(Buckets.map(({ Name }) => Name)).toContain(s3.bucket);
    },
  },
  {
    id: 'bucket-location',
    title: 'the location of a bucket in us-east-1 is empty',
    check: async (s3) => {
      const command = new GetBucketLocationCommand({ Bucket: s3.bucket });
      const { LocationConstraint: location = '' } = await s3.client.send(command);
      expect(location).toBeEmpty();
    },
  },
  {
    id: 'create-and-delete-bucket',
    title: 'a bucket can be created, and deleted when it is empty again',
    check: async (s3) => {
      const Bucket = `${s3.bucket}-created`;
      await s3.client.send(new CreateBucketCommand({ Bucket }));
      await s3.client.send(new PutObjectCommand({ Bucket, Key: 'x', Body: 'x' }));
      await s3.client.send(new DeleteObjectCommand({ Bucket, Key: 'x' }));
      await s3.client.send(new DeleteBucketCommand({ Bucket }));
      expect((await s3.send({ method: 'HEAD', path: pathOf(Bucket) })).status).toBe(404);
    },
  },
  {
    id: 'delete-full-bucket',
    title: 'deleting a bucket with an object is BucketNotEmpty',
    check: async (s3) => {
      const Bucket = `${s3.bucket}-full`;
      await s3.client.send(new CreateBucketCommand({ Bucket }));
      await s3.client.send(new PutObjectCommand({ Bucket, Key: 'x', Body: 'x' }));
      await expectRefusal(s3.client.send(new DeleteBucketCommand({ Bucket })), 409, 'BucketNotEmpty');
    },
  },
  {
    id: 'create-bucket-twice',
    title: 'creating a bucket that one owns already is BucketAlreadyOwnedByYou',
    check: async (s3) => {
      const command = new CreateBucketCommand({ Bucket: s3.bucket });
      await expectRefusal(s3.client.send(command), 409, 'BucketAlreadyOwnedByYou');
    },
  },
  {
    id: 'bucket-name',
    title: 'a bucket name with capitals or of two characters is InvalidBucketName',
    check: async (s3) => {
      for (const path of ['/Capital-Bucket', '/ab']) {
        const answer = await s3.send({ method: 'PUT', path });
        expect([path, answer.status]).toEqual([path, 400]);
        expect(answer.body.toString()).toContain('<Code>InvalidBucketName</Code>');
      }
    },
  },
  {
    id: 'delete-missing-bucket',
    title: 'deleting a bucket that is not there is NoSuchBucket',
    check: async (s3) => {
      const command = new DeleteBucketCommand({ Bucket: 'nothing-to-delete' });
      await expectRefusal(s3.client.send(command), 404, 'NoSuchBucket');
    },
  },
];
