import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isSameMachine, thisMachine } from '../lab/machine.ts';
import { Workplace } from '../lab/workplace.ts';
import { build } from '../scripts/build.ts';
import { MiB } from '../src/base/bytes.ts';
import { reasonOf } from '../src/base/plugin-error.ts';
import { parseBenchArguments, USAGE } from './arguments.ts';
import { type Case, scaleOf } from './cases/case.ts';
import { allCases } from './cases/index.ts';
import { commitCharge } from './measure/commit-charge.ts';
import { Measurer } from './measure/measurer.ts';
import { findPeers } from './peers/find.ts';
import type { Peer } from './peers/peer.ts';
import { Plugin } from './peers/plugin.ts';
import { writeDocument } from './report/document.ts';
import { OTHER, OTHER_TUNED, OURS, OURS_KEPT } from './report/goals.ts';
import type { CaseResult, CommitCharge, Results } from './results.ts';
import { runCase, type Setting } from './run-case.ts';
import { Sink } from './sink/sink.ts';
import { figure } from './statistics.ts';

/** `npm run bench`: compares this plugin with its peers and writes docs/performance.md. */
const root = join(import.meta.dir, '..');
const TEMPLATE = join(root, 'docs', 'performance.md');
const NETWORK = { latency: 30, bandwidth: (60 * MiB) / 1000 };
/** Bytes that fill all buffers of a plugin. */
const BUSY = 200 * MiB;

const say = (line: string): void => console.log(line);

function readArguments(): ReturnType<typeof parseBenchArguments> {
  try {
    const ids = allCases(scaleOf(false)).map(({ id }) => id);
    return parseBenchArguments(process.argv.slice(2), ids);
  } catch (error) {
    console.error(`${reasonOf(error)}\n${USAGE}`);
    process.exit(2);
  }
}

function keptKeys(workplace: Workplace, launcher: string): Plugin {
  return new Plugin(launcher, {
    title: OURS_KEPT,
    folder: workplace.subfolder('kept-keys'),
    knowsNewOptions: true,
    keys: 'kept',
  });
}

/** Ours first, then another plugin as it comes and tuned by hand, then the others. */
function plugins(workplace: Workplace, launcher: string, other: string | undefined): Plugin[] {
  const make = (title: string, executable: string, options?: Record<string, string>): Plugin =>
    new Plugin(executable, {
      title,
      folder: workplace.subfolder(title.replaceAll(/\W+/g, '-')),
      knowsNewOptions: title === OURS,
      ...(options === undefined ? {} : { options }),
    });
  const ours = make(OURS, launcher);
  if (other === undefined) return [ours];
  const tuned = {
    backup_multipart_chunksize: '16MB',
    backup_max_concurrent_requests: '4',
    restore_multipart_chunksize: '16MB',
    restore_max_concurrent_requests: '4',
  };
  return [ours, make(OTHER, other), make(OTHER_TUNED, other, tuned)];
}

async function chargesOf(
  all: readonly Peer[],
  { place }: Setting,
  workplace: Workplace,
): Promise<CommitCharge[]> {
  const charges: CommitCharge[] = [];
  for (const peer of all) {
    if (!(peer instanceof Plugin)) continue;
    const command = peer.command({ kind: 'up', name: 'charge' }, place.network);
    charges.push(await commitCharge(peer.title, command, workplace.env, BUSY));
  }
  return charges;
}

/** Earlier results of the same kind and machine, which a bench of some cases adds to. */
function earlier(path: string, quick: boolean): Results | undefined {
  if (!existsSync(path)) return undefined;
  const results = JSON.parse(readFileSync(path, 'utf8')) as Results;
  return results.quick === quick && isSameMachine(results.machine, thisMachine()) ? results : undefined;
}

function tell(result: CaseResult): void {
  for (const { peer, medians, ratios } of result.peers) {
    const ratio = ratios.cpu === undefined ? '' : `, x ${figure(ratios.cpu)} CPU`;
    say(
      `  ${peer.padEnd(24)} ${figure(medians.wall).padStart(8)} s ${figure(medians.cpu).padStart(8)} CPU-s ${figure(medians.peak / MiB).padStart(6)} MB ${figure(medians.requests).padStart(6)} requests${ratio}`,
    );
  }
}

const asked = readArguments();
const startedAt = performance.now();
const cases: readonly Case[] = allCases(scaleOf(asked.quick));
const wanted = cases.filter(({ id }) => asked.only.length === 0 || asked.only.includes(id));
const output = asked.output ?? (asked.quick ? join(root, '.cache', 'bench', 'quick') : join(root, 'docs'));
if (asked.render) {
  const kept = JSON.parse(readFileSync(join(output, 'performance.json'), 'utf8')) as Results;
  await writeDocument(output, readFileSync(TEMPLATE, 'utf8'), kept, cases);
  process.exit(0);
}
const launcher = process.env['PLUGIN'] ?? (await build(join(root, '.cache', 'bench', 'dist'))).launcher;
const found = await findPeers(asked.peers, say);

using workplace = new Workplace();
await using sink = await Sink.start(NETWORK);
await using measurer = new Measurer(workplace.folder, workplace.env);
// What is measured would try for minutes to reach a sink that is gone.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => {
    void Promise.allSettled([measurer[Symbol.asyncDispose](), sink[Symbol.asyncDispose]()]).then(() => {
      workplace[Symbol.dispose]();
      process.exit(130);
    });
  });
}
const peers = [...plugins(workplace, launcher, asked.peer), ...found.peers];
const setting: Setting = {
  place: workplace.place(sink),
  sink,
  measurer,
  peers,
  keptKeys: keptKeys(workplace, launcher),
  runs: asked.runs,
  say,
};

const before = earlier(join(output, 'performance.json'), asked.quick);
const results: Record<string, CaseResult> = { ...before?.cases };
for (const one of wanted) {
  say(`${one.id}: ${one.title}`);
  const result = await runCase(one, setting);
  results[one.id] = result;
  tell(result);
}
const all = asked.only.length === 0 || before === undefined;
await writeDocument(
  output,
  readFileSync(TEMPLATE, 'utf8'),
  {
    machine: thisMachine(),
    versions: found.versions,
    quick: asked.quick,
    cases: results,
    commitCharge: all ? await chargesOf(peers, setting, workplace) : before.commitCharge,
  },
  cases,
);
say(
  `${wanted.length} cases in ${((performance.now() - startedAt) / 1000).toFixed(0)} s: ${join(output, 'performance.md')}`,
);
