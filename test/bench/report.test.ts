import { describe, expect, test } from 'bun:test';
import { parseBenchArguments } from '../../bench/arguments.ts';
import { GROUPS, scaleOf } from '../../bench/cases/case.ts';
import { allCases } from '../../bench/cases/index.ts';
import { bars } from '../../bench/report/bars.ts';
import { caseTable } from '../../bench/report/case-table.ts';
import { PICTURES, pictureName, piecesOf } from '../../bench/report/document.ts';
import { GOALS, type Goal, OURS } from '../../bench/report/goals.ts';
import { judge, speedOf } from '../../bench/report/judgement.ts';
import type { CaseResult, Results, Sample } from '../../bench/results.ts';
import { summary } from '../../bench/run-case.ts';
import { pieceOf, withPieces } from '../../lab/markdown/markers.ts';
import { GiB, MiB } from '../../src/base/bytes.ts';
import { textOf } from '../docs/document.ts';

const cases = allCases(scaleOf(false));
const ids = cases.map(({ id }) => id);

function sample(wall: number, cpu: number, consumerCpu = 0): Sample {
  return {
    wall,
    cpu,
    consumerCpu,
    sinkCpu: 0.5,
    peak: 100 * MiB,
    peakSum: 100 * MiB,
    requests: 7,
    wire: 4 * GiB,
  };
}

const ours = [sample(4, 4, 1), sample(8, 8, 1)];
const curl = [sample(2, 2, 2), sample(4, 4, 2)];
const down: CaseResult = {
  id: 'down-4GiB',
  group: 'down',
  title: '4GB into a pipe',
  bytes: 4 * GiB,
  peers: [summary({ title: OURS }, 1, ours, ours), summary({ title: 'curl' }, 1, curl, ours)],
};
const results: Results = {
  machine: { cores: 2, processor: 'P', memory: 8, kernel: '6.1' },
  versions: ['curl 8'],
  quick: false,
  cases: { [down.id]: down },
  commitCharge: [{ peer: OURS, idle: 100 * MiB, busy: 400 * MiB }],
};

describe('the document', () => {
  const text = textOf('docs/performance.md');

  test.each(Object.keys(piecesOf(results, cases)))('has a place for %s, which the bench writes', (name) => {
    expect(pieceOf(text, name)).toBeString();
  });

  test('has a place for every case, and shows the picture of every group', () => {
    const named = [...text.matchAll(/<!-- bench ([\w-]+): /gi)].map(([, name = '']) => name);
    const wanted = cases.filter(({ group }) => group !== 'growth').map(({ id }) => id);
    expect(wanted.filter((id) => !named.includes(id))).toEqual([]);
    expect(new Set(named).size).toBe(named.length);
    for (const group of GROUPS) {
      if (PICTURES[group] !== undefined) expect(text).toContain(`](${pictureName(group)})`);
    }
  });

  test('a document without the markers of a piece is an error, not a document without the piece', () => {
    expect(() => withPieces(text.replace('<!-- end of bench goals -->', ''), { goals: 'x' })).toThrow(
      '"goals"',
    );
  });

  test('holds exactly what follows from its data (npm run bench -- --render)', () => {
    const kept = JSON.parse(textOf('docs/performance.json')) as Results;
    expect(kept.quick).toBe(false);
    expect(withPieces(text, piecesOf(kept, cases))).toBe(text);
  });

  test('writing twice gives the same text', () => {
    const once = withPieces(text, { goals: 'new' });
    expect(pieceOf(once, 'goals')).toBe('new');
    expect(withPieces(once, { goals: 'new' })).toBe(once);
  });
});

describe('figures', () => {
  test('are medians, and ratios of the others to ours', () => {
    expect(caseTable(down)).toContain(
      '| curl | 0.75 | 0.50 | 3 | 0.50 | 100 | 7 | 4,294,967,296 | 0.5 | 2 |',
    );
  });

  test('are those of one process where processes were counted, however many a peer was given', () => {
    const mine = [sample(20, 30)];
    const slow = [sample(4, 6)];
    const table = caseTable({
      ...down,
      bytes: 0,
      peers: [summary({ title: OURS }, 2000, mine, mine), summary({ title: 'slow' }, 20, slow, mine)],
    });
    expect(table).toContain('| slow | 300 | 20.00 | 200 | 20.00 |');
  });

  test('become bars with the names of cases and programs', () => {
    const svg = bars('Down', [down]);
    expect(svg).toStartWith('<svg');
    for (const word of ['Down', 'down-4GiB', OURS, 'curl']) expect(svg).toContain(word);
  });
});

describe('goals', () => {
  test('are about cases that are measured', () => {
    expect(GOALS.filter((goal) => !ids.includes(goal.case))).toEqual([]);
  });

  test('beside curl count the reader on both sides', () => {
    const judged = judge(
      goalOf('4 GiB restore_data beside curl, `cat` counted on both sides, CPU'),
      results,
      undefined,
    );
    // Round by round curl with its reader took 4/5 and 6/9 of ours.
    expect(judged?.measured).toBeCloseTo(1 / ((4 / 5 + 6 / 9) / 2), 6);
    expect(judged?.met).toBe(false);
  });

  test("are carried over to this machine by curl's figure", () => {
    const speed = speedOf(results);
    expect(speed).toEqual({ wall: 3 / 3.6, cpu: 5 / 4.3 });
    const judged = judge(goalOf('4 GiB restore_data, time'), results, speed);
    expect(judged?.limit).toBeCloseTo(0.65 * 6.3 * (3 / 3.6), 6);
    expect(judged?.met).toBe(false);
  });

  test('in MB are taken as they are', () => {
    expect(judge(goalOf('4 GiB restore_data, MB'), results, undefined)).toMatchObject({
      measured: 100,
      met: true,
    });
  });

  test('are not judged by a quick bench', () => {
    for (const goal of GOALS) expect(judge(goal, { ...results, quick: true }, undefined)).toBeUndefined();
  });
});

describe('arguments', () => {
  test('several cases can be named', () => {
    expect(parseBenchArguments(['--only', 'up-1MB,subset', '--runs', '3'], ids)).toMatchObject({
      only: ['up-1MB', 'subset'],
      runs: 3,
      quick: false,
      peers: true,
    });
  });

  test.each([
    [['--only', 'nothing'], 'no such case: nothing'],
    [['--runs', '0'], '--runs 0'],
    [['--fast'], 'fast'],
  ])('%j is an error that says what is wrong', (args, words) => {
    expect(() => parseBenchArguments(args, ids)).toThrow(words);
  });
});

function goalOf(what: string): Goal {
  const goal = GOALS.find((one) => one.what === what);
  if (goal === undefined) throw new Error(`no goal "${what}"`);
  return goal;
}
