import { mkdtempSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { play } from './play.ts';

/**
 * `npm run demo`: one real backup and restore through the plugin and an S3 server, on this machine alone.
 * Exits with 0 only when everything came back as it was. Leaves nothing
 * behind but a page about the backups, dist/demo-report.html, also after Ctrl-C.
 */
const ENDING = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

// As a Greenplum backend has it; what the demo writes is nobody else's business.
process.umask(0o077);
const root = mkdtempSync(join(tmpdir(), 'gpbackup-s3-plugin-demo-'));
// The last resort, should the end come another way than through the code below.
process.on('exit', () => rmSync(root, { recursive: true, force: true }));

const ending = new AbortController();
let status = 0;
for (const name of ENDING) {
  process.on(name, () => {
    status = 128 + constants.signals[name];
    ending.abort(new Error(`ended by ${name}`));
  });
}

try {
  console.log(await play(root, ending.signal));
} catch (error) {
  status ||= 1;
  const reason: unknown = ending.signal.aborted ? ending.signal.reason : error;
  console.error(`\ndemo failed: ${reason instanceof Error ? reason.message : String(reason)}`);
}
process.exit(status);
