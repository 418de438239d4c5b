import { describe, expect, test } from 'bun:test';
import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
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

/** A file that is not there yet, by which a second try knows that it is one. */
function marker(): string {
  return join(tmpdir(), `second-try-${randomUUID()}`);
}

describe('a file with a failure', () => {
  test('is run a second time, and what fails once only counts as passed', async () => {
    const file = marker();
    const { passed, failed, output } = await run(`
      import { existsSync, writeFileSync } from 'node:fs';
      test('a', () => {});
      test('b', () => {
        const again = existsSync('${file}');
        writeFileSync('${file}', '');
        expect(again).toBe(true);
      });
    `);
    rmSync(file);
    expect([passed, failed]).toEqual([2, 0]);
    expect(output).toContain('(fail) b');
    expect(output).toMatch(/second try of \S+a\.suite\.ts, alone: 2 passed, 0 failed/);
  });

  test('still counts when it fails again, with what fails only then', async () => {
    const file = marker();
    const { passed, failed } = await run(`
      import { existsSync, writeFileSync } from 'node:fs';
      const again = existsSync('${file}');
      writeFileSync('${file}', '');
      test('a', () => expect(again).toBe(false));
      test('b', () => expect(1).toBe(2));
    `);
    rmSync(file);
    expect(failed).toBe(2);
    expect(passed).toBe(1);
  });
});

test('a report without counts is a failure whatever the exit code; so is an exit code without a failure', () => {
  expect(countOf('', 0)).toEqual({ passed: 0, failed: 1 });
  expect(countOf('<testsuites tests="3" failures="0" skipped="1">', 1)).toEqual({ passed: 2, failed: 1 });
  expect(countOf('<testsuites tests="3" failures="0" skipped="1">', 0)).toEqual({ passed: 2, failed: 0 });
});
