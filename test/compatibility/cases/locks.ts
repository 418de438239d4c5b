import { expect } from 'bun:test';
import {
  CreateBucketCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  PutObjectLockConfigurationCommand,
} from '@aws-sdk/client-s3';
import { BACKUP_DIR, type Outcome, someBytes, TIMESTAMP } from '../../../lab/program/plugin.ts';
import type { Capability } from '../capabilities.ts';
import type { Case } from '../case.ts';
import { BUCKET, codeIn, type Trial } from '../trial.ts';
import { nameOf } from './sizes.ts';

const SMALL = someBytes(1000);
const IN_PARTS = someBytes(2 * 8 * 1024 * 1024 + 1);
/** A server that can't do it may fail each request; it is not waited for. */
const IMPATIENT = { retry_timeout: '3s' };
/** Of the timestamp, in the zone of a test's empty environment, plus ten years. */
const RETENTION = '3652d';
const YEAR = '2036';

/** Gives the server's refusal. */
async function lockedBucket(trial: Trial, Bucket: string, days?: number): Promise<string | undefined> {
  try {
    await trial.store.send(new CreateBucketCommand({ Bucket, ObjectLockEnabledForBucket: true }));
    if (days === undefined) return undefined;
    const ObjectLockConfiguration = {
      ObjectLockEnabled: 'Enabled',
      Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Days: days } },
    } as const;
    await trial.store.send(new PutObjectLockConfigurationCommand({ Bucket, ObjectLockConfiguration }));
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.name : String(error);
  }
}

async function setUp(trial: Trial, config: string, scope = 'coordinator'): Promise<Outcome> {
  return await trial.place.run(['setup_plugin_for_backup', config, BACKUP_DIR, scope]);
}

/** A backup by gpbackup's order of calls: hooks of the coordinator and two hosts, data, files, the report last. */
async function backUp(trial: Trial, config: string): Promise<void> {
  for (const scope of ['coordinator', 'segment_host', 'segment_host']) {
    await trial.succeed(['setup_plugin_for_backup', config, BACKUP_DIR, scope]);
  }
  for (const [number, data] of [SMALL, IN_PARTS].entries()) await trial.backup(config, nameOf(number), data);
  for (const type of ['metadata.sql', 'toc.yaml', 'plugin_config.yaml', 'config.yaml', 'report']) {
    const path = trial.place.path(
      `backups/${TIMESTAMP.slice(0, 8)}/${TIMESTAMP}/gpbackup_${TIMESTAMP}_${type}`,
    );
    await Bun.write(path, `the ${type}\n`);
    await trial.succeed(['backup_file', config, path]);
  }
  await trial.succeed(['setup_plugin_for_restore', config, BACKUP_DIR, 'coordinator']);
  for (const [number, data] of [SMALL, IN_PARTS].entries()) {
    expect(Bun.hash(await trial.restore(config, nameOf(number)))).toBe(Bun.hash(data));
  }
  const report = trial.place.path(
    `restored/backups/${TIMESTAMP.slice(0, 8)}/${TIMESTAMP}/gpbackup_${TIMESTAMP}_report`,
  );
  await Bun.write(`${report}.folder`, '');
  await trial.succeed(['restore_file', config, report]);
  expect(await Bun.file(report).text()).toBe('the report\n');
}

/** What is locked is told with status 1, and can be deleted by whoever may bypass it. */
async function deleteLocked(trial: Trial, Bucket: string): Promise<void> {
  const told = await trial.place.run(['delete_backup', trial.config({ bucket: Bucket }), TIMESTAMP]);
  trial.expectTold(told, /bypass_governance_retention/);
  expect(told.stderr).toMatch(/remain, locked until 20\d\d-.*\(GOVERNANCE\)/);
  const bypassing = trial.config({ bucket: Bucket, bypass_governance_retention: 'on' });
  expect((await trial.place.run(['delete_backup', bypassing, TIMESTAMP])).exitCode).toBe(0);
  const left = await trial.store.send(new ListObjectVersionsCommand({ Bucket, Prefix: trial.prefix }));
  expect([left.Versions ?? [], left.DeleteMarkers ?? []]).toEqual([[], []]);
}

