import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readReliability, writeReliability } from '../test/faults/document.ts';
import { MUTATIONS } from '../test/mutations/index.ts';
import { Lane } from '../test/mutations/lane.ts';
import { type Mutation, nearestLine, occurrences } from '../test/mutations/mutation.ts';
import { Results, summaryOf } from '../test/mutations/results.ts';

/**
 * `npm run mutate [-- NAME ...]`: makes each mutation of test/mutations in a copy of the tree and runs the tests that
 * must notice it; NAMEs choose those whose name or file contains one. A run that was broken off is taken up again:
 * what has been tried on these very sources is not tried again.
 *
 * `--changed`: only those whose own file or tests have changed since they were tried. `--all`: all, whatever is known.
 * `--stale`: tries nothing, but lists the mutations whose text is not in their file, with the nearest line there is.
 * `--lanes=N`: how many at once (2).
 *
 * Own code, since StrykerJS runs tests in its own runners' processes: it can't drive a suite that starts a compiled
 * program, where nearly all that matters happens.
 */
const root = join(import.meta.dir, '..');
const words = process.argv.slice(2);
const names = words.filter((word) => !word.startsWith('--'));
const has = (flag: string): boolean => words.includes(flag);
const lanes = Number(words.find((word) => word.startsWith('--lanes='))?.slice(8) ?? 2);

if (has('--stale')) process.exit(listStale());

const files = await filesOfTree();
const hashes = new Map(files.map((file) => [file, String(Bun.hash(readFileSync(join(root, file))))]));
const tree = hashOf(files.filter((file) => /^(src|launcher|test|lab)\//.test(file) && !isList(file)));
mkdirSync(join(root, '.cache', 'mutate'), { recursive: true });
const results = new Results(join(root, '.cache', 'mutate', 'results.json'));

const waiting = MUTATIONS.filter(
  (mutation) => mutation.equivalent === undefined && isWanted(mutation),
).toSorted((a, b) => slowTests(a) - slowTests(b));
console.log(`${waiting.length} of ${MUTATIONS.length} mutations are to be tried`);
const broken: string[] = [];
const sound = new Map<string, Promise<boolean>>();
await Promise.all(Array.from({ length: lanes }, async (_, number) => work(new Lane(number + 1, files))));

const summary = summaryOf(MUTATIONS, (mutation) => {
  const known = results.of(mutation);
  return known?.own === ownHash(mutation) ? known.outcome : undefined;
});
const docs = join(root, 'docs');
await writeReliability(docs, { ...(await readReliability(docs)), mutations: summary });
const chosen = MUTATIONS.filter((mutation) => mutation.equivalent === undefined && isNamed(mutation));
const survivors = chosen.filter((mutation) => results.of(mutation)?.outcome === 'survived');
const killed = chosen.filter((mutation) => results.of(mutation)?.outcome.startsWith('killed'));
for (const { file, name } of survivors) console.log(`survived: ${file}: ${name}`);
for (const reason of broken) console.log(reason);
console.log(`${killed.length} killed, ${survivors.length} survived`);
process.exit(survivors.length === 0 && broken.length === 0 ? 0 : 1);

/** How many suites of the compiled program it needs: the others take a second or two. */
function slowTests({ tests }: Mutation): number {
  return tests.filter((test) => test.startsWith('test/program/')).length;
}

/** Tries one mutation after the other until none is left. */
async function work(lane: Lane): Promise<void> {
  for (let mutation = waiting.shift(); mutation !== undefined; mutation = waiting.shift()) {
    const { file, name, tests } = mutation;
    const startedAt = performance.now();
    try {
      for (const test of tests) {
        if (!(await isSound(lane, test))) throw new Error(`${test} fails on the program as it is`);
      }
      const outcome = await lane.try(mutation);
      const seconds = Math.round((performance.now() - startedAt) / 1000);
      results.add(mutation, { outcome, seconds, own: ownHash(mutation), tree });
      console.log(`${outcome} after ${seconds} s: ${file}: ${name}`);
    } catch (error) {
      broken.push(`not tried: ${file}: ${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}

/** Whether a test file passes on the unchanged program; asked once. */
async function isSound(lane: Lane, test: string): Promise<boolean> {
  let answer = sound.get(test);
  if (answer === undefined) {
    answer = lane.passes([test]);
    sound.set(test, answer);
  }
  return await answer;
}

function isWanted(mutation: Mutation): boolean {
  if (names.length > 0) return isNamed(mutation);
  const known = results.of(mutation);
  if (known === undefined || has('--all')) return true;
  return has('--changed') ? known.own !== ownHash(mutation) : known.tree !== tree;
}

function isNamed({ name, file }: Mutation): boolean {
  return names.length === 0 || names.some((word) => name.includes(word) || file.includes(word));
}

function ownHash(mutation: Mutation): string {
  return String(Bun.hash(JSON.stringify(mutation) + hashOf([mutation.file, ...mutation.tests])));
}

function hashOf(of: readonly string[]): string {
  return String(Bun.hash(of.map((file) => `${file} ${hashes.get(file) ?? ''}`).join('\n')));
}

/** The lists of mutations are not what is tested. */
function isList(file: string): boolean {
  return file.startsWith('test/mutations/');
}

async function filesOfTree(): Promise<string[]> {
  const git = Bun.spawn(['git', 'ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    stdout: 'pipe',
  });
  const listed = (await new Response(git.stdout).text()).split('\0').filter((file) => file !== '');
  const there = await Promise.all(listed.map(async (file) => await Bun.file(join(root, file)).exists()));
  return listed.filter((_, index) => there[index]);
}

function listStale(): number {
  let stale = 0;
  for (const { name, file, find } of MUTATIONS) {
    let text: string;
    try {
      text = readFileSync(join(root, file), 'utf8');
    } catch {
      console.log(`${file}: there is no such file\n  name: ${name}\n  find: ${find}`);
      stale += 1;
      continue;
    }
    const times = occurrences(text, find);
    if (times === 1) continue;
    stale += 1;
    const nearest = nearestLine(text, find);
    const line = nearest === undefined ? '' : `\n  line ${nearest.line}: ${nearest.text}`;
    console.log(`${file}: ${times} times\n  name: ${name}\n  find: ${find}${line}`);
  }
  console.log(`${stale} of ${MUTATIONS.length} mutations are stale`);
  return stale === 0 ? 0 : 1;
}
