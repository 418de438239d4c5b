import { S3Error } from './s3-error.ts';
import type { StoredObject } from './stored-object.ts';

/** Classes whose objects have to be restored before they are read; GLACIER_IR is not one. */
const archives = new Set(['GLACIER', 'DEEP_ARCHIVE']);

export function classOf(object: StoredObject): string {
  return object.headers['x-amz-storage-class'] ?? 'STANDARD';
}

/** Objects of INTELLIGENT_TIERING may be in an archive tier: only HEAD tells (x-amz-archive-status). */
function isArchived(object: StoredObject): boolean {
  return archives.has(classOf(object)) || object.headers['x-amz-archive-status'] !== undefined;
}

/** A copy that was asked for, and from when and until when it is there. */
interface Copy {
  readonly from: Date;
  readonly until: Date;
}

/** S3 User Guide, "Restoring an archived object". */
export class Archive {
  readonly #copies = new WeakMap<StoredObject, Copy>();
  readonly #delay: number;

  /** @param delay milliseconds that bringing back takes */
  constructor(delay: number) {
    this.#delay = delay;
  }

  /** @throws S3Error InvalidObjectState: S3 API Reference, GetObject */
  checkReadable(object: StoredObject, now: Date): void {
    if (!isArchived(object) || this.#isThere(object, now)) return;
    throw new S3Error('InvalidObjectState', undefined, { fields: { StorageClass: classOf(object) } });
  }

  /**
   * S3 API Reference, RestoreObject. Days "must not be provided" for INTELLIGENT_TIERING and is needed otherwise;
   * DEEP_ARCHIVE knows no Expedited.
   * @returns the status: 202, or 200 when the copy is there and only stays longer
   */
  restore(object: StoredObject, request: { days: string | undefined; tier: string }, now: Date): 200 | 202 {
    if (!isArchived(object)) {
      throw new S3Error(
        'InvalidObjectState',
        "Restore is not allowed for the object's current storage class",
      );
    }
    const tiering = classOf(object) === 'INTELLIGENT_TIERING';
    if (tiering !== (request.days === undefined) || !/^[1-9]\d*$/.test(request.days ?? '1')) {
      throw new S3Error('MalformedXML');
    }
    if (!['Standard', 'Bulk', 'Expedited'].includes(request.tier)) throw new S3Error('MalformedXML');
    if (request.tier === 'Expedited' && classOf(object) === 'DEEP_ARCHIVE') {
      throw new S3Error('InvalidArgument', 'Retrieval option is not supported by this storage class');
    }
    const copy = this.#copies.get(object);
    if (copy !== undefined && copy.from > now) throw new S3Error('RestoreAlreadyInProgress');
    const isThere = this.#isThere(object, now);
    const from = isThere ? now : new Date(now.getTime() + this.#delay);
    const until = new Date(from.getTime() + Number(request.days ?? 36_500) * 86_400_000);
    this.#copies.set(object, { from, until });
    return isThere ? 200 : 202;
  }

  /** S3 API Reference, HeadObject: x-amz-restore. */
  headers(object: StoredObject, now: Date): Record<string, string> {
    const copy = this.#copies.get(object);
    if (copy === undefined) return {};
    if (copy.from > now) return { 'x-amz-restore': 'ongoing-request="true"' };
    if (copy.until <= now) return {};
    return { 'x-amz-restore': `ongoing-request="false", expiry-date="${copy.until.toUTCString()}"` };
  }

  #isThere(object: StoredObject, now: Date): boolean {
    const copy = this.#copies.get(object);
    return copy !== undefined && copy.from <= now && copy.until > now;
  }
}
