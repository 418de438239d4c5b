import { readSync } from 'node:fs';
import type { Digest } from './shell.ts';

/**
 * Stands where COPY stands in a restore: reads standard input to its end and prints a Digest as JSON. One small
 * buffer, anda process of its own, so that it takes less memory than the plugin that it is measured with.
 */
const buffer = new Uint8Array(64 * 1024);
const hasher = new Bun.CryptoHasher('sha256');
let bytes = 0;
for (;;) {
  const came = readSync(0, buffer);
  if (came === 0) break;
  hasher.update(buffer.subarray(0, came));
  bytes += came;
}
const digest: Digest = { bytes, sha256: hasher.digest('hex') };
process.stdout.write(JSON.stringify(digest));
