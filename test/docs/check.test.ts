import { expect, test } from 'bun:test';
import { ROWS } from '../program/check-stage.ts';
import { ROOT, textOf } from './document.ts';

const GLOBS = ['test/program/check*.test.ts', 'test/services/check*.ts'];
const FILES = GLOBS.flatMap((glob) => [...new Bun.Glob(glob).scanSync({ cwd: ROOT })]);
const TESTED = FILES.flatMap((file) =>
  [...textOf(file).matchAll(/\bmisconfigured\(\s*'((?:[^'\\]|\\.)*)'|\bmisconfigured\(\s*"([^"]*)"/g)].map(
    ([, single, double]) => single ?? double ?? '',
  ),
);

test('docs/check.md lists at least 25 misconfigurations, and each is a test', () => {
  expect(ROWS.size).toBeGreaterThanOrEqual(25);
  expect([...ROWS.keys()].toSorted()).toEqual(TESTED.toSorted());
});
