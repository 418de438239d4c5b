import { expect } from 'bun:test';
import { BACKUP_DIR, type Outcome, someBytes } from '../../../lab/program/plugin.ts';
import type { Case } from '../case.ts';
import { codeIn, type Trial } from '../trial.ts';
import { nameOf } from './sizes.ts';

const DATA = someBytes(8 * 1024 * 1024 + 1);

async function tryRestore(trial: Trial, config: string): Promise<Outcome> {
  return await trial.place.run(['restore_data', config, `${BACKUP_DIR}/${nameOf(1)}`]);
}

export const sessionToken: Case = {
  id: 'session-token',
  title: 'temporary keys work with their token; without it, or with another, a hint says so',
  shows: ['session-token'],
  async check(trial) {
    const { sessionToken: token } = trial.server;
    if (token === undefined) {
      trial.see('session-token', { value: 'untried' });
      return;
    }
    const config = trial.config();
    await trial.backup(config, nameOf(1), DATA);
    expect(Bun.hash(await trial.restore(config, nameOf(1)))).toBe(Bun.hash(DATA));
    const without = trial.config({ aws_session_token: undefined }, 'without.yaml');
    const altered = trial.config({ aws_session_token: `${token.slice(0, -8)}AAAAAAAA` }, 'altered.yaml');
    trial.expectTold(await tryRestore(trial, without), /token|aws_access_key_id/);
    const refused = await tryRestore(trial, altered);
    trial.expectTold(refused, /token/);
    expect(refused.stderr.includes(token.slice(0, 20))).toBe(false);
    trial.see('session-token', { value: 'yes', fact: codeIn(refused) });
  },
};
