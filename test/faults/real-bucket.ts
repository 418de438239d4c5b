import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  NoSuchKey,
  NotFound,
  PutObjectCommand,
  paginateListObjectsV2,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { Store } from './safety.ts';

/** An unfinished multipart upload. */
export interface Upload {
  readonly key: string;
  readonly uploadId: string;
}

/** A bucket of a real server, seen by a client that shares no code with the plugin. */
export class RealBucket implements Store {
  readonly #client: S3Client;
  readonly #name: string;

  constructor(client: S3Client, name: string) {
    this.#client = client;
    this.#name = name;
  }

  async create(): Promise<void> {
    await this.#client.send(new CreateBucketCommand({ Bucket: this.#name }));
  }

  /** Not on every server with objects in it. */
  async removeBucket(): Promise<void> {
    await this.#client.send(new DeleteBucketCommand({ Bucket: this.#name }));
  }

  /** The keys that begin so, in the server's order. */
  async keys(prefix = ''): Promise<string[]> {
    const keys: string[] = [];
    const pages = paginateListObjectsV2({ client: this.#client }, { Bucket: this.#name, Prefix: prefix });
    for await (const page of pages) keys.push(...(page.Contents ?? []).map(({ Key = '' }) => Key));
    return keys;
  }

  async bytes(key: string): Promise<Uint8Array | undefined> {
    try {
      const { Body } = await this.#client.send(new GetObjectCommand({ Bucket: this.#name, Key: key }));
      return await Body?.transformToByteArray();
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined;
      throw error;
    }
  }

  /** In bytes; undefined when there is no such object. */
  async size(key: string): Promise<number | undefined> {
    try {
      const { ContentLength } = await this.#client.send(
        new HeadObjectCommand({ Bucket: this.#name, Key: key }),
      );
      return ContentLength;
    } catch (error) {
      if (error instanceof NotFound) return undefined;
      throw error;
    }
  }

  async put(key: string, body: Uint8Array): Promise<void> {
    await this.#client.send(new PutObjectCommand({ Bucket: this.#name, Key: key, Body: body }));
  }

  async remove(key: string): Promise<void> {
    await this.#client.send(new DeleteObjectCommand({ Bucket: this.#name, Key: key }));
  }

  /** Unfinished uploads whose key begins so. @throws when there are more than one answer holds. */
  async uploads(prefix = ''): Promise<Upload[]> {
    const { Uploads = [], IsTruncated } = await this.#client.send(
      new ListMultipartUploadsCommand({ Bucket: this.#name, Prefix: prefix, MaxUploads: 1000 }),
    );
    if (IsTruncated === true) throw new Error('more than 1000 unfinished uploads');
    return Uploads.map(({ Key = '', UploadId = '' }) => ({ key: Key, uploadId: UploadId }));
  }
}
