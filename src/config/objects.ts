import type { ObjectsConfig } from './config.ts';
import type { OptionValues } from './option-values.ts';

/** Whether an option is there whose value needs more checks than its definition has; see `objectProblems`. */
export function hasObjectOptions(read: Partial<OptionValues>): boolean {
  return (
    (read.sse_kms_key_id ?? read.sse_kms_encryption_context ?? read.sse_bucket_key) !== undefined ||
    (read.sse_customer_key_file ?? read.tags) !== undefined
  );
}

/** How objects are stored; a problem is added for options that contradict each other. */
export function readObjects(read: Partial<OptionValues>, problems: string[]): ObjectsConfig {
  const { object_lock_mode: mode, object_lock_retention: retention } = read;
  if ((mode === undefined) !== (retention === undefined)) {
    problems.push('"object_lock_mode" and "object_lock_retention" go together: set both, or neither');
  }
  if ((mode !== undefined || read.object_lock_legal_hold === true) && read.checksum === 'off') {
    problems.push(
      '"checksum: off" contradicts Object Lock: S3 takes a locked object only with a checksum (set auto or crc32, or remove the object_lock options)',
    );
  }
  return {
    sse: read.sse,
    kmsKeyId: read.sse_kms_key_id,
    kmsContext: read.sse_kms_encryption_context,
    bucketKey: read.sse_bucket_key,
    customerKeyFile: read.sse_customer_key_file,
    storageClass: read.storage_class,
    storageClassMinSize: read.storage_class_min_size ?? 0,
    tags: read.tags,
    acl: read.acl,
    lock: mode === undefined || retention === undefined ? undefined : { mode, retention },
    legalHold: read.object_lock_legal_hold ?? false,
    bypassGovernance: read.bypass_governance_retention ?? false,
    writeOnce: read.write_once === 'on',
    fromArchive: read.restore_from_archive ?? 'off',
  };
}
