import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { mergedCases, readReliability, writeReliability } from '../test/faults/document.ts';
import { type CaseRecord, caseName, parseRecords } from '../test/faults/record.ts';
import { build } from './build.ts';
import { endWith, runTests } from './tests/run-tests.ts';

/**
 * `npm run test:faults [-- NAME ...]`: builds the program and runs the fault suites on it, or those whose file name
 * contains a NAME. What came of the cases goes into docs/reliability.md; with CI=true nothing is written, and a document
 * that does not name exactly the cases that were run is a failure. PLUGIN names a program that is built already.
 */
const root = join(import.meta.dir, '..');
const docs = join(root, 'docs');
/** Most cases wait most of their time. */
const AT_ONCE = 2;

const names = process.argv.slice(2);
const all = [...new Bun.Glob('*.suite.ts').scanSync(join(root, 'test', 'faults'))].toSorted();
const chosen = all.filter((file) => names.length === 0 || names.some((name) => file.includes(name)));
for (const name of names) {
  if (all.some((file) => file.includes(name))) continue;
  console.error(`no suite is called ${name}; there are: ${all.join(', ')}`);
  process.exit(1);
}

const launcher = process.env['PLUGIN'] ?? (await build(join(root, '.cache', 'faults'))).launcher;
mkdirSync(join(root, '.cache'), { recursive: true });
const folder = mkdtempSync(join(root, '.cache', 'fault-results-'));
const results = join(folder, 'results.jsonl');
const count = { passed: 0, failed: 0 };
const waiting = [...chosen];
try {
  await Promise.all(Array.from({ length: AT_ONCE }, runSuites));
  const records = (await Bun.file(results).exists()) ? parseRecords(await Bun.file(results).text()) : [];
  if (process.env['CI'] === 'true') await compare(records);
  else {
    const kept = await readReliability(docs);
    const ranAll = chosen.length === all.length;
    await writeReliability(docs, { ...kept, cases: mergedCases(kept.cases, records, ranAll) });
  }
} finally {
  rmSync(folder, { recursive: true });
}
endWith(count);

/** Takes one suite after the other until none is left. */
async function runSuites(): Promise<void> {
  for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
    const startedAt = performance.now();
    const { passed, failed, output } = await runTests([`./test/faults/${file}`], {
      env: { PLUGIN: launcher, FAULT_RESULTS: results },
      quiet: true,
    });
    count.passed += passed;
    count.failed += failed;
    const seconds = Math.round((performance.now() - startedAt) / 1000);
    console.log(`${output.trimEnd()}\n${file}: ${passed} passed, ${failed} failed in ${seconds} s\n`);
  }
}

/** Each difference between the document and the cases that were run is one more failure. */
async function compare(records: readonly CaseRecord[]): Promise<void> {
  // A case that failed has no record; it is counted already.
  if (count.failed > 0) return;
  const run = new Set(records.map(caseName));
  const told = new Set((await readReliability(docs)).cases.map(caseName));
  const missing = [...run].filter((name) => !told.has(name));
  const gone = chosen.length < all.length ? [] : [...told].filter((name) => !run.has(name));
  for (const name of missing) console.log(`not in docs/reliability.md (npm run test:faults): ${name}`);
  for (const name of gone) console.log(`in docs/reliability.md, but not run: ${name}`);
  count.failed += missing.length + gone.length;
}
