import { expect } from 'bun:test';
import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  type CompleteMultipartUploadCommandInput,
  type CompleteMultipartUploadCommandOutput,
  CreateMultipartUploadCommand,
  type CreateMultipartUploadCommandInput,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import type { Subject } from '../rule.ts';

/** No part but the last may be smaller. */
export const minPart = 5 * 1024 * 1024;
export const large = Buffer.alloc(minPart, 'part one, ');
export const small = Buffer.from('the end');
export const whole = Buffer.concat([large, small]);

export async function complete(
  s3: Subject,
  upload: StartedUpload,
  Parts: CompletedPart[],
  options: Partial<CompleteMultipartUploadCommandInput> = {},
): Promise<CompleteMultipartUploadCommandOutput> {
  return s3.client.send(
    new CompleteMultipartUploadCommand({ ...upload, ...options, MultipartUpload: { Parts } }),
  );
}

/** Sends {@link large} and {@link small}. */
export async function twoParts(s3: Subject, upload: StartedUpload): Promise<[CompletedPart, CompletedPart]> {
  return [await sendPart(s3, upload, 1, large), await sendPart(s3, upload, 2, small)];
}

/** A multipart upload of a rule's own. */
export interface StartedUpload {
  readonly Bucket: string;
  readonly Key: string;
  readonly UploadId: string;
}

export async function startUpload(
  s3: Subject,
  name = 'object',
  options: Partial<CreateMultipartUploadCommandInput> = {},
): Promise<StartedUpload> {
  const place = { Bucket: s3.bucket, Key: s3.key(name) };
  const { UploadId = '' } = await s3.client.send(new CreateMultipartUploadCommand({ ...place, ...options }));
  expect(UploadId).not.toBe('');
  return { ...place, UploadId };
}

export async function sendPart(
  s3: Subject,
  upload: StartedUpload,
  PartNumber: number,
  Body: Uint8Array | string,
): Promise<CompletedPart> {
  const { ETag } = await s3.client.send(new UploadPartCommand({ ...upload, PartNumber, Body }));
  return { PartNumber, ...(ETag === undefined ? {} : { ETag }) };
}

export async function abort(s3: Subject, upload: StartedUpload): Promise<void> {
  await s3.client.send(new AbortMultipartUploadCommand(upload));
}
