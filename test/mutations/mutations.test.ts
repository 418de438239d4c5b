import { describe, expect, test } from 'bun:test';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Reliability } from '../faults/document.ts';
import { MUTATIONS } from './index.ts';
import { mutated, nearestLine, occurrences } from './mutation.ts';
import { summaryOf } from './results.ts';

const ROOT = join(import.meta.dir, '..', '..');
const textOf = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

describe('the mutations', () => {
  test('are at least 150, each with a name of its own', () => {
    expect(MUTATIONS.length).toBeGreaterThanOrEqual(150);
    expect(new Set(MUTATIONS.map(({ name }) => name)).size).toBe(MUTATIONS.length);
  });

  test('are found exactly once in their file (npm run mutate -- --stale)', () => {
    const texts = new Map(
      [...new Set(MUTATIONS.map(({ file }) => file))].map((file) => [file, textOf(file)]),
    );
    const stale = MUTATIONS.filter(({ file, find }) => occurrences(texts.get(file) ?? '', find) !== 1);
    expect(stale.map(({ file, name }) => `${file}: ${name}`)).toEqual([]);
  });

  test('change something, and name tests that are there', () => {
    expect(MUTATIONS.filter(({ find, replace }) => find === replace).map(({ name }) => name)).toEqual([]);
    expect(MUTATIONS.filter(({ tests }) => tests.length === 0).map(({ name }) => name)).toEqual([]);
    const files = [...new Set(MUTATIONS.flatMap(({ tests }) => tests))];
    expect(files.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
  });

  test('of docs/reliability.md are those of the list', () => {
    const { mutations } = JSON.parse(textOf('docs/reliability.json')) as Reliability;
    const names = new Set(MUTATIONS.map(({ name }) => name));
    const told = [...(mutations?.survivors ?? []), ...(mutations?.equivalent ?? []).map(({ name }) => name)];
    expect(told.filter((name) => !names.has(name))).toEqual([]);
  });
});

const change = { name: 'n', file: 'f', find: 'b', replace: '$&', tests: ['t'] };

describe('one mutation', () => {
  test('replaces the text as it is written', () => {
    expect(mutated('abc', change)).toBe('a$&c');
  });

  test.each(['ac', 'abcb'])('whose text is not there exactly once is an error: %s', (text) => {
    expect(() => mutated(text, change)).toThrow('times in f');
  });

  test('that is stale is shown with the line that is most like it', () => {
    const text = 'const a = 1;\nif (found.objects === 0) {\nreturn;';
    expect(nearestLine(text, 'if (count.objects === 0) {')).toEqual({
      line: 2,
      text: 'if (found.objects === 0) {',
    });
    expect(nearestLine('', 'x')).toBeUndefined();
  });
});

describe('the summary', () => {
  const equivalent = { ...change, name: 'e', equivalent: 'for a reason' };

  test('counts what was killed and what was not tried, and names the rest', () => {
    const list = [change, { ...change, name: 'm' }, { ...change, name: 'x' }, equivalent];
    const summary = summaryOf(list, ({ name }) =>
      name === 'x' ? undefined : name === 'n' ? 'killed by the time limit' : 'survived',
    );
    expect(summary).toEqual({
      tried: 2,
      killed: 1,
      untried: 1,
      survivors: ['m'],
      equivalent: [{ name: 'e', reason: 'for a reason' }],
    });
  });
});
