import type { Upload } from './bucket.ts';
import { crc32ToBase64 } from './crc32.ts';
import { BodyDigester } from './integrity.ts';
import type { Lock } from './object-lock.ts';
import type { Store } from './store.ts';
import { type ObjectHeaders, StoredObject } from './stored-object.ts';

export interface SeedOptions {
  /** Stored headers: content-type, x-amz-meta-*. */
  headers?: ObjectHeaders;
  lastModified?: Date;
  /** In place of the MD5, as other stores and encryption have it; without quotes. */
  etag?: string;
  /** Store the CRC32, as after a PutObject with x-amz-checksum-crc32. */
  withChecksum?: boolean;
  lock?: Lock;
}

export interface ShownObject {
  readonly size: number;
  readonly etag: string;
  readonly headers: ObjectHeaders;
  readonly lastModified: Date;
  /** base64 of the stored full-object or composite CRC32. */
  readonly crc32: string | undefined;
  readonly lock: Lock | undefined;
}

export interface ShownVersion {
  readonly key: string;
  readonly id: string;
  readonly isMarker: boolean;
  readonly size: number;
  readonly lock: Lock | undefined;
}

export interface ShownUpload {
  readonly key: string;
  readonly uploadId: string;
  readonly initiated: Date;
  readonly parts: readonly { readonly partNumber: number; readonly size: number; readonly etag: string }[];
}

/** Looks at and fills the store without a request. All methods throw S3Error NoSuchBucket. */
export class ObjectAccess {
  readonly #store: Store;
  readonly #clock: () => Date;

  constructor(store: Store, clock: () => Date) {
    this.#store = store;
    this.#clock = clock;
  }

  async put(
    bucket: string,
    key: string,
    bytes: Uint8Array | string,
    options: SeedOptions = {},
  ): Promise<void> {
    const content = typeof bytes === 'string' ? Buffer.from(bytes) : bytes;
    const into = this.#store.bucket(bucket);
    const digester = new BodyDigester({ sha256: undefined, md5: undefined, crc32: undefined });
    digester.update(content);
    const digests = digester.finish();
    const sink = await this.#store.blobs.create(content.length);
    await sink.write(content);
    await into.put(
      new StoredObject({
        key,
        blobs: [await sink.finish()],
        etag: options.etag ?? digests.md5,
        lastModified: options.lastModified ?? this.#clock(),
        lock: options.lock,
        headers: options.headers ?? { 'content-type': 'binary/octet-stream' },
        checksum:
          options.withChecksum === true
            ? { crc32: crc32ToBase64(digests.crc32), type: 'FULL_OBJECT' }
            : undefined,
      }),
    );
  }

  /** The object's bytes, undefined when there is none. */
  async get(bucket: string, key: string): Promise<Buffer | undefined> {
    const object = this.#store.bucket(bucket).object(key);
    if (object === undefined) return undefined;
    const chunks: Uint8Array[] = [];
    for await (const chunk of object.read(0, object.size)) chunks.push(chunk);
    return Buffer.concat(chunks);
  }

  /** What is known about the object without its bytes, undefined when there is none. */
  head(bucket: string, key: string): ShownObject | undefined {
    const object = this.#store.bucket(bucket).object(key);
    if (object === undefined) return undefined;
    const { size, etag, headers, lastModified, checksum, lock } = object;
    return { size, etag, headers, lastModified, crc32: checksum?.crc32, lock };
  }

  async delete(bucket: string, key: string): Promise<void> {
    await this.#store.bucket(bucket).delete(key);
  }

  /** Begins an upload that nobody goes on with; its parts are numbered in order, and have no checksum. */
  async beginUpload(
    bucket: string,
    key: string,
    { initiated, parts = [] }: { initiated: Date; parts?: readonly { size: number; lastModified: Date }[] },
  ): Promise<string> {
    const uploadId = this.#store.newUploadId();
    const headers = { 'content-type': 'binary/octet-stream' };
    const stored: Upload['parts'] = new Map();
    for (const [index, { size, lastModified }] of parts.entries()) {
      const sink = await this.#store.blobs.create(size);
      await sink.write(new Uint8Array(size));
      const part = {
        partNumber: index + 1,
        blob: await sink.finish(),
        etag: 'x',
        lastModified,
        crc32: 0,
        hasChecksum: false,
      };
      stored.set(part.partNumber, part);
    }
    this.#store
      .bucket(bucket)
      .begin({ key, uploadId, initiated, headers, lock: undefined, checksumType: undefined, parts: stored });
    return uploadId;
  }

  /** In the order of their UTF-8 bytes. */
  keys(bucket: string, prefix = ''): readonly string[] {
    return this.#store
      .bucket(bucket)
      .keys()
      .filter((key) => key.startsWith(prefix));
  }

  /** Of each key the newest first. */
  versions(bucket: string): readonly ShownVersion[] {
    return this.#store
      .bucket(bucket)
      .allVersions()
      .map(({ key, id, object }) => ({
        key,
        id,
        isMarker: object === undefined,
        size: object?.size ?? 0,
        lock: object?.lock,
      }));
  }

  /** The multipart uploads that are neither completed nor aborted. */
  uploads(bucket: string): readonly ShownUpload[] {
    return this.#store.bucket(bucket).uploads().map(shownUpload);
  }
}

function shownUpload({ key, uploadId, initiated, parts }: Upload): ShownUpload {
  return {
    key,
    uploadId,
    initiated,
    parts: [...parts.values()]
      .toSorted((left, right) => left.partNumber - right.partNumber)
      .map(({ partNumber, blob, etag }) => ({ partNumber, size: blob.size, etag })),
  };
}
