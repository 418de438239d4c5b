import { expect } from 'bun:test';
import { mkdirSync } from 'node:fs';
import type { Case } from '../case.ts';

const COUNT = 2500;

export const manyKeys: Case = {
  id: 'many-keys',
  title: '2,500 keys are stored, listed over several pages, and deleted',
  shows: ['delete-objects'],
  patience: 120_000,
  async check(trial) {
    const config = trial.config({ logger_verbosity: 'debug' });
    const directory = `${trial.folder}/many`;
    mkdirSync(trial.place.path(directory), { recursive: true });
    for (let number = 0; number < COUNT; number += 1) trial.place.write(`${directory}/${number}`, '');
    await trial.succeed(['backup_directory', config, directory, '16']);
    // A name that begins like the folder: a delete must not reach it.
    await trial.put(`${directory}-other`, 'x');
    const stored = await trial.keys(`${directory}/`);
    expect(new Set(stored).size).toBe(COUNT);
    const listed = (await trial.succeed(['list_directory', config, `${directory}/`])).toString();
    const names = listed
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((row) => row.split(/\s+/)[0] ?? '');
    expect(names.toSorted()).toEqual(stored.toSorted());
    await trial.succeed(['delete_directory', config, directory]);
    expect(await trial.keys(directory)).toEqual([`${directory}-other`]);
    const deletes = (await trial.requests()).filter(({ operation }) => /^DeleteObjects?$/.test(operation));
    const refusal = deletes.find(({ operation, status }) => operation === 'DeleteObjects' && status > 299);
    const single = deletes.filter(({ operation }) => operation === 'DeleteObject').length;
    trial.see('delete-objects', {
      value: single === 0 ? 'yes' : single < COUNT ? 'partly' : 'no',
      ...(refusal === undefined ? {} : { fact: `HTTP ${refusal.status}` }),
    });
  },
};
