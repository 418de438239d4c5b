import { backupPrefix } from '../../backup/timestamp.ts';
import type { S3Client } from '../../s3/client.ts';
import type { BackupSet } from '../backup-set.ts';
import { basesOf } from '../chain.ts';
import { readSet } from '../read-sets.ts';
import type { VerifyFinding } from './finding.ts';
import type { Shard } from './shard.ts';

/**
 * The backups that an incremental one takes data from, and which tables. One that is gone or failed is a finding in any
 * case, of the shard that has the coordinator's files.
 */
export async function basesToRead(
  client: S3Client,
  folder: string,
  set: BackupSet,
  shard: Shard,
  findings: VerifyFinding[],
): Promise<{ readonly base: BackupSet; readonly only: ReadonlySet<string> }[]> {
  const bases: { base: BackupSet; only: ReadonlySet<string> }[] = [];
  for (const timestamp of basesOf(set)) {
    const plan = set.config?.restorePlan.filter((entry) => entry.timestamp === timestamp) ?? [];
    const only = new Set(plan.flatMap(({ tables }) => tables));
    const base = await readSet(client, folder, timestamp);
    const needed = `${only.size} table${only.size === 1 ? '' : 's'} of this backup`;
    if (base?.status === 'Success') bases.push({ base, only });
    else if (shard.number === 0) {
      const detail =
        base === undefined
          ? `is missing: it has the data of ${needed}`
          : `has the data of ${needed}, and is not complete: ${base.problem ?? base.status}`;
      findings.push({
        kind: base === undefined ? 'missing' : 'status',
        key: base?.prefix ?? backupPrefix(folder, timestamp),
        detail,
      });
    }
  }
  return bases;
}
