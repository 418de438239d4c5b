import type { Blob } from './blobs.ts';
import type { Lock, LockSettings } from './object-lock.ts';
import { S3Error } from './s3-error.ts';
import type { ObjectHeaders, StoredObject } from './stored-object.ts';
import { type Version, Versions } from './versions.ts';

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
  readonly lock: Lock | undefined;
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
  readonly lock: LockSettings | undefined;
  /** Where the bucket keeps them. */
  readonly #versions: Versions | undefined;

  constructor(name: string, createdAt: Date, lock?: LockSettings, versioning = false) {
    this.name = name;
    this.createdAt = createdAt;
    this.lock = lock;
    this.#versions = versioning ? new Versions() : undefined;
  }

  get isEmpty(): boolean {
    return this.#objects.size === 0 && (this.#versions?.keys().length ?? 0) === 0;
  }

  get keepsVersions(): boolean {
    return this.#versions !== undefined;
  }

  /** @throws S3Error NoSuchVersion */
  version(key: string, id: string): Version {
    const version = this.#versions?.find(key, id);
    if (version === undefined) throw new S3Error('NoSuchVersion', undefined, { fields: { Key: key } });
    return version;
  }

  /** The id of the version that is the current one of its key. */
  currentId(key: string): string | undefined {
    return this.#versions?.of(key).at(-1)?.id;
  }

  /** Of each key the newest first; where none are kept, the object's own is `null`. */
  allVersions(): readonly (Version & { readonly isLatest: boolean })[] {
    if (this.#versions === undefined) {
      return [...this.#objects.values()].map((object) => ({
        key: object.key,
        id: 'null',
        lastModified: object.lastModified,
        object,
        isLatest: true,
      }));
    }
    const versions = this.#versions;
    return versions.keys().flatMap((key) =>
      versions
        .of(key)
        .map((version) => ({ ...version, isLatest: version === versions.of(key).at(-1) }))
        .toReversed(),
    );
  }

  async removeVersion(version: Version): Promise<void> {
    this.#versions?.remove(version);
    await version.object?.replaced();
    const latest = this.#versions?.of(version.key).at(-1)?.object;
    this.#sortedKeys = undefined;
    if (latest === undefined) this.#objects.delete(version.key);
    else this.#objects.set(version.key, latest);
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
    if (this.#versions !== undefined) this.#versions.add(object.key, object, object.lastModified);
    else await before?.replaced();
  }

  /** Gives the delete marker, where versions are kept. */
  async delete(key: string, now = new Date()): Promise<Version | undefined> {
    const before = this.#objects.get(key);
    this.#objects.delete(key);
    this.#sortedKeys = undefined;
    if (this.#versions !== undefined) return this.#versions.add(key, undefined, now);
    await before?.replaced();
    return undefined;
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
