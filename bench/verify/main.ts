import { join } from 'node:path';
import { Workplace } from '../../lab/program/plugin.ts';
import { startS3Server } from '../../lab/s3-server/server.ts';
import { SETS_FOLDER } from '../../lab/sets.ts';
import { build } from '../../scripts/build.ts';
import { MiB } from '../../src/base/bytes.ts';
import { type Form, madeUpSet, TIMESTAMP } from './made-up-set.ts';

/**
 * `npm run bench:verify [MEGABYTES]`: how fast `verify_backup --read` goes through a backup on one core. The server, which
 * has the others, is in this process. Nothing else may be running.
 */
const [given = '512'] = process.argv.slice(2);
const SIZE = Number(given) * MiB;
const RUNS = 3;
const root = join(import.meta.dir, '..', '..');
const launcher = process.env['PLUGIN'] ?? (await build(join(root, '.cache', 'bench', 'dist'))).launcher;

interface Run {
  readonly rate: number;
  readonly perCpu: number;
}

/** MB of CSV a second, and a second of CPU. */
async function measured(form: Form): Promise<readonly Run[]> {
  using place = new Workplace(launcher);
  const server = await startS3Server();
  try {
    for (const [key, content] of madeUpSet(form, SIZE / 2)) await server.objects.put('backups', key, content);
    const config = place.config(server, { folder: SETS_FOLDER });
    const runs: Run[] = [];
    for (let run = 0; run < RUNS; run += 1) {
      const args = ['verify_backup', config, TIMESTAMP, '--read', '--json'];
      const child = Bun.spawn(['taskset', '--cpu-list', '0', launcher, ...args], {
        env: place.env,
        stdout: 'pipe',
      });
      const { result } = (await new Response(child.stdout).json()) as {
        readonly result: {
          readonly status: string;
          readonly uncompressed_bytes: number;
          readonly duration_seconds: number;
        };
      };
      await child.exited;
      if (result.status !== 'valid') throw new Error(JSON.stringify(result));
      const megabytes = result.uncompressed_bytes / 1e6;
      const cpu = Number(child.resourceUsage()?.cpuTime.total ?? 0) / 1e6;
      runs.push({ rate: megabytes / result.duration_seconds, perCpu: megabytes / cpu });
    }
    return runs;
  } finally {
    await server.stop();
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
}

console.log('| Compression | MB/s on one core | MB per CPU second |\n| --- | --- | --- |');
for (const form of ['gzip', 'zstd', 'none'] as const) {
  const runs = await measured(form);
  console.log(
    `| ${form} | ${median(runs.map(({ rate }) => rate)).toFixed(0)} | ${median(runs.map(({ perCpu }) => perCpu)).toFixed(0)} |`,
  );
}
