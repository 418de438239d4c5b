import { belowFolder } from '../../backup/key.ts';
import { printable } from '../../base/printable.ts';
import type { Finding } from '../../output/finding.ts';
import type { Setting } from '../../s3/operations/bucket-setting.ts';
import { getBucketEncryption } from '../../s3/operations/get-bucket-encryption.ts';
import {
  getBucketLifecycle,
  type LifecycleRule,
} from '../../s3/operations/get-bucket-lifecycle-configuration.ts';
import { getBucketVersioning, type Versioning } from '../../s3/operations/get-bucket-versioning.ts';
import {
  type BucketLock,
  getObjectLockConfiguration,
} from '../../s3/operations/get-object-lock-configuration.ts';
import { isArchive } from '../../s3/storage-class.ts';
import type { Checked } from './checked.ts';
import { fail, ok, unseen, unseenSetting, warn } from './findings.ts';

/** What the bucket does by itself with backups, as far as these keys may see it. */
export async function settingFindings({ client, session }: Checked): Promise<readonly Finding[]> {
  const { config } = session;
  const root = belowFolder(config.folder, 'backups/');
  const versioning = await getBucketVersioning(client);
  const lifecycle = await getBucketLifecycle(client);
  const lock = await getObjectLockConfiguration(client);
  const encryption = await getBucketEncryption(client);
  return [
    versioningFinding(versioning, lifecycle, root),
    ...lifecycleFindings(lifecycle, root, config.objects.fromArchive !== 'off'),
    lockFinding(lock, config.objects.lock !== undefined || config.objects.legalHold),
    'unseen' in encryption
      ? unseenSetting('default encryption', encryption, 's3:GetEncryptionConfiguration')
      : ok(
          'default encryption',
          encryption.is === 'none'
            ? `none${config.objects.sse === undefined ? '; sse asks for it' : `; sse is ${config.objects.sse}`}`
            : [encryption.is.algorithm, encryption.is.kmsKeyId]
                .filter((text) => text !== undefined)
                .join(' '),
        ),
  ];
}

function versioningFinding(
  versioning: Setting<Versioning>,
  lifecycle: Setting<readonly LifecycleRule[]>,
  root: string,
): Finding {
  const what = 'versioning';
  if ('unseen' in versioning) return unseenSetting(what, versioning, 's3:GetBucketVersioning');
  if (versioning.is !== 'on') return ok(what, versioning.is);
  if ('unseen' in lifecycle)
    return unseen(what, 'it is on; whether old versions are deleted some day does not show');
  const isBounded = covering(lifecycle.is, root).some(({ expiresVersions }) => expiresVersions);
  return isBounded
    ? ok(what, 'on, and old versions expire')
    : warn(
        what,
        'on, and no rule deletes old versions: what is deleted stays, and is paid for, for ever',
        'add a lifecycle rule with NoncurrentVersionExpiration for the folder',
      );
}

function lifecycleFindings(
  lifecycle: Setting<readonly LifecycleRule[]>,
  root: string,
  fromArchive: boolean,
): readonly Finding[] {
  const what = 'lifecycle';
  if ('unseen' in lifecycle) return [unseenSetting(what, lifecycle, 's3:GetLifecycleConfiguration')];
  const findings: Finding[] = [];
  const days = covering(lifecycle.is, root).flatMap(({ abortDays }) => abortDays ?? []);
  findings.push(
    days.length > 0
      ? ok(what, `unfinished uploads are removed after ${Math.min(...days)} days`)
      : warn(
          what,
          'no rule removes unfinished uploads: what a host leaves that loses its power is paid for, for ever',
          'add a lifecycle rule with AbortIncompleteMultipartUpload for the folder, of 7 days',
        ),
  );
  for (const rule of lifecycle.is.filter((each) => each.enabled && overlap(each.prefix, root))) {
    const name = rule.id === '' ? 'a rule' : `the rule "${printable(rule.id)}"`;
    if (rule.expires !== undefined)
      findings.push(
        warn(
          what,
          `${name} deletes backups ${rule.expires}, also those that others are built on`,
          'let expire_backups delete them, and remove the rule or leave the folder out of it',
        ),
      );
    const archives = rule.transitions.filter(({ storageClass }) => isArchive(storageClass));
    for (const { storageClass, when } of archives) {
      const detail = `${name} moves backups to ${printable(storageClass)} ${when}`;
      findings.push(
        fromArchive
          ? ok(what, `${detail}; restore_from_archive brings them back`)
          : warn(
              what,
              `${detail}: they can't be restored at once`,
              'set restore_from_archive, or leave the folder out of the rule',
            ),
      );
    }
  }
  return findings;
}

/** Those that are for all keys below a prefix. */
function covering(rules: readonly LifecycleRule[], root: string): readonly LifecycleRule[] {
  return rules.filter(({ enabled, narrowed, prefix }) => enabled && !narrowed && root.startsWith(prefix));
}

function overlap(one: string, other: string): boolean {
  return one.startsWith(other) || other.startsWith(one);
}

function lockFinding(lock: BucketLock | undefined, isAsked: boolean): Finding {
  const what = 'object lock';
  if (lock === undefined) return unseen(what, 'these keys do not have s3:GetBucketObjectLockConfiguration');
  if (lock === 'none') {
    return isAsked
      ? fail(
          what,
          'the bucket has no Object Lock, and the options ask for locks',
          'use a bucket with Object Lock, or leave out object_lock_mode, object_lock_retention and object_lock_legal_hold',
        )
      : ok(what, 'none');
  }
  if (lock === 'by object') return ok(what, 'on; the options decide');
  const detail = `new objects are locked for ${lock.days} days (${printable(lock.mode)})`;
  return lock.days > 0 && lock.mode !== ''
    ? ok(what, detail)
    : warn(what, 'the default retention of the bucket can not be read', 'look at it in its settings');
}
