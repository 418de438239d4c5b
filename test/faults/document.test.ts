import { describe, expect, test } from 'bun:test';
import { textOf } from '../docs/document.ts';
import { mergedCases, type Reliability, renderReliability } from './document.ts';
import { type CaseRecord, caseName, parseRecords } from './record.ts';

const reset: CaseRecord = { group: 'Network', title: 'reset', tried: 3, survived: 2, failedCleanly: 1 };
const killed: CaseRecord = { group: 'Process', title: 'SIGKILL', tried: 1, survived: 0, failedCleanly: 1 };

describe('docs/reliability.md', () => {
  const kept = JSON.parse(textOf('docs/reliability.json')) as Reliability;

  test('holds exactly what follows from its data (npm run test:faults)', () => {
    expect(textOf('docs/reliability.md')).toBe(renderReliability(kept));
  });

  test('its data names each case once, with counts that add up', () => {
    expect(parseRecords(kept.cases.map((record) => JSON.stringify(record)).join('\n'))).toEqual([
      ...kept.cases,
    ]);
    expect(new Set(kept.cases.map(caseName)).size).toBe(kept.cases.length);
  });

  test('has a row for a case', () => {
    expect(renderReliability({ cases: [reset] })).toContain('\n| reset | 3 | 2 | 1 |\n');
    expect(renderReliability({ cases: [{ ...reset, title: 'a|b <c>' }] })).toContain('| a\\|b \\<c> |');
  });
});

describe('records', () => {
  test('of a run replace those of the same cases, and others stay', () => {
    const again = { ...reset, tried: 2, failedCleanly: 0 };
    expect(mergedCases([killed, reset], [again], false)).toEqual([again, killed]);
  });

  test('of a run of all cases replace all: what failed or is gone is not kept', () => {
    expect(mergedCases([killed, reset], [reset], true)).toEqual([reset]);
  });

  test('whose counts do not add up, or that are none, are refused', () => {
    expect(() => parseRecords(JSON.stringify({ ...reset, survived: 3 }))).toThrow('do not add up');
    expect(() => parseRecords(JSON.stringify({ ...reset, group: 'Weather' }))).toThrow('not a record');
  });
});
