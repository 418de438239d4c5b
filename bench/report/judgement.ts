import { table } from '../../lab/markdown/markers.ts';
import { MiB } from '../../src/base/bytes.ts';
import type { CaseResult, PeerResult, Results } from '../results.ts';
import { figure } from '../statistics.ts';
import { COMMIT_GOALS, CURL_THERE, GOALS, type Goal, OTHER, OTHER_TUNED, OURS } from './goals.ts';

/** How much slower this machine is than the one of the figures, by curl's plain GET of 4 GiB. */
export interface Speed {
  readonly wall: number;
  readonly cpu: number;
}

/** One goal held against what was measured. */
export interface Judgement {
  readonly measured: number;
  readonly limit: number;
  readonly basis: string;
  readonly met: boolean;
}

function find(one: CaseResult | undefined, title: string): PeerResult | undefined {
  return one?.peers.find(({ peer }) => peer === title);
}

/** Undefined when curl was not measured. */
export function speedOf({ cases, quick }: Results): Speed | undefined {
  const curl = find(cases['down-4GiB'], 'curl')?.medians;
  if (curl === undefined || quick) return undefined;
  return { wall: curl.wall / CURL_THERE.wall, cpu: (curl.cpu + curl.consumerCpu) / CURL_THERE.cpu };
}

/**
 * Compares a goal with the results: with another plugin where `--peer` named one, otherwise with the issue's
 * figure of the Go plugin, carried over to this machine by curl. Undefined when something is missing.
 */
export function judge(goal: Goal, results: Results, speed: Speed | undefined): Judgement | undefined {
  const one = results.cases[goal.case];
  const ours = find(one, OURS);
  // The sizes of a quick bench are not those of the goals.
  if (ours === undefined || results.quick) return undefined;
  const { measure, most } = goal;
  if (measure === 'peak') return judged(ours.medians.peak / MiB, most, 'as it is, MB');
  if (goal.of === 'absolute') return judged(ours.medians[measure], most, 'as it is, s');
  if (goal.of === 'curl') {
    const ratios = find(one, 'curl')?.ratios;
    const ratio = measure === 'cpu' ? ratios?.cpuWithConsumer : ratios?.wall;
    return ratio === undefined ? undefined : judged(1 / ratio, most, 'ratio to curl');
  }
  const beside = find(one, goal.of === 'Go' ? OTHER : OTHER_TUNED)?.ratios[measure];
  if (beside !== undefined) return judged(1 / beside, most, 'ratio to the other plugin');
  if (speed === undefined || goal.go === undefined) return undefined;
  return judged(ours.medians[measure], most * goal.go * speed[measure], "Go's figure x curl here / there, s");
}

/** What must be reached, what was measured, and how it was judged. */
export function goalTable(results: Results): string {
  const speed = speedOf(results);
  const rows = GOALS.map((goal) => {
    const judgement = judge(goal, results, speed);
    const share = goal.of === 'absolute' ? '' : ` x ${goal.of}`;
    const unit = goal.of === 'absolute' ? (goal.measure === 'peak' ? ' MB' : ' s') : '';
    return [
      goal.what,
      goal.go === undefined ? '' : `${goal.go} s`,
      goal.prototype === undefined ? '' : `${goal.prototype} s`,
      `${goal.most}${share}${unit}`,
      judgement === undefined ? '' : figure(judgement.measured),
      judgement === undefined ? '' : figure(judgement.limit),
      judgement?.basis ?? '',
      judgement === undefined ? 'not measured' : judgement.met ? 'met' : '**not met**',
    ];
  });
  const commit = results.commitCharge.find(({ peer }) => peer === OURS);
  for (const [kind, words] of [
    ['idle', 'commit charge, idle in backup_data'],
    ['busy', 'commit charge, all buffers in use'],
  ] as const) {
    const measured = commit === undefined ? undefined : commit[kind] / MiB;
    rows.push([
      words,
      kind === 'idle' ? '3,616 MB' : '',
      kind === 'idle' ? '134 MB' : '',
      `${COMMIT_GOALS[kind]} MB`,
      measured === undefined ? '' : figure(measured),
      String(COMMIT_GOALS[kind]),
      'as it is, MB',
      measured === undefined ? 'not measured' : measured <= COMMIT_GOALS[kind] ? 'met' : '**not met**',
    ]);
  }
  const head = [
    'case',
    'Go plugin there',
    'prototype there',
    'required',
    'measured',
    'limit here',
    'judged by',
    '',
  ];
  const scale =
    speed === undefined
      ? 'curl was not measured, so figures of the other machine can not be carried over.'
      : `This machine takes ${figure(speed.wall)} times as long as the other one for curl's plain GET of 4 GiB (${CURL_THERE.wall} s there), and ${figure(speed.cpu)} times the CPU (${CURL_THERE.cpu} s there).`;
  return `${table(head, rows)}\n\n${scale}`;
}

function judged(measured: number, limit: number, basis: string): Judgement {
  return { measured, limit, basis, met: measured <= limit };
}
