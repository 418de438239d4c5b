import { join } from 'node:path';
import { Workplace } from '../../lab/workplace.ts';
import { build } from '../../scripts/build.ts';
import { MiB } from '../../src/base/bytes.ts';
import type { Endpoint } from '../peers/peer.ts';
import { Plugin } from '../peers/plugin.ts';
import { Sink } from '../sink/sink.ts';
import { Crowd, type Direction } from './crowd.ts';

/**
 * `npm run bench:bandwidth [SECONDS [CASE...]]`: how exactly processes of one host keep to a limit together. Prints the
 * table of docs/bandwidth.md. Nothing else may be running.
 */
const [given = '30', ...only] = process.argv.slice(2);
const SECONDS = Number(given);
const MINUTE = 60_000;
const root = join(import.meta.dir, '..', '..');

interface Measured {
  readonly title: string;
  /** Bytes a second. */
  readonly limit: number;
  readonly rate: number;
}

const launcher = process.env['PLUGIN'] ?? (await build(join(root, '.cache', 'bench', 'dist'))).launcher;
using workplace = new Workplace();
await using sink = await Sink.start({ latency: 0, bandwidth: Infinity });
const endpoint: Endpoint = workplace.place(sink).http;

function crowdOf(direction: Direction, limit: string): Crowd {
  const option = direction === 'up' ? 'backup_bandwidth_limit' : 'restore_bandwidth_limit';
  const plugin = new Plugin(launcher, {
    title: direction,
    folder: workplace.subfolder(`plugin-${direction}`),
    knowsNewOptions: true,
    options: { [option]: limit },
  });
  return new Crowd(plugin, direction, endpoint, workplace.env);
}

/** Bytes a second that the sink sees, while `meanwhile` runs every three seconds. */
async function rateOver(
  seconds: number,
  crowd: Crowd,
  meanwhile = async (): Promise<void> => {},
): Promise<number> {
  await sink.report();
  const startedAt = performance.now();
  const end = startedAt + seconds * 1000;
  for (let now = startedAt; now < end; now = performance.now()) {
    await Bun.sleep(Math.min(3000, end - now));
    crowd.check();
    if (performance.now() < end) await meanwhile();
  }
  const { received, sent } = await sink.report();
  return ((received + sent) * 1000) / (performance.now() - startedAt);
}

async function steady(direction: Direction, processes: number, megabytes: number): Promise<Measured[]> {
  await using crowd = crowdOf(direction, `${megabytes}MB`);
  crowd.start(processes);
  const rate = await rateOver(SECONDS, crowd);
  return [{ title: `${direction}, ${amount(processes)}`, limit: megabytes * MiB, rate }];
}

/** A quarter of the processes is killed every three seconds, and as many begin. */
async function killed(direction: Direction, processes: number, megabytes: number): Promise<Measured[]> {
  await using crowd = crowdOf(direction, `${megabytes}MB`);
  crowd.start(processes);
  const rate = await rateOver(SECONDS, crowd, async () => {
    await crowd.kill(processes / 4);
    crowd.start(processes / 4);
  });
  return [{ title: `${direction}, ${amount(processes)}, 16 killed every 3 s`, limit: megabytes * MiB, rate }];
}

/** Most of the processes are killed at once, and the others get their share. */
async function left(direction: Direction, processes: number, megabytes: number): Promise<Measured[]> {
  await using crowd = crowdOf(direction, `${megabytes}MB`);
  crowd.start(processes);
  await rateOver(10, crowd);
  await crowd.kill(processes - 1);
  const rate = await rateOver(SECONDS, crowd);
  return [{ title: `${direction}, the last of ${processes}`, limit: megabytes * MiB, rate }];
}

/** The limit doubles at a full minute. */
async function timetable(direction: Direction, processes: number, megabytes: number): Promise<Measured[]> {
  const untilMinute = (): number => MINUTE - (Date.now() % MINUTE);
  if (untilMinute() < SECONDS * 1000) await Bun.sleep(untilMinute());
  await Bun.sleep(Math.max(0, untilMinute() - SECONDS * 1000));
  const change = Date.now() + untilMinute();
  const plan = `${clock(change - MINUTE)},${megabytes}MB ${clock(change)},${2 * megabytes}MB`;
  await using crowd = crowdOf(direction, plan);
  crowd.start(processes);
  const before = await rateOver((change - Date.now()) / 1000, crowd);
  const after = await rateOver(SECONDS, crowd);
  const title = `${direction}, ${amount(processes)}, timetable`;
  return [
    { title: `${title}: before the change`, limit: megabytes * MiB, rate: before },
    { title: `${title}: after it`, limit: 2 * megabytes * MiB, rate: after },
  ];
}

function clock(at: number): string {
  return new Date(at).toTimeString().slice(0, 5);
}

function amount(processes: number): string {
  return processes === 1 ? '1 process' : `${processes} processes`;
}

const CASES: Readonly<Record<string, (direction: Direction) => Promise<Measured[]>>> = {
  1: async (direction) => steady(direction, 1, 50),
  8: async (direction) => steady(direction, 8, 50),
  64: async (direction) => steady(direction, 64, 20),
  slow: async (direction) => steady(direction, 64, 2),
  killed: async (direction) => killed(direction, 64, 20),
  left: async (direction) => left(direction, 64, 20),
  timetable: async (direction) => timetable(direction, 8, 20),
};

console.log('| Case | Limit, MB/s | Measured | Off by |\n| --- | --- | --- | --- |');
for (const [name, run] of Object.entries(CASES)) {
  if (only.length > 0 && !only.includes(name)) continue;
  for (const direction of ['up', 'down'] as const) {
    for (const { title, limit, rate } of await run(direction)) {
      const off = ((rate / limit - 1) * 100).toFixed(1);
      console.log(`| ${title} | ${limit / MiB} | ${(rate / MiB).toFixed(2)} | ${off}% |`);
    }
  }
}
