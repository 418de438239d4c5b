import { describe, expect, test } from 'bun:test';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { countOf, runTests } from '../../scripts/tests/run-tests.ts';
import { ROOT } from '../docs/document.ts';

/** Runs a suite of this text as `npm test` would. */
async function run(text: string): Promise<{ passed: number; failed: number; output: string }> {
  // The runner takes files of this project only.
  mkdirSync(join(ROOT, '.cache'), { recursive: true });
  const folder = mkdtempSync(join(ROOT, '.cache', 'run-tests-'));
  try {
    const file = join(folder, 'a.suite.ts');
    writeFileSync(file, `import { beforeAll, expect, test } from 'bun:test';\n${text}`);
    return await runTests([file], { env: { WORD: 'from the environment' }, quiet: true });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('a run counts', () => {
  test('what passed and what failed, without what was skipped, and keeps the output', async () => {
    const { passed, failed, output } = await run(`
      test('a', () => expect(process.env.WORD).toBe('from the environment'));
      test('b', () => expect(1).toBe(2));
      test('c', () => {});
      test.skip('d', () => {});
    `);
    expect([passed, failed]).toEqual([2, 1]);
    expect(output).toContain('(fail) b');
  });

  test.each([
    ['a file that ends the process', `test('a', () => process.exit(0));`],
    ['a file that is no program', 'test('],
    ['a file that throws', `test('a', () => {}); throw new Error('x');`],
    ['a preparation that throws', `beforeAll(() => { throw new Error('x'); }); test('a', () => {});`],
    ['a file without a test', ''],
  ])('%s as a failure', async (_what, text) => {
    expect((await run(text)).failed).toBeGreaterThan(0);
  });
});

test('a report without counts is a failure whatever the exit code; so is an exit code without a failure', () => {
  expect(countOf('', 0)).toEqual({ passed: 0, failed: 1 });
  expect(countOf('<testsuites tests="3" failures="0" skipped="1">', 1)).toEqual({ passed: 2, failed: 1 });
  expect(countOf('<testsuites tests="3" failures="0" skipped="1">', 0)).toEqual({ passed: 2, failed: 0 });
});
