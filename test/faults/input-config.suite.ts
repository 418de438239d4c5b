import { expect } from 'bun:test';
import { mkdirSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { sample } from 'fast-check';
import { BACKUP_DIR, PLUGIN, TIMESTAMP, Workplace } from '../../lab/program/plugin.ts';
import { faultCase } from './fault-case.ts';
import { type RandomConfig, randomConfig } from './input-config-files.ts';
import { expectClearError } from './safety.ts';

const RUNS = 10_000;
const SEED = 20_261_122;
/** Seconds after which a process counts as one that hangs; without the fault it takes 0.02. */
const HANG = 60;
/** What `timeout` answers for a process that it had to end. */
const TIMED_OUT = 124;

/** A network of its own, without a way out and with loopback down: nothing is sent anywhere, whatever a file says. */
const NO_NETWORK =
  process.getuid?.() === 0 ? ['unshare', '--net'] : ['unshare', '--user', '--map-root-user', '--net'];

/** How many of the files that went wrong are told. */
const SHOWN = 10;

interface Ended {
  readonly config: RandomConfig;
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly log: string;
}

faultCase(
  'Bad input',
  `${RUNS.toLocaleString('en')} random config files: a clear error for each, no stack trace, no hang, no secret in any output`,
  async (tries) => {
    using place = new Workplace();
    console.log(`random config files: seed ${SEED}`);
    const configs = sample(randomConfig, { numRuns: RUNS, seed: SEED });
    const wrong: string[] = [];
    let accepted = 0;
    for (const { config, exitCode, stdout, stderr, log } of await runAll(place, configs)) {
      try {
        expect(exitCode).not.toBe(TIMED_OUT);
        expect([exitCode, stdout]).toEqual([1, '']);
        expectClearError({ exitCode, stderr, stdout: Buffer.alloc(0) });
        expect(log).toContain('-[ERROR]:-');
        for (const text of [stderr, log]) expectNoSecretOf(config, text);
        tries.failedCleanly();
      } catch (error) {
        wrong.push(`${JSON.stringify(config.text)}: exit ${exitCode}, ${stderr}: ${String(error)}`);
      }
      if (!stderr.startsWith('gpbackup_s3_plugin: config file')) accepted += 1;
    }
    console.log(`of them accepted as config files: ${accepted}`);
    expect(wrong.slice(0, SHOWN).join('\n'), `${wrong.length} went wrong`).toBe('');
    // Both sides must have been seen: what is refused, and what fails behind a config that is good.
    expect(accepted).toBeGreaterThan(RUNS / 20);
    expect(accepted).toBeLessThan(RUNS / 2);
  },
  { timeout: 1_800_000 },
);

/** A mutation may cut a secret in two; neither half is to be seen. */
function expectNoSecretOf({ secrets }: RandomConfig, text: string): void {
  for (const secret of secrets) {
    if (text.includes(secret.slice(0, 7)) || text.includes(secret.slice(-7))) {
      throw new Error(`the secret ${secret} is seen in ${text.slice(0, 4000)}`);
    }
  }
}

/**
 * One process for each file, from one shell for each processor: of two processes, one goes as far as an offsets file
 * that is not there, and one as far as a server that can't be reached.
 */
async function runAll(place: Workplace, configs: readonly RandomConfig[]): Promise<Ended[]> {
  mkdirSync(place.path('in'));
  mkdirSync(place.path('out'));
  await Promise.all(configs.map((config, index) => Bun.write(place.path(`in/${index}`), config.text)));
  const workers = availableParallelism();
  const path = `${BACKUP_DIR}/gpbackup_0_${TIMESTAMP}_16385.gz`;
  const loop = `
    for ((i = $1; i < ${configs.length}; i += ${workers})); do
      if ((i / ${workers} % 2)); then set -- restore_data in/$i ${path}; else set -- restore_data_subset in/$i ${path} nowhere; fi
      export HOME="$PWD/out/$i.home"
      timeout --kill-after=1 ${HANG} "$PLUGIN" "$@" </dev/null >out/$i 2>out/$i.err
      echo $? >out/$i.code
    done`;
  await Promise.all(
    Array.from({ length: workers }, async (_, worker) => {
      const shell = Bun.spawn([...NO_NETWORK, 'bash', '-c', loop, 'bash', String(worker)], {
        cwd: place.folder,
        env: { ...place.env, PLUGIN },
        stdin: 'ignore',
        stdout: 'inherit',
        stderr: 'inherit',
      });
      expect(await shell.exited).toBe(0);
    }),
  );
  const text = (name: string): Promise<string> => Bun.file(place.path(`out/${name}`)).text();
  return await Promise.all(
    configs.map(async (config, index) => ({
      config,
      exitCode: Number(await text(`${index}.code`)),
      stdout: await text(String(index)),
      stderr: await text(`${index}.err`),
      log: await logOf(place.path(`out/${index}.home/gpAdminLogs`)),
    })),
  );
}

async function logOf(folder: string): Promise<string> {
  const files = await readdir(folder);
  return (await Promise.all(files.map(async (file) => await Bun.file(join(folder, file)).text()))).join('');
}
