import type { Blob } from './blobs.ts';
import type { Lock } from './object-lock.ts';

/** Headers that are stored with an object and answered as they were given. */
export type ObjectHeaders = Readonly<Record<string, string>>;

export interface ObjectChecksum {
  /** As S3 writes it: base64, for COMPOSITE followed by `-` and the number of parts. */
  readonly crc32: string;
  readonly type: 'FULL_OBJECT' | 'COMPOSITE';
}

export interface ObjectProperties {
  readonly key: string;
  /** One for each request that brought bytes: parts stay as they were received. */
  readonly blobs: readonly Blob[];
  /** Without quotes. */
  readonly etag: string;
  readonly lastModified: Date;
  readonly headers: ObjectHeaders;
  readonly checksum: ObjectChecksum | undefined;
  readonly lock?: Lock | undefined;
}

/** One version of an object. Its bytes stay as long as it is in its bucket or somebody reads it. */
export class StoredObject {
  readonly key: string;
  readonly etag: string;
  readonly lastModified: Date;
  readonly headers: ObjectHeaders;
  readonly checksum: ObjectChecksum | undefined;
  lock: Lock | undefined;
  readonly size: number;
  readonly #blobs: readonly Blob[];
  #readers = 0;
  #isReplaced = false;

  constructor(properties: ObjectProperties) {
    this.key = properties.key;
    this.etag = properties.etag;
    this.lastModified = properties.lastModified;
    this.headers = properties.headers;
    this.checksum = properties.checksum;
    this.lock = properties.lock;
    this.#blobs = properties.blobs;
    this.size = properties.blobs.reduce((sum, blob) => sum + blob.size, 0);
  }

  get isReadable(): boolean {
    return this.#blobs.every((blob) => blob.isReadable);
  }

  /** The bytes from `from` to before `to`. */
  async *read(from: number, to: number): AsyncGenerator<Uint8Array, void, void> {
    this.#readers++;
    try {
      let start = 0;
      for (const blob of this.#blobs) {
        const end = start + blob.size;
        if (end > from && start < to) {
          yield* blob.read(Math.max(from, start) - start, Math.min(to, end) - start);
        }
        start = end;
      }
    } finally {
      this.#readers--;
      await this.#removeIfUnused();
    }
  }

  /** To be called once, when the object is no longer in its bucket. */
  async replaced(): Promise<void> {
    this.#isReplaced = true;
    await this.#removeIfUnused();
  }

  async #removeIfUnused(): Promise<void> {
    if (!this.#isReplaced || this.#readers > 0) return;
    for (const blob of this.#blobs) await blob.remove();
  }
}
