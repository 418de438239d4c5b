import { expect } from 'bun:test';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BACKUP_DIR, someBytes, TIMESTAMP } from '../../../lab/program/plugin.ts';
import type { Case } from '../case.ts';
import type { Trial } from '../trial.ts';

const DATA = someBytes(300_000);
const scopes = [['master', '-1'], ['coordinator', '"-1"'], ['segment_host'], ['segment', '0']] as const;

/** The hooks and files of a whole backup, in gpbackup's order and through a shell as it does. */
async function backUp(trial: Trial, config: string, local: string): Promise<void> {
  for (const scope of scopes) await trial.succeed(['setup_plugin_for_backup', config, BACKUP_DIR, ...scope]);
  for (const name of ['metadata.sql', 'toc.yaml', 'config.yaml', 'report']) {
    const file = join(local, `gpbackup_${TIMESTAMP}_${name}`);
    writeFileSync(file, `${name} of a backup`);
    await trial.succeed(['backup_file', config, file]);
  }
  const data = trial.place.write('table', DATA);
  await trial.shell(
    `gzip -c -1 < ${data} | "$PLUGIN" backup_data ${config} ${local}/gpbackup_0_${TIMESTAMP}_1.gz`,
  );
  await trial.shell(`cat - < ${data} | "$PLUGIN" backup_data ${config} ${local}/gpbackup_0_${TIMESTAMP}`);
  for (const scope of scopes)
    await trial.succeed(['cleanup_plugin_for_backup', config, BACKUP_DIR, ...scope]);
}

async function restoreAll(trial: Trial, config: string, local: string): Promise<void> {
  for (const scope of scopes) await trial.succeed(['setup_plugin_for_restore', config, BACKUP_DIR, ...scope]);
  const report = join(local, `gpbackup_${TIMESTAMP}_report`);
  rmSync(report);
  await trial.succeed(['restore_file', config, report]);
  expect(readFileSync(report, 'utf8')).toBe('report of a backup');
  const table = await trial.shell(
    `"$PLUGIN" restore_data ${config} ${local}/gpbackup_0_${TIMESTAMP}_1.gz | gzip -d -c`,
  );
  expect(Bun.hash(table)).toBe(Bun.hash(DATA));
  const offsets = trial.place.write('offsets', '3 0 10 5000 5000 200000 299999');
  const file = `${local}/gpbackup_0_${TIMESTAMP}`;
  const subset = await trial.succeed(['restore_data_subset', config, file, offsets]);
  const wanted = Buffer.concat([DATA.subarray(0, 10), DATA.subarray(200_000, 299_999)]);
  expect(Bun.hash(subset)).toBe(Bun.hash(wanted));
  for (const scope of scopes)
    await trial.succeed(['cleanup_plugin_for_restore', config, BACKUP_DIR, ...scope]);
}

/** Files in folders, up and down again, by the commands with and without `_parallel`. */
async function directories(trial: Trial, config: string, suffix: '' | '_parallel'): Promise<void> {
  const directory = `${trial.folder}/scripts${suffix}`;
  const files = { 'a.sh': 'echo a', 'sub/b.sh': 'echo b', 'sub/deep/empty': '' };
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(trial.place.path(join(directory, name, '..')), { recursive: true });
    trial.place.write(join(directory, name), text);
  }
  await trial.succeed([`backup_directory${suffix}`, config, directory, '3']);
  expect((await trial.keys(`${directory}/`)).toSorted()).toEqual(
    Object.keys(files).map((name) => `${directory}/${name}`),
  );
  rmSync(trial.place.path(directory), { recursive: true });
  await trial.succeed([`restore_directory${suffix}`, config, directory]);
  for (const [name, text] of Object.entries(files))
    expect(readFileSync(trial.place.path(join(directory, name)), 'utf8')).toBe(text);
  await trial.succeed(['delete_directory', config, directory]);
  expect(await trial.keys(`${directory}/`)).toEqual([]);
}

export const commands: Case = {
  id: 'commands',
  title: 'a backup is set up, stored, listed, restored, read in part and deleted',
  shows: ['commands'],
  async check(trial) {
    const config = trial.config();
    const local = trial.place.path(BACKUP_DIR);
    mkdirSync(local, { recursive: true });
    expect((await trial.succeed(['plugin_api_version'])).toString()).toBe('0.5.0\n');
    expect((await trial.succeed(['--version'])).toString().split(' ')).toHaveLength(3);
    await backUp(trial, config, local);
    const keys = (await trial.keys(trial.prefix)).toSorted();
    expect(keys).toHaveLength(7);
    const statistics = keys.filter((key) => key.includes(`/gpbackup_${TIMESTAMP}_s3stats_`));
    const noted = Buffer.from((await trial.stored(statistics[0] ?? '')) ?? [])
      .toString()
      .trimEnd()
      .split('\n');
    expect([statistics.length, noted.length]).toEqual([1, 6]);
    const table = (await trial.succeed(['list_directory', config])).toString().trimEnd().split('\n');
    expect(
      table
        .slice(1)
        .map((row) => row.split(/\s+/)[0] ?? '')
        .toSorted(),
    ).toEqual(keys);
    expect(await trial.stored(`${trial.prefix}gpbackup_0_${TIMESTAMP}`)).toEqual(DATA);
    await restoreAll(trial, config, local);
    await directories(trial, config, '');
    await directories(trial, config, '_parallel');
    await trial.put(`${trial.folder}/backups/20260102/20260102030406/report`, 'of another backup');
    await trial.succeed(['delete_backup', config, TIMESTAMP]);
    expect(await trial.keys(`${trial.folder}/`)).toEqual([
      `${trial.folder}/backups/20260102/20260102030406/report`,
    ]);
    const gone = await trial.place.run(['restore_data', config, `${BACKUP_DIR}/gpbackup_0_${TIMESTAMP}_1`]);
    trial.expectTold(gone, /not in the bucket/);
    const missing = ['setup_plugin_for_restore', config, BACKUP_DIR, 'coordinator', '-1'];
    trial.expectTold(await trial.place.run(missing), /check the timestamp/);
    trial.see('commands', { value: 'yes' });
  },
};