export const objectLock: Case = {
  id: 'object-lock',
  title:
    'a backup is locked until its timestamp plus the retention, told when deleted, and deleted by a bypass',
  shows: ['object-lock'],
  patience: 120_000,
  async check(trial) {
    const Bucket = 'compatibility-locked';
    const options = { ...IMPATIENT, object_lock_mode: 'GOVERNANCE', object_lock_retention: RETENTION };
    // Without Object Lock the set-up says so, whatever the server does with such headers.
    const plain = await setUp(trial, trial.config(options));
    trial.expectTold(plain, /object_lock_mode/);
    const refused = await lockedBucket(trial, Bucket);
    const config = trial.config({ ...options, bucket: Bucket });
    const first = refused === undefined ? await setUp(trial, config) : plain;
    if (first.exitCode !== 0) {
      trial.expectTold(first, /object_lock_mode/);
      const fact = first.stderr.includes('does not lock it') ? 'accepted, not applied' : codeIn(first);
      trial.see('object-lock', { value: 'no', fact: refused ?? fact });
      return;
    }
    await backUp(trial, config);
    for (const number of [0, 1]) {
      const head = await trial.store.send(
        new HeadObjectCommand({ Bucket, Key: trial.prefix + nameOf(number) }),
      );
      const until = head.ObjectLockRetainUntilDate?.toISOString() ?? '';
      expect([head.ObjectLockMode, until.slice(0, 4)]).toEqual(['GOVERNANCE', YEAR]);
    }
    await deleteLocked(trial, Bucket);
    trial.see('object-lock', { value: 'yes' });
  },
};

export const defaultRetention: Case = {
  id: 'default-retention',
  title: 'a backup without options is stored in a bucket that locks every object by itself',
  shows: ['default-retention'],
  patience: 120_000,
  async check(trial) {
    const Bucket = 'compatibility-retained';
    const refused = await lockedBucket(trial, Bucket, 1);
    if (refused !== undefined) {
      trial.see('default-retention', { value: 'no', fact: refused });
      return;
    }
    await backUp(trial, trial.config({ ...IMPATIENT, bucket: Bucket }));
    const versions = await trial.store.send(new ListObjectVersionsCommand({ Bucket, Prefix: trial.prefix }));
    const isVersioned = versions.Versions?.some(({ VersionId = 'null' }) => VersionId !== 'null') === true;
    trial.see('default-retention', {
      value: 'yes',
      fact: isVersioned ? 'by version' : 'a locked key is not written again',
    });
    const told = await trial.place.run(['delete_backup', trial.config({ bucket: Bucket }), TIMESTAMP]);
    const bypassing = trial.config({ bucket: Bucket, bypass_governance_retention: 'on' });
    expect((await trial.place.run(['delete_backup', bypassing, TIMESTAMP])).exitCode).toBe(0);
    // versitygw does not show a version that its bucket locks by itself as locked.
    expect(isVersioned || told.exitCode === 1).toBe(true);
  },
};

export const writeOnce: Case = {
  id: 'write-once',
  title: 'an object that is there is not replaced, or the set-up says that the server replaces it',
  shows: ['write-once'],
  async check(trial) {
    const config = trial.config({ ...IMPATIENT, write_once: 'on' });
    const first = await setUp(trial, config);
    if (first.exitCode !== 0) {
      trial.expectTold(first, /write_once/);
      const fact = first.stderr.includes('the server replaced') ? 'accepted, not applied' : codeIn(first);
      trial.see('write-once', { value: 'no', fact });
      return;
    }
    await backUp(trial, config);
    for (const [number, data] of [SMALL, IN_PARTS].entries()) {
      const args = ['backup_data', config, `${BACKUP_DIR}/${nameOf(number)}`];
      const again = await trial.place.run(args, { stdin: data });
      trial.expectTold(again, /written once/);
      expect(again.stderr).toContain('is already there');
    }
    trial.see('write-once', { value: 'yes' });
  },
};

/** What a store does with an object that it says is in an archive. */
async function archived(trial: Trial): Promise<{ value: 'yes' | 'no'; fact: string }> {
  const run = async (options: Readonly<Record<string, string>>): Promise<Outcome> =>
    await trial.place.run(['setup_plugin_for_restore', trial.config(options), BACKUP_DIR, 'coordinator']);
  await trial.put(`${trial.prefix}gpbackup_${TIMESTAMP}_report`, 'report');
  const Key = trial.prefix + nameOf(0);
  try {
    await trial.store.send(
      new PutObjectCommand({ Bucket: BUCKET, Key, Body: SMALL, StorageClass: 'GLACIER' }),
    );
  } catch (error) {
    return { value: 'no', fact: error instanceof Error ? error.name : String(error) };
  }
  const off = await run({});
  if (off.exitCode === 0) {
    expect(Bun.hash(await trial.restore(trial.config(), nameOf(0)))).toBe(Bun.hash(SMALL));
    return { value: 'no', fact: 'has no archive' };
  }
  trial.expectTold(off, /restore_from_archive/);
  const standard = await run({ restore_from_archive: 'standard' });
  if (standard.exitCode !== 0) {
    trial.expectTold(standard, /run gprestore again/);
    return { value: 'yes', fact: 'asked for' };
  }
  expect(Bun.hash(await trial.restore(trial.config(), nameOf(0)))).toBe(Bun.hash(SMALL));
  return { value: 'yes', fact: 'back at once' };
}

export const archive: Case = {
  id: 'archive',
  title: 'archived objects are told by the set-up of a restore and brought back with restore_from_archive',
  shows: ['archive' satisfies Capability],
  async check(trial) {
    trial.see('archive', await archived(trial));
  },
};
