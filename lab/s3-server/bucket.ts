import type { Blob } from './blobs.ts';
import { S3Error } from './s3-error.ts';
import type { ObjectHeaders, StoredObject } from './stored-object.ts';

export interface StoredPart {
  readonly partNumber: number;
  readonly blob: Blob;
  /** Without quotes: the MD5 in hex. */
  readonly etag: string;
  readonly crc32: number;
  /** The client sent a checksum with this part: it is shown in listings. */
  readonly hasChecksum: boolean;
  readonly lastModified: Date;
}

export interface Upload {
  readonly key: string;
  readonly uploadId: string;
  readonly initiated: Date;
  readonly headers: ObjectHeaders;
  readonly checksumType: 'FULL_OBJECT' | 'COMPOSITE' | undefined;
  readonly parts: Map<number, StoredPart>;
}

/** Keys are listed in the order of their UTF-8 bytes (S3 API Reference, ListObjectsV2); JavaScript compares UTF-16. */
export function compareKeys(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}

/** The objects and multipart uploads of one bucket. Every change is made in one step: no request sees half of one. */
export class Bucket {
  readonly name: string;
  readonly createdAt: Date;
  readonly #objects = new Map<string, StoredObject>();
  readonly #uploads = new Map<string, Upload>();
  #sortedKeys: readonly string[] | undefined;

  constructor(name: string, createdAt: Date) {
    this.name = name;
    this.createdAt = createdAt;
  }

  get isEmpty(): boolean {
    return this.#objects.size === 0;
  }

  object(key: string): StoredObject | undefined {
    return this.#objects.get(key);
  }

  keys(): readonly string[] {
    this.#sortedKeys ??= [...this.#objects.keys()].toSorted(compareKeys);
    return this.#sortedKeys;
  }

  async put(object: StoredObject): Promise<void> {
    const before = this.#objects.get(object.key);
    if (before === undefined) this.#sortedKeys = undefined;
    this.#objects.set(object.key, object);
    await before?.replaced();
  }

  async delete(key: string): Promise<void> {
    const before = this.#objects.get(key);
    if (before === undefined) return;
    this.#objects.delete(key);
    this.#sortedKeys = undefined;
    await before.replaced();
  }

  /** Ordered by key, then by when they were begun. */
  uploads(): readonly Upload[] {
    return [...this.#uploads.values()].toSorted((left, right) => compareKeys(left.key, right.key));
  }

  begin(upload: Upload): void {
    this.#uploads.set(upload.uploadId, upload);
  }

  /** @throws S3Error NoSuchUpload: also when the upload id belongs to another key */
  upload(key: string, uploadId: string): Upload {
    const upload = this.#uploads.get(uploadId);
    if (upload?.key !== key) throw new S3Error('NoSuchUpload', undefined, { fields: { UploadId: uploadId } });
    return upload;
  }

  async putPart(upload: Upload, part: StoredPart): Promise<void> {
    const before = upload.parts.get(part.partNumber);
    upload.parts.set(part.partNumber, part);
    await before?.blob.remove();
  }

  /** Forgets the upload, and every part that is not in `kept`. */
  async end(upload: Upload, kept: ReadonlySet<StoredPart>): Promise<void> {
    this.#uploads.delete(upload.uploadId);
    for (const part of upload.parts.values()) if (!kept.has(part)) await part.blob.remove();
  }
}
