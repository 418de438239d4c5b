import { PluginError } from '../base/plugin-error.ts';
import { longestLock } from '../catalogue/locked.ts';
import { deleteAllVersions, remainingVersions } from '../catalogue/versions.ts';
import { counted, deletionText, spaced } from '../output/deletion.ts';
import type { CommandResult } from '../output/result.ts';
import type { S3Client } from '../s3/client.ts';
import type { ObjectLock } from '../s3/operations/object-facts.ts';

type Deletion = CommandResult & { readonly kind: 'deletion' };

/** Something was to be deleted that Object Lock keeps. */
export class LockedError extends PluginError {}

const GOVERNED =
  'bypass_governance_retention: on deletes what is locked in mode GOVERNANCE, with keys that have s3:BypassGovernanceRetention and s3:DeleteObjectVersion';
const LATER =
  'nobody can delete it before; a lifecycle rule for noncurrent versions, or bypass_governance_retention: on, deletes the versions afterwards';

/**
 * The result of deleting, with what became of versions: deleted for good where that is asked for, otherwise counted.
 * @param locked keys of objects that were refused, in a bucket without versions
 * @throws {LockedError} when something is left that is locked
 */
export async function withVersions(
  client: S3Client,
  prefix: string,
  plain: Deletion,
  { bypass, locked }: { readonly bypass: boolean; readonly locked: readonly string[] },
): Promise<Deletion> {
  if (locked.length > 0) {
    const lock = await longestLock(
      client,
      locked.map((key) => ({ key })),
    );
    throw lockedError(`${deletionText(plain)}, but ${counted(locked.length, 'object')}`, lock, bypass);
  }
  if (bypass) {
    const { versions, bytes, refused } = await deleteAllVersions(client, prefix);
    const result = { ...plain, versions, bytes: Math.max(bytes, plain.bytes) };
    const [first] = refused;
    if (first === undefined) return result;
    const names = refused.map(({ version }) => version);
    const lock = await longestLock(client, names);
    const left = `${deletionText(result)}, but ${counted(refused.length, 'version')}`;
    throw lockedError(left, lock, bypass, first.why);
  }
  const remaining = await remainingVersions(client, prefix);
  const result = { ...plain, remaining };
  if (remaining?.lock === undefined) return result;
  const left = `${counted(remaining.versions, 'version')} of ${spaced(remaining.bytes)}`;
  throw lockedError(`${deletionText(plain)}, but ${left}`, remaining.lock, bypass);
}

/** `…, but 3 versions, 286 MB remain, locked until 2027-01-01T03:04:05Z (COMPLIANCE)`. */
function lockedError(left: string, lock: ObjectLock | undefined, bypass: boolean, why?: string): LockedError {
  const until = lock?.until?.toISOString().replace('.000Z', 'Z');
  const reasons = [
    ...(lock?.mode === undefined
      ? []
      : [`locked ${until === undefined ? '' : `until ${until} `}(${lock.mode})`]),
    ...(lock?.legalHold === true ? ['under a legal hold'] : []),
    ...(lock === undefined ? [why ?? 'locked'] : []),
  ];
  return new LockedError(`${left} remain, ${reasons.join(' and ')}`, {
    hint: hintOf(lock, bypass),
  });
}

function hintOf(lock: ObjectLock | undefined, bypass: boolean): string {
  if (lock?.legalHold === true) {
    return 'a legal hold ends when somebody with s3:PutObjectLegalHold removes it: delete again afterwards';
  }
  if (lock?.mode === 'COMPLIANCE') return LATER;
  return bypass
    ? 'the keys need s3:BypassGovernanceRetention and s3:DeleteObjectVersion: check the policy of the user and of the bucket'
    : GOVERNED;
}
