import { expect } from 'bun:test';
import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { BACKUP_DIR, someBytes } from '../../../lab/program/plugin.ts';
import type { Case } from '../case.ts';
import { BUCKET, type Trial } from '../trial.ts';
import { nameOf } from './sizes.ts';

/** Three parts of the growing schedule. */
const LARGE = someBytes(3 * 8 * 1024 * 1024);
const SMALL = someBytes(64 * 1024);

/** The log's last word about a restore. */
async function proofOf(trial: Trial): Promise<string | undefined> {
  const line = (await trial.place.logLines()).findLast((text) => text.includes('-[INFO]:-restored '));
  return /\((checksum verified|no checksum to verify)\)/.exec(line ?? '')?.[1];
}

export const checksums: Case = {
  id: 'checksums',
  title: 'the checksum that the server takes is used, and a restore proves the bytes by it',
  shows: ['large-checksum', 'small-checksum'],
  async check(trial) {
    // Of parts wherever it is stored: some providers are given larger ones.
    const config = trial.config({ logger_verbosity: 'verbose', backup_multipart_chunksize: '8MB' });
    await trial.backup(config, nameOf(1), LARGE);
    const negotiated = (await trial.place.logLines())
      .join('\n')
      .includes('CRC32 of each part and of the object');
    const stored = await trial.store.send(
      new HeadObjectCommand({ Bucket: BUCKET, Key: trial.prefix + nameOf(1), ChecksumMode: 'ENABLED' }),
    );
    const kept = stored.ChecksumCRC32 !== undefined && !stored.ChecksumCRC32.includes('-');
    // A checksum that the server keeps must have been asked for, and one that it tells must be looked at.
    expect([negotiated, kept]).toEqual([negotiated, negotiated && kept]);
    expect(Bun.hash(await trial.restore(config, nameOf(1)))).toBe(Bun.hash(LARGE));
    expect(await proofOf(trial)).toBe(kept ? 'checksum verified' : 'no checksum to verify');
    trial.see('large-checksum', {
      value: kept ? 'yes' : negotiated ? 'partly' : 'no',
      fact: kept
        ? 'CRC32 of each part and of the object'
        : negotiated
          ? 'takes CRC32, does not tell it'
          : 'the SHA-256 of each part is signed',
    });

    await trial.backup(config, nameOf(2), SMALL);
    const metadata = await trial.store.send(
      new HeadObjectCommand({ Bucket: BUCKET, Key: trial.prefix + nameOf(2) }),
    );
    const [name, crc32] = Object.entries(metadata.Metadata ?? {})[0] ?? [];
    expect(Bun.hash(await trial.restore(config, nameOf(2)))).toBe(Bun.hash(SMALL));
    const proven = (await proofOf(trial)) === 'checksum verified';
    expect(proven).toBe(crc32 !== undefined);
    if (name !== undefined && crc32 !== undefined) await refusesDamage(trial, config, { [name]: crc32 });
    trial.see('small-checksum', { value: proven ? 'yes' : 'no' });
  },
};

/** An object of the same length and metadata with other bytes in it, as a store that has lost some would give. */
async function refusesDamage(trial: Trial, config: string, metadata: Record<string, string>): Promise<void> {
  const damaged = SMALL.slice();
  damaged[40_000] = (damaged[40_000] ?? 0) ^ 1;
  await trial.put(trial.prefix + nameOf(2), damaged, metadata);
  const outcome = await trial.place.run(['restore_data', config, `${BACKUP_DIR}/${nameOf(2)}`]);
  trial.expectTold(outcome, /the object is not what was backed up/);
  expect(outcome.stdout.length).toBeLessThan(SMALL.length);
}
