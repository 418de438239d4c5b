import { someBytes } from '../../../lab/program/plugin.ts';
import type { Case } from '../case.ts';
import type { Trial } from '../trial.ts';
import { nameOf } from './sizes.ts';

export const requests: Case = {
  id: 'requests',
  title: '64 kB are one request up and one down',
  shows: ['backup-requests', 'restore-requests'],
  async check(trial) {
    const config = trial.config({ logger_verbosity: 'debug' });
    await trial.backup(config, nameOf(1), someBytes(64 * 1024));
    const up = await sent(trial);
    trial.see('backup-requests', { value: up.length === 1 ? 'yes' : 'partly', fact: up.join(', ') });
    await trial.restore(config, nameOf(1));
    const down = (await sent(trial)).slice(up.length);
    trial.see('restore-requests', { value: down.length === 1 ? 'yes' : 'partly', fact: down.join(', ') });
  },
};

async function sent(trial: Trial): Promise<string[]> {
  return (await trial.requests()).map(({ operation }) => operation);
}
