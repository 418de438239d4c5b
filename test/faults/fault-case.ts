import { test } from 'bun:test';
import { appendFileSync } from 'node:fs';
import type { CaseRecord, FaultGroup } from './record.ts';

/**
 * Counts what came of each operation that a case put through its fault. There is no third outcome: an operation that
 * did something else makes the case fail, and a case that failed records nothing.
 */
export interface Tries {
  /** It succeeded, and the bytes were compared. */
  survived(): void;
  /** It ended with a clear error, and nothing of it passes as whole. */
  failedCleanly(): void;
}

/** What became of one operation; the names are those of `Tries`, so that `tries[fate]()` counts it. */
export type Fate = keyof Tries;

export interface FaultCaseOptions {
  /** Milliseconds. */
  readonly timeout?: number;
  /** Runs beside the other concurrent cases of its file: for cases that wait most of their time. */
  readonly concurrent?: boolean;
}

const PATIENCE = 180_000;

/**
 * Declares a test that puts operations through a fault. When it passes and FAULT_RESULTS names a file, one line of
 * JSON about it is appended there, from which docs/reliability.md is made.
 * @param title reads as a rule, and is unique in its group.
 * @param body throws when an operation neither succeeded with equal bytes nor failed cleanly.
 */
export function faultCase(
  group: FaultGroup,
  title: string,
  body: (tries: Tries) => Promise<void>,
  { timeout = PATIENCE, concurrent = false }: FaultCaseOptions = {},
): void {
  const declare = concurrent ? test.concurrent : test;
  declare(
    `${group}: ${title}`,
    async () => {
      const count = { survived: 0, failedCleanly: 0 };
      await body({
        survived: () => {
          count.survived += 1;
        },
        failedCleanly: () => {
          count.failedCleanly += 1;
        },
      });
      const tried = count.survived + count.failedCleanly;
      if (tried === 0) throw new Error('the case counted no operation: it has shown nothing');
      record({ group, title, tried, ...count });
    },
    timeout,
  );
}

function record(result: CaseRecord): void {
  const path = process.env['FAULT_RESULTS'];
  // One write of one line in append mode: files of the suite that run side by side share the file.
  if (path !== undefined) appendFileSync(path, `${JSON.stringify(result)}\n`);
}
