import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from './build.ts';

/**
 * `npm run soak [-- --minutes N] [--processes N] [--seed N]`: backups, restores and deletes by many processes through a
 * proxy with random faults, and every byte compared. The result goes into docs/reliability.md, if the soak was as long
 * as usual or `--record` asks for it. Ctrl-C ends it without a result, and leaves nothing behind.
 */
const root = join(import.meta.dir, '..');
const MINUTES = 30;
/** Bytes of the largest object. */
const LARGEST = 200_000_000;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: String(MINUTES) },
    processes: { type: 'string', default: '16' },
    seed: { type: 'string', default: String(Math.floor(Date.now() / 1000)) },
    record: { type: 'boolean', default: false },
  },
});
const numbers = {
  minutes: Number(values.minutes),
  processes: Number(values.processes),
  seed: Number(values.seed),
};
for (const [name, number] of Object.entries(numbers)) {
  if (!(number > 0)) throw new Error(`--${name} must be a number above 0`);
}
if (numbers.processes > 99) throw new Error('--processes must be 99 at most');

const ending = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => ending.abort(new Error(signal)));
}

process.env['PLUGIN'] = (await build(join(root, '.cache', 'soak'))).launcher;
// What is started and compared is the program of that variable, which is read when these are loaded.
const { RealServer } = await import('../test/faults/real-server.ts');
const { readReliability, writeReliability } = await import('../test/faults/document.ts');
const { soak } = await import('../test/soak/soak.ts');
const { seaweedfs } = await import('../lab/servers/seaweedfs.ts');

console.log(`${numbers.minutes} minutes, ${numbers.processes} processes, --seed ${numbers.seed}`);
const server = await RealServer.start(seaweedfs);
let status = 0;
try {
  const result = await soak({
    server,
    serverTitle: seaweedfs.title,
    milliseconds: numbers.minutes * 60_000,
    processes: numbers.processes,
    seed: numbers.seed,
    largest: LARGEST,
    signal: ending.signal,
    onProgress: (line) => console.log(line),
  });
  if (result === undefined) {
    console.log('ended early: no result');
    status = 1;
  } else {
    console.log(JSON.stringify(result, null, 1));
    if (values.record || numbers.minutes >= MINUTES) {
      const docs = join(root, 'docs');
      await writeReliability(docs, { ...(await readReliability(docs)), soak: result });
    }
  }
} catch (error) {
  console.error(error);
  status = 1;
} finally {
  await server[Symbol.asyncDispose]();
}
console.log(status === 0 ? '1 passed, 0 failed' : '0 passed, 1 failed');
process.exit(status);
