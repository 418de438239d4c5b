import { table } from '../../lab/markdown/markers.ts';
import { GiB, MiB } from '../../src/base/bytes.ts';
import type { CaseResult, PeerResult } from '../results.ts';
import { figure } from '../statistics.ts';

/** The figures of one case: a row a peer. */
export function caseTable({ title, bytes, peers }: CaseResult): string {
  const perByte = bytes > 0;
  const many = peers.some(({ processes }) => processes > 1);
  const head = [
    'program',
    perByte ? 'CPU s per GiB' : 'CPU ms a process',
    'x ours',
    perByte ? 'wall s' : 'wall ms a process',
    'x ours',
    many && perByte ? 'peak MB, sum' : 'peak MB',
    'requests',
    'bytes on the wire',
    'sink CPU s',
    'runs',
  ];
  const rows = peers.map((result) => {
    const { peer, runs, processes, medians, ratios } = result;
    return [
      peer,
      figure(perByte ? cpuPerGiB(result, bytes) : (medians.cpu / processes) * 1000),
      ratioText(perProcess(ratios.cpu, perByte, processes, peers)),
      figure(perByte ? medians.wall : (medians.wall / processes) * 1000),
      ratioText(perProcess(ratios.wall, perByte, processes, peers)),
      figure((many && perByte ? medians.peakSum : medians.peak) / MiB),
      figure(medians.requests),
      medians.wire.toLocaleString('en'),
      figure(medians.sinkCpu),
      processes > 1 && !perByte ? `${runs} x ${processes}` : String(runs),
    ];
  });
  return `**${title}**\n\n${table(head, rows)}`;
}

export function cpuPerGiB({ medians }: PeerResult, bytes: number): number {
  return medians.cpu / (bytes / GiB);
}

/** A ratio of runs as one of processes, where a slow peer was given fewer of them. */
function perProcess(
  ratio: number | undefined,
  perByte: boolean,
  processes: number,
  peers: readonly PeerResult[],
): number | undefined {
  const ours = peers[0]?.processes ?? processes;
  return ratio === undefined || perByte ? ratio : (ratio * ours) / processes;
}

function ratioText(ratio: number | undefined): string {
  return ratio === undefined ? '' : ratio.toFixed(2);
}
