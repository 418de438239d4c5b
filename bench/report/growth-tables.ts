import { table } from '../../lab/markdown/markers.ts';
import { formatSize, GiB, MiB, TiB } from '../../src/base/bytes.ts';
import { PROCESSES, TABLES } from '../cases/crowds.ts';
import { growthOf, lineThrough } from '../growth.ts';
import type { PeerResult, Results } from '../results.ts';
import { figure } from '../statistics.ts';
import { OURS } from './goals.ts';

const SIZES = [64 * 1024, MiB, 8 * MiB, 10 * MiB, 100 * MiB, GiB, 4 * GiB, 64 * GiB, TiB, 5 * TiB];
const MEASURED: Readonly<Record<number, string>> = {
  [64 * 1024]: '64kB',
  [MiB]: '1MB',
  [10 * MiB]: '10MB',
  [100 * MiB]: '100MB',
  [4 * GiB]: '4GiB',
};

function ours({ cases }: Results, id: string): PeerResult | undefined {
  return cases[id]?.peers.find(({ peer }) => peer === OURS);
}

/** Requests by the plan, time by a line through the smallest and the largest stream, and what was measured. */
export function sizeTable(results: Results): string {
  const time = (direction: 'up' | 'down'): ((bytes: number) => string) => {
    const points = Object.entries(MEASURED).flatMap(([bytes, name]) => {
      const one = results.cases[`${direction}-${name}`];
      const result = ours(results, `${direction}-${name}`);
      // A quick bench runs other sizes under these names.
      return result === undefined || one?.bytes !== Number(bytes)
        ? []
        : [[Number(bytes), result.medians.wall] as const];
    });
    if (points.length < 2) return () => '';
    const { fixed, each } = lineThrough(points);
    return (bytes) => figure(fixed + each * bytes);
  };
  const [up, down] = [time('up'), time('down')];
  const rows = SIZES.map((bytes) => {
    const { parts, requestsUp, requestsDown, largestPart, atOnce } = growthOf(bytes);
    const name = MEASURED[bytes];
    const measured = (direction: string): string => {
      const id = `${direction}-${name}`;
      const result = results.cases[id]?.bytes === bytes ? ours(results, id) : undefined;
      if (result === undefined) return '';
      const { requests, wall, peak } = result.medians;
      return `${figure(requests)}; ${figure(wall)} s; ${figure(peak / MiB)} MB`;
    };
    return [
      formatSize(bytes),
      parts === 0 ? '1 PutObject' : `${parts.toLocaleString('en')} of up to ${formatSize(largestPart)}`,
      formatSize(parts === 0 ? bytes : atOnce * largestPart),
      requestsUp.toLocaleString('en'),
      up(bytes),
      measured('up'),
      `${requestsDown.near.toLocaleString('en')} or ${requestsDown.far.toLocaleString('en')}`,
      down(bytes),
      measured('down'),
    ];
  });
  return table(
    [
      'object',
      'parts',
      'held at once',
      'requests up',
      's up',
      'measured up',
      'requests down',
      's down',
      'measured down',
    ],
    rows,
  );
}

/** Tables, a process each: measured, and by the line. */
export function tablesTable(results: Results): string {
  const points = [
    ...TABLES.map((count) => [count, `tables-${count}`] as const),
    [2000, 'tables-2000'] as const,
  ];
  const measured = points.flatMap(([count, id]) => {
    const result = ours(results, id);
    return result === undefined || result.processes !== count ? [] : [{ count, ...result.medians }];
  });
  if (measured.length < 2) return 'Not measured.';
  const wall = lineThrough(measured.map((one) => [one.count, one.wall]));
  const cpu = lineThrough(measured.map((one) => [one.count, one.cpu]));
  const rows = [...measured.map(({ count }) => count), 10_000, 100_000].map((count) => {
    const point = measured.find((one) => one.count === count);
    return [
      count.toLocaleString('en'),
      figure(wall.fixed + wall.each * count),
      point === undefined ? '' : figure(point.wall),
      figure(cpu.fixed + cpu.each * count),
      point === undefined ? '' : figure(point.cpu),
      point === undefined ? count.toLocaleString('en') : figure(point.requests),
    ];
  });
  const formula = `time = ${figure(wall.fixed)} s + ${figure(wall.each * 1000)} ms x tables; CPU = ${figure(cpu.fixed)} s + ${figure(cpu.each * 1000)} ms x tables; requests = tables.`;
  return `${table(['tables of 1 kB', 's', 'measured s', 'CPU s', 'measured CPU s', 'requests'], rows)}\n\n${formula}`;
}

/** Processes at once: memory is theirs times their number, time the machine's for all bytes. */
export function processesTable(results: Results): string {
  const measured = PROCESSES.flatMap((count) => {
    const id = `processes-${count}`;
    const result = ours(results, id);
    const bytes = results.cases[id]?.bytes ?? 0;
    return result === undefined || result.processes !== count ? [] : [{ count, bytes, ...result.medians }];
  });
  if (measured.length < 2) return 'Not measured.';
  const memory = lineThrough(measured.map((one) => [one.count, one.peakSum / MiB]));
  const rows = measured.map(({ count, bytes, wall, cpu, peak, peakSum, requests }) => [
    String(count),
    formatSize(bytes),
    figure(wall),
    figure(cpu),
    figure(peak / MiB),
    figure(peakSum / MiB),
    figure(memory.fixed + memory.each * count),
    figure(requests),
  ]);
  const head = [
    'processes',
    'bytes',
    's',
    'CPU s',
    'largest MB',
    'sum MB',
    'sum MB by the formula',
    'requests',
  ];
  return `${table(head, rows)}\n\nMemory = ${figure(memory.fixed)} MB + ${figure(memory.each)} MB x processes.`;
}
