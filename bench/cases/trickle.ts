import { readSync, writeSync } from 'node:fs';

/** `trickle.ts write|read BYTES RATE`: writes or reads so many bytes, RATE of them a second. */
const [role, total = '0', rate = '1'] = process.argv.slice(2);
const STEP = 64 * 1024;
const buffer = new Uint8Array(STEP);
const startedAt = performance.now();
for (let passed = 0; passed < Number(total); ) {
  const ahead = (passed / Number(rate)) * 1000 - (performance.now() - startedAt);
  if (ahead > 0) await Bun.sleep(ahead);
  const step = Math.min(STEP, Number(total) - passed);
  const done = role === 'write' ? writeSync(1, buffer, 0, step) : readSync(0, buffer, 0, step, null);
  if (done === 0) break;
  passed += done;
}
