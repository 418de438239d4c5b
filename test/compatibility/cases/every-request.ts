import { expect } from 'bun:test';
import { BACKUP_DIR, someBytes, TIMESTAMP } from '../../../lab/program/plugin.ts';
import type { Seen } from '../capabilities.ts';
import type { Case } from '../case.ts';
import { codeIn, type Trial } from '../trial.ts';
import { nameOf } from './sizes.ts';

const DATA = someBytes(8 * 1024 * 1024 + 7);

/** A backup in parts, its restore and its deletion, or the code with which the server refuses the first request. */
async function tryAll(trial: Trial, config: string): Promise<Seen> {
  const path = `${BACKUP_DIR}/${nameOf(1)}`;
  const backup = await trial.place.run(['backup_data', config, path], { stdin: DATA });
  if (backup.exitCode !== 0) {
    trial.expectTold(backup, /./);
    return { value: 'no', fact: codeIn(backup) };
  }
  expect(Bun.hash(await trial.restore(config, nameOf(1)))).toBe(Bun.hash(DATA));
  await trial.succeed(['list_directory', config]);
  await trial.succeed(['delete_backup', config, TIMESTAMP]);
  expect(await trial.keys(trial.prefix)).toEqual([]);
  return { value: 'yes' };
}

export const requestHeaders: Case = {
  id: 'request-headers',
  title: 'headers of one’s own are in every request and signed',
  shows: ['request-headers'],
  async check(trial) {
    const config = trial.config({ request_headers: 'X-Gateway-Token=two  words,zone=7==' });
    trial.see('request-headers', await tryAll(trial, config));
  },
};

export const payerAndOwner: Case = {
  id: 'payer-and-owner',
  title: 'requester_pays is in every request; another expected_bucket_owner is refused, or nobody looks',
  shows: ['requester-pays', 'owner-checked'],
  async check(trial) {
    const pays = trial.config({ requester_pays: 'on' }, 'pays.yaml');
    trial.see('requester-pays', await tryAll(trial, pays));
    const other = trial.config({ expected_bucket_owner: '000000000000' }, 'other.yaml');
    const { value, fact = '' } = await tryAll(trial, other);
    const isRefused = value === 'no' && fact.startsWith('403');
    trial.see(
      'owner-checked',
      isRefused ? { value: 'yes', fact } : { value: 'no', fact: fact || 'takes any account' },
    );
  },
};
