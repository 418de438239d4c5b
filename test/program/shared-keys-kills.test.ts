import { expect, test } from 'bun:test';
import { takeLock } from '../../src/host/lock.ts';
import { Crowd, inMilliseconds } from './shared-keys-stage.ts';
import { keys, PATH } from './sign-in-stage.ts';

/** How many processes are killed, and how many run at a time. */
const KILLS = 200;
const LANES = 8;

test('a process that is killed while it asks does not stop the others', async () => {
  await using crowd = await Crowd.of();
  crowd.service.faults.push('silence');
  const { place } = crowd.stage;
  const holder = place.start(['backup_data', crowd.config, PATH], { stdin: 'data', env: crowd.env });
  await until(() => crowd.asked === 1);
  const others = crowd.atOnce(4);
  // Each is ready to write its answer, and waits.
  await until(() => crowd.files(/draft$/).length === 5);
  holder.kill('SIGKILL');
  expect(await others).toEqual(['OFTHEROLE']);
  expect(await crowd.askers()).toBe(1);
  // The launcher replaced itself by the program: it was the holder.
  expect(await holder.exited).toBe(137);
}, 120_000);

test(`${KILLS} processes that are killed at any moment leave no lock and nothing broken`, async () => {
  let life = 100;
  await using crowd = await Crowd.of(() => ({ ...keys(), Expiration: inMilliseconds(life) }));
  const { place } = crowd.stage;
  const startedAt = performance.now();
  expect(await crowd.atOnce(LANES)).toEqual(['OFTHEROLE']);
  // Somewhat longer than a process needs on this machine: some live.
  const longestLife = (performance.now() - startedAt) * 1.5;
  let killed = 0;
  const lane = async (): Promise<void> => {
    for (let kill = 0; kill < KILLS / LANES; kill += 1) {
      const child = place.start(['backup_data', crowd.config, PATH], { stdin: 'data', env: crowd.env });
      const timer = setTimeout(() => child.kill('SIGKILL'), Math.random() * longestLife);
      const [code, stderr] = await Promise.all([child.exited, new Response(child.stderr).text()]);
      clearTimeout(timer);
      if (code === 137) killed += 1;
      expect([code === 137 || code === 0, stderr]).toEqual([true, '']);
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  expect(killed).toBeGreaterThan(0);
  const [lock = ''] = crowd.files(/\.lock$/);
  using free = await takeLock(crowd.folder, lock.slice(crowd.folder.length + 1), {
    signal: new AbortController().signal,
    limit: 0,
  });
  expect(free).toBeDefined();
  free?.[Symbol.dispose]();
  crowd.keep('OFTHEROLE', { asked: -100, expires: -1 });
  life = 3_600_000;
  const before = await crowd.askers();
  expect(await crowd.atOnce(8)).toEqual(['OFTHEROLE']);
  expect(await crowd.askers()).toBe(before + 1);
}, 300_000);

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
}
