import { join } from 'node:path';
import { build } from './build.ts';

/**
 * `npm test [-- FILE_OR_FOLDER ...]`: builds the program and runs the tests on it. The last line is
 * `N passed, N failed`, counted from the runner's own report.
 */
const root = join(import.meta.dir, '..');
const { launcher } = await build(join(root, 'dist'));
const report = join(root, '.cache', `test-report-${process.pid}.xml`);
const runner = Bun.spawn(
  [
    process.execPath,
    'test',
    '--timeout=120000',
    '--reporter=junit',
    `--reporter-outfile=${report}`,
    ...process.argv.slice(2),
  ],
  { cwd: root, stdout: 'inherit', stderr: 'inherit', env: { ...process.env, PLUGIN: launcher } },
);
const status = await runner.exited;
const text = await Bun.file(report)
  .text()
  .catch(() => '');
await Bun.file(report)
  .delete()
  .catch(() => {});
const totals = /<testsuites\b[^>]*>/.exec(text)?.[0] ?? '';
const count = (name: string): number =>
  Number(new RegExp(`\\b${name}="(\\d+)"`).exec(totals)?.[1] ?? Number.NaN);
const failed = count('failures');
const passed = count('tests') - failed - count('skipped');
if (Number.isNaN(passed)) {
  // The runner ended before its report: whatever it was, it is a failure.
  console.log('0 passed, 1 failed');
  process.exit(status === 0 ? 1 : status);
}
console.log(`${passed} passed, ${failed > 0 || status === 0 ? failed : 1} failed`);
process.exit(status);
