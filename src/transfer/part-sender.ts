import { AbortScope } from '../base/abort-scope.ts';
import { formatSize } from '../base/bytes.ts';
import { PluginError } from '../base/plugin-error.ts';
import type { S3Client } from '../s3/client.ts';
import { s3Url } from '../s3/errors/s3-error.ts';
import type { ObjectPolicy } from '../s3/object-policy.ts';
import type { MultipartUpload } from '../s3/operations/create-multipart-upload.ts';
import { type UploadedPart, uploadPart } from '../s3/operations/upload-part.ts';
import type { BufferPool, PartBuffer } from './buffer-pool.ts';
import type { PartSchedule } from './part-schedule.ts';
import type { Source } from './source.ts';

/** How streams are cut, held and protected. */
export interface UploadSettings {
  readonly schedule: PartSchedule;
  readonly pool: BufferPool;
  readonly policy: ObjectPolicy;
}

export interface UploadReport {
  readonly bytes: number;
  /** 0: stored by one PutObject. */
  readonly parts: number;
  /** Of all bytes. */
  readonly crc32: number;
  /** Milliseconds in which there was nothing to be read. */
  readonly inputWait: number;
  /** Milliseconds in which nothing was read because the store had to answer first. */
  readonly networkWait: number;
}

/**
 * Sends the parts of one upload side by side, as many as the pool has buffers. The first failure, or the
 * signal, ends all of them.
 */
export class PartSender {
  readonly upload: MultipartUpload;
  readonly #client: S3Client;
  readonly #settings: UploadSettings;
  readonly #scope: AbortScope;
  readonly #running = new Set<Promise<void>>();
  readonly #parts: UploadedPart[] = [];
  #told = 0;
  /** Milliseconds in which the next part had to wait for the ones before it. */
  waited = 0;

  constructor(client: S3Client, upload: MultipartUpload, settings: UploadSettings) {
    this.#scope = new AbortScope(client.signal);
    this.upload = upload;
    this.#client = client.with({ signal: this.#scope.signal });
    this.#settings = settings;
  }

  /** Sends `first`, which is full, and the rest of `source`. Gives all parts in order, or throws the first failure. */
  async sendAll(first: PartBuffer, source: Source): Promise<readonly UploadedPart[]> {
    const { pool, schedule } = this.#settings;
    const { signal } = this.#scope;
    this.#send(1, first, first.length);
    for (let partNumber = 2; !(await source.ended(signal)); partNumber += 1) {
      if (partNumber > schedule.maxParts) throw this.#tooLarge();
      const size = schedule.sizeOf(partNumber);
      if (size > this.#told && partNumber > 2 && pool.exceeds(size)) this.#tell(partNumber, size);
      const buffer = await this.#timed(pool.acquire(size, signal));
      this.#send(partNumber, buffer, await this.#fill(buffer, source));
    }
    await this.#timed(Promise.all(this.#running));
    signal.throwIfAborted();
    this.#scope.release();
    return this.#parts;
  }

  async #timed<T>(waiting: Promise<T>): Promise<T> {
    const since = performance.now();
    const result = await waiting;
    this.waited += performance.now() - since;
    return result;
  }

  /** Stops all parts that are being sent and waits until they have ended. */
  async stop(reason: unknown): Promise<void> {
    this.#scope.abort(reason);
    this.#scope.release();
    await Promise.allSettled(this.#running);
  }

  /** Only streams of hundreds of GB come here: all of S3's parts are needed for what may still follow. */
  #tell(partNumber: number, size: number): void {
    this.#told = size;
    this.#client.log.warning(
      `${s3Url(this.#client.bucket, this.upload.key)}: from part ${partNumber} on, parts of ${formatSize(size)} are sent one at a time, which exceeds max_memory`,
    );
  }

  async #fill(buffer: PartBuffer, source: Source): Promise<number> {
    try {
      return await source.fill(buffer, this.#scope.signal);
    } catch (error) {
      this.#settings.pool.discard(buffer);
      throw error;
    }
  }

  #send(partNumber: number, buffer: PartBuffer, length: number): void {
    const { pool, policy } = this.#settings;
    const task = uploadPart(this.#client, this.upload, partNumber, buffer.subarray(0, length), policy)
      .then((part) => {
        this.#parts[partNumber - 1] = part;
        pool.release(buffer);
      })
      .catch((error: unknown) => {
        pool.discard(buffer);
        this.#scope.abort(error);
      })
      .finally(() => this.#running.delete(task));
    this.#running.add(task);
  }

  #tooLarge(): PluginError {
    const { schedule } = this.#settings;
    return new PluginError(
      `${s3Url(this.#client.bucket, this.upload.key)}: the data is larger than ${formatSize(schedule.capacity)}, the most that fits into ${schedule.maxParts} parts`,
      {
        hint: 'raise backup_multipart_chunksize or remove it, or back up with more segments or without --single-data-file',
      },
    );
  }
}
