import { afterEach, beforeEach, expect, test } from 'bun:test';
import { setFiles } from '../../lab/sets.ts';
import { badLines, CheckStage, misconfigured } from './check-stage.ts';

/** What `check` finds at the second site. */
const REMOTE = { remote_bucket: 'replicas', replication: 'on' };

let stage: CheckStage;
beforeEach(async () => {
  stage = await CheckStage.start({ buckets: ['backups', 'replicas'] });
});
afterEach(async () => await stage[Symbol.asyncDispose]());

async function replicate(): Promise<void> {
  for (const { key, content } of setFiles('20261125025410'))
    await stage.server.objects.put('replicas', key, content);
}

test('a second site that is in order is looked at like the first', async () => {
  await replicate();
  const outcome = await stage.check(['--write'], REMOTE);
  expect([badLines(outcome), outcome.exitCode]).toEqual([[], 0]);
  const shown = outcome.stdout.toString();
  for (const what of ['bucket', 'clock', 'lifecycle', 'write', 'speed', 'delete', 'last backup'])
    expect(shown).toContain(`\nok    second site: ${what} `);
  for (const bucket of ['backups', 'replicas'])
    expect(stage.server.objects.keys(bucket).filter((key) => key.includes('_check_'))).toEqual([]);
});

misconfigured(
  "The second site can't be reached",
  async () => {
    await replicate();
    return await stage.check([], { ...REMOTE, remote_endpoint: 'http://127.0.0.1:1' });
  },
  { exitCode: 4 },
);

misconfigured('The bucket of the second site is not there', async () => {
  await replicate();
  return await stage.check([], { ...REMOTE, remote_bucket: 'elsewhere' });
});

misconfigured('The last backup is not at the second site', async () => await stage.check([], REMOTE));

test('where nothing is replicated by itself that is no finding', async () => {
  const outcome = await stage.check([], { remote_bucket: 'replicas' });
  expect([badLines(outcome), outcome.exitCode]).toEqual([[], 0]);
});
