import { afterAll, beforeAll, expect } from 'bun:test';
import {
  BACKUP_DIR,
  type Outcome,
  outcomeOf,
  PREFIX,
  someBytes,
  TIMESTAMP,
  Workplace,
} from '../../lab/program/plugin.ts';
import { seededRandom } from '../../lab/random.ts';
import { type Fate, faultCase } from './fault-case.ts';
import { RealServer } from './real-server.ts';
import { expectSafeBackup } from './safety.ts';

const MOMENTS = 20;
const SEED = 20_261_122;
/** Three parts of 8 MB, the last one short. */
const DATA = someBytes(20_000_000, 7);

let server: RealServer;
beforeAll(async () => {
  server = await RealServer.start();
}, 120_000);
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

/** A backup of DATA that runs already. */
interface Running {
  readonly child: ReturnType<Workplace['start']>;
  readonly key: string;
}

function startUpload(place: Workplace, config: string, number: number): Running {
  const name = `gpbackup_0_${TIMESTAMP}_${number}`;
  const child = place.start(['backup_data', config, `${BACKUP_DIR}/${name}`], { stdin: DATA });
  return { child, key: PREFIX + name };
}

/** Milliseconds that an upload takes which nobody disturbs: the moments lie within. */
async function timeOfUpload(place: Workplace, config: string): Promise<number> {
  const times: number[] = [];
  for (let run = 0; run < 3; run += 1) {
    const startedAt = performance.now();
    const { child } = startUpload(place, config, 99_990 + run);
    expect((await outcomeOf(child)).exitCode).toBe(0);
    times.push(performance.now() - startedAt);
  }
  return Math.max(...times);
}

/** Sends the signal at each moment of an upload of its own, and gives what `judge` finds. */
async function atMoments(
  signal: NodeJS.Signals,
  judge: (running: Running, outcome: Outcome, place: Workplace, config: string) => Promise<Fate>,
): Promise<Fate[]> {
  using place = new Workplace();
  const config = place.config(server);
  const whole = await timeOfUpload(place, config);
  const random = seededRandom(SEED);
  console.log(`${signal}: seed ${SEED}, ${MOMENTS} moments within ${whole.toFixed(0)} ms`);
  const fates: Fate[] = [];
  for (let moment = 0; moment < MOMENTS; moment += 1) {
    const running = startUpload(place, config, moment);
    await Bun.sleep(random() * whole);
    running.child.kill(signal);
    fates.push(await judge(running, await outcomeOf(running.child), place, config));
  }
  return fates;
}

const endings = [
  ['SIGTERM', 143],
  ['SIGINT', 130],
  ['SIGHUP', 129],
] as const;

for (const [signal, exitCode] of endings) {
  faultCase(
    'Process',
    `${signal} at ${MOMENTS} random moments of an upload: stored whole, or not at all and no upload left`,
    async (tries) => {
      const fates = await atMoments(signal, async ({ child, key }, outcome) => {
        // Until the program handles signals it has sent nothing, and ends as every process does.
        const isEarly = child.signalCode === signal && outcome.stderr === '';
        if (!isEarly && outcome.exitCode !== 0) {
          expect([outcome.exitCode, outcome.stderr]).toEqual([
            exitCode,
            `gpbackup_s3_plugin: ended by ${signal}\n`,
          ]);
        }
        const told = isEarly ? { ...outcome, stderr: `gpbackup_s3_plugin: ended by ${signal}\n` } : outcome;
        return await expectSafeBackup(told, { store: server, key, data: DATA });
      });
      for (const fate of fates) tries[fate]();
      expect(fates).toContain('failedCleanly');
    },
  );
}

faultCase(
  'Process',
  `SIGKILL at ${MOMENTS} random moments of an upload: nothing half-written, and the next delete_backup removes the orphan`,
  async (tries) => {
    let orphans = 0;
    const fates = await atMoments('SIGKILL', async ({ key }, outcome, place, config) => {
      const fate = await expectSafeBackup(outcome, { store: server, key, data: DATA, killed: true });
      orphans += (await server.uploads(PREFIX)).length;
      const removal = await place.run(['delete_backup', config, TIMESTAMP]);
      expect([removal.exitCode, removal.stderr]).toEqual([0, '']);
      expect([await server.uploads(PREFIX), await server.keys(PREFIX)]).toEqual([[], []]);
      return fate;
    });
    for (const fate of fates) tries[fate]();
    console.log(`SIGKILL: ${orphans} orphans left and removed`);
    // Otherwise no signal met an upload, and nothing was shown.
    expect(orphans).toBeGreaterThan(0);
  },
);
