import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { SERVERS, serversNamed } from '../lab/servers/registry.ts';
import type { ServerProgram } from '../lab/servers/server.ts';
import { reasonOf } from '../src/base/plugin-error.ts';
import { readLines, readResults, writeResults } from '../test/compatibility/document/files.ts';
import { differences, merged, type Results, resultsOf } from '../test/compatibility/document/results.ts';
import { build } from './build.ts';
import { endWith, runTests, type TestCount } from './tests/run-tests.ts';

/**
 * `npm run test:servers [-- NAME ...]`: the suite of test/compatibility on these servers; without names on those of
 * every run and on the played providers, whose name is `profiles`, and the suites of test/services, which install what
 * they need and are named by their files. Writes docs/compatibility.md and its data, or compares with them where
 * CI=true. PLUGIN names a program that is built already.
 */
const root = join(import.meta.dir, '..');
const folder = join(root, '.cache', `test-servers-${process.pid}`);
const ci = process.env['CI'] === 'true';
const given = process.argv.slice(2);
/** Servers have more to wait for than to compute: two at once keep both processors of a small machine busy. */
const LANES = 2;

/** The suites of test/services, by their names. */
const services = [...new Bun.Glob('*.suite.ts').scanSync(join(root, 'test', 'services'))]
  .map((file) => file.replace('.suite.ts', ''))
  .toSorted();

/** One part of the run: a server, all played providers, or other services. */
interface Suite {
  readonly name: string;
  readonly file: string;
}

function wantedServers(): readonly ServerProgram[] {
  const names = given.filter((name) => name !== 'profiles' && !services.includes(name));
  return given.length > 0 && names.length === 0 ? [] : serversNamed(names);
}

/** Installs what is missing, all at once: most of it is waiting for the network. Gives those that can be started. */
async function install(servers: readonly ServerProgram[]): Promise<readonly ServerProgram[]> {
  const ready = await Promise.all(
    servers.map(async (server) => {
      try {
        await server.install();
        return server;
      } catch (error) {
        console.log(`skipped: ${server.name} (${reasonOf(error)})`);
        return undefined;
      }
    }),
  );
  return ready.filter((server) => server !== undefined);
}

async function runAll(
  suites: readonly Suite[],
  plugin: string,
): Promise<{ count: TestCount; seen: Results }> {
  const waiting = [...suites];
  const total = { passed: 0, failed: 0 };
  let seen: Results = {};
  const lane = async (): Promise<void> => {
    for (let suite = waiting.shift(); suite !== undefined; suite = waiting.shift()) {
      const file = join(folder, `${suite.name}.jsonl`);
      const startedAt = performance.now();
      const { passed, failed, output } = await runTests([suite.file], {
        env: { PLUGIN: plugin, SERVERS: suite.name, CAPABILITIES: file },
        quiet: true,
      });
      const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
      if (failed > 0) console.log(output);
      console.log(`${suite.name}: ${passed} passed, ${failed} failed, ${seconds} s`);
      total.passed += passed;
      total.failed += failed;
      seen = { ...seen, ...resultsOf(readLines(file)) };
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return { count: total, seen };
}

/** Writes what was seen; where CI=true it must be what is written. Gives the number of failures. */
async function publish(seen: Results, whole: boolean): Promise<number> {
  const written = readResults();
  if (ci) {
    const found = differences(written, seen);
    for (const difference of found) console.log(`docs/compatibility.json: ${difference}`);
    return found.length > 0 ? 1 : 0;
  }
  // Half of what a server can do would read as all of it.
  if (!whole) console.log('docs/compatibility.md is not written: not all tests have passed');
  else
    await writeResults(
      merged(
        written,
        seen,
        SERVERS.map(({ name }) => name),
      ),
    );
  return 0;
}

const servers = wantedServers();
mkdirSync(folder, { recursive: true });
try {
  const [plugin, ready] = await Promise.all([
    process.env['PLUGIN'] ?? build(folder).then(({ launcher }) => launcher),
    install(servers),
  ]);
  const suites: Suite[] = ready.map(({ name }) => ({ name, file: './test/compatibility/servers.suite.ts' }));
  // The longest one first, so that it does not run alone at the end.
  if (given.length === 0 || given.includes('profiles'))
    suites.unshift({ name: 'profiles', file: './test/compatibility/profiles.suite.ts' });
  for (const name of services) {
    if (given.length === 0 || given.includes(name))
      suites.push({ name, file: `./test/services/${name}.suite.ts` });
  }
  const { count, seen } = await runAll(suites, plugin);
  const missing = servers.filter(
    ({ name, inEveryRun }) => inEveryRun && !ready.some((one) => one.name === name),
  );
  const skipped = ci ? missing.length : 0;
  const different = await publish(seen, count.failed === 0);
  rmSync(folder, { recursive: true });
  // A run that tried nothing has shown nothing.
  const nothing = count.passed + count.failed === 0 ? 1 : 0;
  endWith({ passed: count.passed, failed: count.failed + skipped + different + nothing });
} catch (error) {
  rmSync(folder, { recursive: true, force: true });
  throw error;
}
