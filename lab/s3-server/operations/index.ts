import type { Answer } from '../../http/answer.ts';
import type { Call } from '../call.ts';
import type { S3Operation } from '../options.ts';
import {
  createBucket,
  deleteBucket,
  getBucketLocation,
  headBucket,
  listBuckets,
  unknownOperation,
} from './bucket.ts';
import {
  getBucketEncryption,
  getBucketLifecycleConfiguration,
  getBucketPolicyStatus,
  getBucketVersioning,
} from './bucket-settings.ts';
import { completeMultipartUpload } from './complete.ts';
import { copyObject, uploadPartCopy } from './copy.ts';
import { deleteObjects } from './delete-objects.ts';
import { listObjects, listObjectsV2 } from './list-objects.ts';
import { listMultipartUploads, listParts } from './list-uploads.ts';
import { abortMultipartUpload, createMultipartUpload, uploadPart } from './multipart.ts';
import { deleteObject, getObject, putObject } from './object.ts';
import { restoreObject } from './restore.ts';
import { putObjectLegalHold, putObjectRetention } from './retention.ts';
import { getObjectLockConfiguration, getObjectRetention, listObjectVersions } from './versions.ts';

/** Every operation reads the whole body, then answers or throws S3Error. */
export const operations: Readonly<Record<S3Operation, (call: Call) => Promise<Answer>>> = {
  ListBuckets: listBuckets,
  HeadBucket: headBucket,
  CreateBucket: createBucket,
  DeleteBucket: deleteBucket,
  GetBucketLocation: getBucketLocation,
  ListObjects: listObjects,
  ListObjectsV2: listObjectsV2,
  ListMultipartUploads: listMultipartUploads,
  DeleteObjects: deleteObjects,
  PutObject: putObject,
  GetObject: getObject,
  HeadObject: getObject,
  DeleteObject: deleteObject,
  CreateMultipartUpload: createMultipartUpload,
  UploadPart: uploadPart,
  UploadPartCopy: uploadPartCopy,
  CopyObject: copyObject,
  CompleteMultipartUpload: completeMultipartUpload,
  AbortMultipartUpload: abortMultipartUpload,
  ListParts: listParts,
  ListObjectVersions: listObjectVersions,
  GetBucketVersioning: getBucketVersioning,
  GetBucketLifecycleConfiguration: getBucketLifecycleConfiguration,
  GetBucketEncryption: getBucketEncryption,
  GetBucketPolicyStatus: getBucketPolicyStatus,
  GetObjectLockConfiguration: getObjectLockConfiguration,
  GetObjectRetention: getObjectRetention,
  PutObjectRetention: putObjectRetention,
  PutObjectLegalHold: putObjectLegalHold,
  RestoreObject: restoreObject,
  Unknown: unknownOperation,
};
