import { SharedRecord } from '../../src/host/shared-record.ts';

/**
 * A process that uses a record. `count`: adds 1 to the number in it, so many times. `hold`: says `held` and has its
 * lock until it is killed.
 */
const [folder = '', name = '', how = '', times = '1'] = process.argv.slice(2);
using record = new SharedRecord(folder, name);
if (how === 'hold') {
  record.update(() => {
    process.stdout.write('held\n');
    for (;;) Bun.sleepSync(1000);
  });
} else {
  for (let time = 0; time < Number(times); ) {
    if (record.update((line) => String(Number(line) + 1).padStart(8, '0'))) time += 1;
  }
}
