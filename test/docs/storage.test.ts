import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { BACKUP_DIR, type Outcome, someBytes, TIMESTAMP, Workplace } from '../../lab/program/plugin.ts';
import type { Action } from '../../lab/s3-server/actions.ts';
import { type S3Server, startS3Server } from '../../lab/s3-server/server.ts';
import { textOf } from './document.ts';

/** The permissions of docs/storage.md, played by the program against a server that allows these and no more. */
const ROWS = [
  ...textOf('docs/storage.md').matchAll(/^\| (backup|restore) \| `([\w: ]+)` \| `([\w:]+)` \|/gm),
].map(([, role = '', option = '', action = '']) => ({ role, option, action: action as Action }));

const OPTIONS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  tags: { tags: 'a=b' },
  acl: { acl: 'bucket-owner-full-control' },
  'sse: aws:kms': { sse: 'aws:kms' },
};

let server: S3Server;
let place: Workplace;
beforeEach(begin);
afterEach(async () => {
  place[Symbol.dispose]();
  await server.stop();
});

let allowed: ReadonlySet<Action> = new Set();

const denyAction = (action: Action): boolean => !allowed.has(action);

async function begin(): Promise<void> {
  place = new Workplace();
  server = await startS3Server({
    credentials: [{ accessKeyId: 'testkey', secretAccessKey: 'testsecret', denyAction }],
  });
}

async function run(
  command: string,
  options: Readonly<Record<string, string>>,
  size?: number,
): Promise<Outcome> {
  const config = place.config(server, options);
  if (command === 'setup_plugin_for_backup')
    return await place.run([command, config, BACKUP_DIR, 'coordinator', '-1']);
  const args = [command, config, `${BACKUP_DIR}/gpbackup_0_${TIMESTAMP}_${size}`];
  return await place.run(args, size === undefined ? {} : { stdin: someBytes(size) });
}

const SIZES = [1000, 20 * 1024 * 1024];

/** Every step of a role; the first that fails ends it. */
async function play(role: string, option: string): Promise<Outcome> {
  const options = OPTIONS[option] ?? {};
  let outcome: Outcome | undefined;
  const steps = role === 'backup' ? ['setup_plugin_for_backup', 'backup_data'] : ['restore_data'];
  for (const step of steps) {
    for (const size of SIZES) {
      // What is restored was stored with the option, which a restore does not need.
      outcome = await run(step, role === 'backup' ? options : {}, size);
      if (outcome.exitCode !== 0) return outcome;
    }
  }
  if (outcome === undefined) throw new Error(`${role} has no steps`);
  return outcome;
}

const actionsOf = (role: string, option: string): Action[] =>
  ROWS.filter((row) => row.role === role && row.option === option).map(({ action }) => action);

test('there is a row for each option that needs a permission', () => {
  expect([...new Set(ROWS.map(({ option }) => option))].toSorted()).toEqual(Object.keys(OPTIONS).toSorted());
});

describe.each([...new Set(ROWS.map(({ role, option }) => `${role} with ${option}`))])('%s', (title) => {
  const [role = '', option = ''] = title.split(' with ');
  const actions = actionsOf(role, option);

  test('needs these actions and no more', async () => {
    allowed = new Set(actionsOf('backup', option));
    const stored = await play('backup', option);
    allowed = new Set(actions);
    const outcome = role === 'backup' ? stored : await play(role, option);
    expect([outcome.exitCode, outcome.stderr]).toEqual([0, '']);
  });

  test.each(actions)('fails without %s, which the hint names', async (action) => {
    allowed = new Set(actionsOf('backup', option));
    if (role !== 'backup') await play('backup', option);
    allowed = new Set(actions.filter((one) => one !== action));
    const { exitCode, stderr } = await play(role, option);
    expect([exitCode, stderr.split('\n')[1]?.includes(action)]).toEqual([1, true]);
    // The set-up finds it out, and leaves nothing.
    if (role === 'backup')
      expect([server.objects.keys('backups'), server.objects.uploads('backups')]).toEqual([[], []]);
  });
});
