import { randomUUID } from 'node:crypto';
import { join } from 'node:path';

const root = join(import.meta.dir, '..', '..');
const TIMEOUT = 120_000;
const MOST_SECOND_TRIES = 5;

/** What the runner counted in its own report. */
export interface TestCount {
  readonly passed: number;
  readonly failed: number;
}

export interface TestRun {
  /** Added to the environment; PLUGIN is the program under test. */
  readonly env: Readonly<Record<string, string>>;
  /** Keep the output until the end, for runs beside each other; otherwise it appears as it comes. */
  readonly quiet?: boolean;
}

/**
 * Runs the test runner with these arguments: files, folders, options. Each file with failures is run a second time, alone:
 * on a machine that others use too, a test of a whole process may fail for want of time. Both tries are shown; what
 * counts is the second.
 * @returns counts with at least one failure when the runner did not end well, and the output if it was kept.
 */
export async function runTests(
  args: readonly string[],
  run: TestRun,
): Promise<TestCount & { readonly output: string }> {
  const first = await runOnce(args, run);
  const files = failedFiles(first.report);
  // More than that is not a coincidence. And a run that did not report which files failed can't be repeated in part.
  if (files.length === 0 || files.length > MOST_SECOND_TRIES) return first;
  const count = { passed: first.passed, failed: first.failed };
  let { output } = first;
  for (const { file, failures } of files) {
    const second = await runOnce([...args.filter((arg) => arg.startsWith('-')), `./${file}`], run);
    const words = `second try of ${file}, alone: ${second.passed} passed, ${second.failed} failed`;
    if (run.quiet !== true) console.log(words);
    output += `${second.output.trimEnd()}\n${words}\n`;
    const recovered = Math.max(0, failures - second.failed);
    count.passed += recovered;
    count.failed += second.failed - failures;
  }
  return { ...count, failed: Math.max(0, count.failed), output };
}

/** One file's failures, from the report of a run. */
interface FailedFile {
  readonly file: string;
  readonly failures: number;
}

/** The files that had failures. */
export function failedFiles(report: string): readonly FailedFile[] {
  return [...report.matchAll(/^ {2}<testsuite\b[^>]*>/gm)].flatMap(([suite]) => {
    const file = /\bfile="([^"]*)"/.exec(suite)?.[1];
    const failures = Number(/\bfailures="(\d+)"/.exec(suite)?.[1] ?? 0);
    return file === undefined || failures === 0 ? [] : [{ file, failures }];
  });
}

async function runOnce(
  args: readonly string[],
  { env, quiet = false }: TestRun,
): Promise<TestCount & { readonly output: string; readonly report: string }> {
  const report = join(root, '.cache', `test-report-${randomUUID()}.xml`);
  const runner = Bun.spawn(
    [
      process.execPath,
      'test',
      `--timeout=${TIMEOUT}`,
      '--reporter=junit',
      `--reporter-outfile=${report}`,
      ...args,
    ],
    {
      cwd: root,
      stdin: 'ignore',
      stdout: quiet ? 'pipe' : 'inherit',
      stderr: quiet ? 'pipe' : 'inherit',
      env: { ...process.env, ...env },
    },
  );
  const [stdout, stderr, status] = await Promise.all([
    textOf(runner.stdout),
    textOf(runner.stderr),
    runner.exited,
  ]);
  const file = Bun.file(report);
  const text = (await file.exists()) ? await file.text() : '';
  if (text !== '') await file.delete();
  return { ...countOf(text, status), output: stdout + stderr, report: text };
}

async function textOf(stream: ReadableStream | undefined): Promise<string> {
  return stream === undefined ? '' : await new Response(stream).text();
}

/** @param report in JUnit's format; empty when the runner ended before it: whatever that was, it is a failure. */
export function countOf(report: string, status: number): TestCount {
  const totals = /<testsuites\b[^>]*>/.exec(report)?.[0] ?? '';
  const count = (name: string): number =>
    Number(new RegExp(`\\b${name}="(\\d+)"`).exec(totals)?.[1] ?? Number.NaN);
  const failed = count('failures');
  const passed = count('tests') - failed - count('skipped');
  if (Number.isNaN(passed)) return { passed: 0, failed: 1 };
  return { passed, failed: failed > 0 || status === 0 ? failed : 1 };
}

/** Prints the last line of every suite's output, and ends the process. */
export function endWith({ passed, failed }: TestCount): never {
  console.log(`${passed} passed, ${failed} failed`);
  process.exit(failed === 0 ? 0 : 1);
}
