import { type Lock, takeLock } from '../../src/host/lock.ts';

/**
 * A process that takes a lock.
 *
 * `hold`: says `held` and keeps it until the input ends. `count`: adds 1 to the number in a file, so many times, in a
 * way that loses some unless it is the only one at it.
 */
const [folder = '', how = '', times = '1'] = process.argv.slice(2);
const { signal } = new AbortController();

async function taken(): Promise<Lock | undefined> {
  return await takeLock(folder, 'lock', { signal, limit: 600_000 });
}

if (how === 'hold') {
  using held = await taken();
  process.stdout.write(held === undefined ? '' : 'held\n');
  await Bun.stdin.text();
} else {
  const file = Bun.file(`${folder}/count`);
  for (let time = 0; time < Number(times); time += 1) {
    using held = await taken();
    if (held === undefined) throw new Error('no lock');
    const count = Number(await file.text());
    await Bun.write(file, String(count + 1));
  }
}
