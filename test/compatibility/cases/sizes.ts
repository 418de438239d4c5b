import { expect } from 'bun:test';
import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { BACKUP_DIR, someBytes, TIMESTAMP } from '../../../lab/program/plugin.ts';
import type { Case } from '../case.ts';
import { BUCKET, type Trial } from '../trial.ts';

const MiB = 1024 * 1024;
const PART = 8 * MiB;
const LARGE = 300 * 1000 * 1000;

export const nameOf = (number: number): string => `gpbackup_0_${TIMESTAMP}_${number}`;

export const sizes: Case = {
  id: 'sizes',
  title: 'objects of 0 bytes to 300 MB are stored, and come back as they were',
  shows: ['sizes'],
  patience: 180_000,
  async check(trial) {
    const config = trial.config();
    for (const size of [0, 1, PART - 1, PART, PART + 1, 3 * PART]) {
      const data = someBytes(size, size + 1);
      await trial.backup(config, nameOf(size), data);
      expect(Bun.hash(await trial.restore(config, nameOf(size)))).toBe(Bun.hash(data));
      expect(await sizeOf(trial, nameOf(size))).toBe(size);
    }
    const { largestSize = LARGE } = trial.server;
    const file = trial.place.write('large', someBytes(largestSize));
    const path = `${BACKUP_DIR}/${nameOf(largestSize)}`;
    await trial.shell(`"$PLUGIN" backup_data ${config} ${path} < ${file}`);
    expect(await sizeOf(trial, nameOf(largestSize))).toBe(largestSize);
    await trial.shell(`set -o pipefail; "$PLUGIN" restore_data ${config} ${path} | cmp - ${file}`);
    await trial.succeed(['delete_backup', config, TIMESTAMP]);
    expect(await trial.keys(`${trial.folder}/`)).toEqual([]);
    trial.see('sizes', {
      value: 'yes',
      ...(largestSize === LARGE ? {} : { fact: `to ${Math.round(largestSize / 1e6)} MB` }),
    });
  },
};

async function sizeOf(trial: Trial, name: string): Promise<number | undefined> {
  const head = await trial.store.send(new HeadObjectCommand({ Bucket: BUCKET, Key: trial.prefix + name }));
  return head.ContentLength;
}
