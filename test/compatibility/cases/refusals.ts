import { expect } from 'bun:test';
import { BACKUP_DIR, type Outcome, someBytes } from '../../../lab/program/plugin.ts';
import type { Capability } from '../capabilities.ts';
import type { Case } from '../case.ts';
import { codeIn, type Trial } from '../trial.ts';
import { nameOf } from './sizes.ts';

/** What gpbackup calls first: here an operator learns what is wrong. */
async function setUp(trial: Trial, config: string): Promise<Outcome> {
  return await trial.place.run(['setup_plugin_for_backup', config, BACKUP_DIR, 'coordinator', '-1']);
}

/** A wrong setting: the server refuses it, and the program says what to do; or the server does not look at it. */
async function wrongly(
  trial: Trial,
  capability: Capability,
  options: Readonly<Record<string, string>>,
  hint: RegExp,
): Promise<void> {
  const outcome = await setUp(trial, trial.config({ ...options, retry_timeout: '3s' }, 'wrong.yaml'));
  if (outcome.exitCode === 0) {
    expect(outcome.stderr).toBe('');
    trial.see(capability, { value: 'no', fact: 'accepted' });
    return;
  }
  trial.expectTold(outcome, hint);
  trial.see(capability, { value: 'yes', fact: codeIn(outcome) });
}

export const wrongKeys: Case = {
  id: 'wrong-keys',
  title: 'wrong keys are told with a hint that names the option',
  shows: ['secret-checked', 'key-id-checked'],
  async check(trial) {
    await wrongly(
      trial,
      'secret-checked',
      { aws_secret_access_key: 'another-secret-key' },
      /aws_secret_access_key/,
    );
    await wrongly(trial, 'key-id-checked', { aws_access_key_id: 'anotherkeyid' }, /aws_access_key_id/);
  },
};

export const wrongRegion: Case = {
  id: 'wrong-region',
  title: 'a wrong region is told with a hint, learnt from the server, or does not matter',
  shows: ['region-checked'],
  async check(trial) {
    await wrongly(trial, 'region-checked', { region: 'xx-nowhere-9' }, /region/);
  },
};

export const wrongBucket: Case = {
  id: 'wrong-bucket',
  title: 'a bucket that is not there is told with a hint, for backup, restore and list',
  shows: ['bucket-checked'],
  async check(trial) {
    const config = trial.config({ bucket: 'compatibility-missing' }, 'missing.yaml');
    // Reads come first, since there are servers that make the bucket with the first object.
    const restore = await trial.place.run(['restore_data', config, `${BACKUP_DIR}/${nameOf(1)}`]);
    trial.expectTold(restore, /bucket/);
    const hook = ['setup_plugin_for_restore', config, BACKUP_DIR, 'coordinator', '-1'];
    trial.expectTold(await trial.place.run(hook), /bucket/);
    await wrongly(trial, 'bucket-checked', { bucket: 'compatibility-missing' }, /bucket/);
  },
};

const PARTS = someBytes(8 * 1024 * 1024 + 1);

export const users: Case = {
  id: 'users',
  title: 'a user that may only read restores, one that may only write backs up; the rest is told with a hint',
  shows: ['read-only-user', 'write-only-user'],
  async check(trial) {
    const { readOnly, writeOnly } = trial.server.users ?? {};
    const all = trial.config();
    const [small, large] = [nameOf(1), nameOf(2)];
    await trial.backup(all, small, someBytes(1000));
    const policy = /policy/;
    if (readOnly === undefined) {
      trial.see('read-only-user', { value: 'untried' });
    } else {
      const config = trial.configOf(readOnly);
      const refused = await setUp(trial, config);
      trial.expectTold(refused, policy);
      await trial.succeed(['setup_plugin_for_restore', config, BACKUP_DIR, 'coordinator', '-1']);
      expect(await trial.restore(config, small)).toHaveLength(1000);
      const write = ['backup_data', config, `${BACKUP_DIR}/${large}`];
      trial.expectTold(await trial.place.run(write, { stdin: PARTS }), policy);
      trial.expectTold(
        await trial.place.run(['delete_directory', config, 'backups', '--all-backups']),
        policy,
      );
      expect(await trial.keys(trial.prefix)).toEqual([trial.prefix + small]);
      trial.see('read-only-user', { value: 'yes', fact: codeIn(refused) });
    }
    if (writeOnly === undefined) {
      trial.see('write-only-user', { value: 'untried' });
    } else {
      const config = trial.configOf(writeOnly);
      expect((await setUp(trial, config)).stderr).toBe('');
      await trial.backup(config, large, PARTS);
      expect(Bun.hash(await trial.restore(all, large))).toBe(Bun.hash(PARTS));
      const refused = await trial.place.run(['restore_data', config, `${BACKUP_DIR}/${small}`]);
      trial.expectTold(refused, policy);
      trial.see('write-only-user', { value: 'yes', fact: codeIn(refused) });
    }
  },
};
