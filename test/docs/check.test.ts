import { expect, test } from 'bun:test';
import { ROWS } from '../program/check-stage.ts';
import { ROOT, textOf } from './document.ts';

const FILES = [...new Bun.Glob('test/{program/check*.test.ts,services/check*.ts}').scanSync({ cwd: ROOT })];
const TESTED = FILES.flatMap((file) =>
  [...textOf(file).matchAll(/\bmisconfigured\(\s*'((?:[^'\\]|\\.)*)'|\bmisconfigured\(\s*"([^"]*)"/g)].map(
    ([, single, double]) => single ?? double ?? '',
  ),
);

test('docs/check.md lists at least 25 misconfigurations, and each is a test', () => {
  expect(ROWS.size).toBeGreaterThanOrEqual(25);
  expect([...ROWS.keys()].toSorted()).toEqual(TESTED.toSorted());
});
