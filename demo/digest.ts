import { readSync } from 'node:fs';
import type { Digest } from './shell.ts';

/**
 * Takes the place of COPY in a restore: reads standard input to its end and prints a Digest as JSON. It is a process
 * of its own with one small buffer, so that it needs less memory than the plugin that it is measured with.
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
