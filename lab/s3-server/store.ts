import { Archive } from './archive.ts';
import type { BlobStorage } from './blobs.ts';
import { Bucket } from './bucket.ts';
import type { ServerSettings } from './options.ts';
import { S3Error } from './s3-error.ts';

/** S3 User Guide, "General purpose bucket naming rules". */
const bucketName = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
/** In front of the name, as others than the tenant address it (Ceph, "RGW Multi-tenancy"); no request makes one. */
const tenant = /^\w*:/;

type StoreSettings = Pick<ServerSettings, 'lock' | 'versioning' | 'conditions' | 'restoreDelay'>;

/** All buckets, and where bytes are kept. */
export class Store {
  readonly blobs: BlobStorage;
  readonly archive: Archive;
  readonly conditions: StoreSettings['conditions'];
  readonly #buckets = new Map<string, Bucket>();
  readonly #settings: StoreSettings;
  #uploadsBegun = 0;

  constructor(blobs: BlobStorage, settings: StoreSettings) {
    this.blobs = blobs;
    this.archive = new Archive(settings.restoreDelay);
    this.conditions = settings.conditions;
    this.#settings = settings;
  }

  /** @throws S3Error NoSuchBucket */
  bucket(name: string | undefined): Bucket {
    const bucket = this.#buckets.get(name ?? '');
    if (bucket === undefined)
      throw new S3Error('NoSuchBucket', undefined, { fields: { BucketName: name ?? '' } });
    return bucket;
  }

  /** @throws S3Error InvalidBucketName, BucketAlreadyOwnedByYou */
  createBucket(name: string, now: Date): void {
    if (!bucketName.test(name.replace(tenant, '')))
      throw new S3Error('InvalidBucketName', undefined, { fields: { BucketName: name } });
    if (this.#buckets.has(name)) {
      throw new S3Error('BucketAlreadyOwnedByYou', undefined, { fields: { BucketName: name } });
    }
    const { lock, versioning } = this.#settings;
    this.#buckets.set(name, new Bucket(name, now, lock, versioning));
  }

  /** @throws S3Error NoSuchBucket, BucketNotEmpty */
  deleteBucket(name: string | undefined): void {
    const bucket = this.bucket(name);
    if (!bucket.isEmpty)
      throw new S3Error('BucketNotEmpty', undefined, { fields: { BucketName: bucket.name } });
    this.#buckets.delete(bucket.name);
  }

  buckets(): readonly Bucket[] {
    return [...this.#buckets.values()].toSorted((left, right) => (left.name < right.name ? -1 : 1));
  }

  /** Unique, and in the order of their making: uploads of one key are listed in the order in which they were begun. */
  newUploadId(): string {
    this.#uploadsBegun++;
    return `${this.#uploadsBegun.toString(16).padStart(8, '0')}-${crypto.randomUUID()}`;
  }
}
