import { expect, test } from 'bun:test';
import { checkLines, nagiosLine } from '../../src/output/check-lines.ts';
import type { Finding } from '../../src/output/finding.ts';

const PAPER = { terminal: false, colours: false, columns: 80 };
const FINDINGS: readonly Finding[] = [
  { status: 'ok', what: 'clock', detail: 'the same' },
  { status: 'ok', what: 'versioning', detail: "can't be seen", unseen: true },
  { status: 'warn', what: 'lifecycle', detail: 'no rule', hint: 'add one' },
  { status: 'FAIL', what: 'ssh', detail: 'no route', host: 'sdw1' },
];

test('a line for each finding, whose details begin at one place, and their numbers', () => {
  expect([...checkLines(FINDINGS, PAPER)].join('')).toBe(
    `ok    clock       the same
ok    versioning  can't be seen
warn  lifecycle   no rule  HINT: add one
FAIL  sdw1: ssh   no route
2 ok, 1 warning, 1 failure, 1 of the ok can't be seen
`,
  );
});

test('colours are on paper that has them alone', () => {
  const [first = ''] = [...checkLines(FINDINGS, { ...PAPER, colours: true })];
  expect(first).toBe('\u001b[32mok  \u001b[0m  clock       the same\n');
});

test('hostile words stay on their line, without control characters', () => {
  const hostile = 'a\nok    b\u001b[31m';
  const finding: Finding = { status: 'warn', what: hostile, detail: hostile, hint: hostile, host: hostile };
  const [line = '', ...rest] = [...checkLines([finding], PAPER)];
  expect(line.trimEnd()).not.toMatch(/\p{Cc}/u);
  expect(rest).toEqual(['0 ok, 1 warning\n']);
});

test('a line of Nagios has one bar, and figures that are known', () => {
  const hostile: Finding = { status: 'FAIL', what: 'x', detail: 'a|b\nc' };
  expect(nagiosLine([hostile], {}, undefined)).toBe(
    'GPBACKUP_S3 CRITICAL - x: a/b\\nc | warnings=0 failures=1\n',
  );
  expect(nagiosLine(FINDINGS.slice(0, 1), { age: 5, latency: 0.01, up: 1, down: 2 }, 60)).toBe(
    'GPBACKUP_S3 OK - 1 checks | age=5s;;60 latency=0.01s up=1B down=2B warnings=0 failures=0\n',
  );
});
