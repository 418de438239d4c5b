import { expect } from 'bun:test';
import { BACKUP_DIR, someBytes } from '../../../lab/program/plugin.ts';
import type { Case } from '../case.ts';
import { codeIn, type Trial } from '../trial.ts';
import { nameOf } from './sizes.ts';

const DATA = someBytes(8 * 1024 * 1024 + 5);
const [UNDER_PATH, UNDER_VIRTUAL] = [nameOf(1), nameOf(2)];

/** The endpoint by a name that a bucket can stand in front of: an address of digits has no such name. */
function namedEndpoint({ endpoint, domain = 'localhost' }: Trial['server']): string {
  const url = new URL(endpoint);
  if (/^[\d.]+$/.test(url.hostname)) url.hostname = domain;
  return url.origin;
}

/** Backs up under a config; where the server refuses, that is told with a hint. Gives the server's code then. */
async function tryBackup(trial: Trial, config: string, name: string): Promise<string | undefined> {
  const command = ['backup_data', config, `${BACKUP_DIR}/${name}`];
  const outcome = await trial.place.run(command, { stdin: DATA });
  if (outcome.exitCode === 0) {
    expect(outcome.stderr).toBe('');
    return undefined;
  }
  trial.expectTold(outcome, /./);
  return codeIn(outcome);
}

async function expectRestored(trial: Trial, config: string, name: string): Promise<void> {
  expect(Bun.hash(await trial.restore(config, name))).toBe(Bun.hash(DATA));
}

export const styles: Case = {
  id: 'styles',
  title: 'what is stored under one style of addresses is restored under the other',
  shows: ['path-style', 'virtual-style'],
  async check(trial) {
    const plain = trial.config();
    const path = trial.config({ url_style: 'path' }, 'path.yaml');
    const virtual = trial.config(
      { url_style: 'virtual', endpoint: namedEndpoint(trial.server) },
      'virtual.yaml',
    );
    const refusals = {
      path: await tryBackup(trial, path, UNDER_PATH),
      virtual:
        trial.server.domain === undefined
          ? 'no domain to set'
          : await tryBackup(trial, virtual, UNDER_VIRTUAL),
    };
    for (const name of await trial.keys(trial.prefix)) {
      const file = name.slice(trial.prefix.length);
      await expectRestored(trial, plain, file);
      if (refusals.path === undefined) await expectRestored(trial, path, file);
      if (refusals.virtual === undefined) await expectRestored(trial, virtual, file);
    }
    const stored = [refusals.path, refusals.virtual].filter((refusal) => refusal === undefined).length;
    expect(await trial.keys(trial.prefix)).toHaveLength(stored);
    expect(stored).toBeGreaterThan(0);
    for (const [capability, refusal] of [
      ['path-style', refusals.path],
      ['virtual-style', refusals.virtual],
    ] as const)
      trial.see(capability, refusal === undefined ? { value: 'yes' } : { value: 'no', fact: refusal });
  },
};

export const schemes: Case = {
  id: 'schemes',
  title: 'what is stored with the scheme in the endpoint is restored with `encryption` alone, and back',
  shows: ['https'],
  async check(trial) {
    const { protocol, host, origin } = new URL(trial.server.endpoint);
    const secure = protocol === 'https:';
    // Where the endpoint has a scheme, `encryption` has no say; only https:// with `off` is a contradiction.
    const written = trial.config({ endpoint: origin, encryption: 'on' }, 'written.yaml');
    const decided = trial.config({ endpoint: host, encryption: secure ? 'on' : 'off' }, 'decided.yaml');
    await trial.backup(written, UNDER_PATH, DATA);
    await expectRestored(trial, decided, UNDER_PATH);
    await trial.backup(decided, UNDER_VIRTUAL, DATA);
    await expectRestored(trial, written, UNDER_VIRTUAL);
    const other = trial.config({ endpoint: host, encryption: secure ? 'off' : 'on', retry_timeout: '2s' });
    const wrong = await trial.place.run(['restore_data', other, `${BACKUP_DIR}/${UNDER_PATH}`]);
    trial.expectTold(wrong, /encryption|https?/);
    trial.see('https', { value: secure ? 'yes' : 'untried' });
  },
};
