import { afterAll, beforeAll, expect } from 'bun:test';
import { BACKUP_DIR, PREFIX, someBytes, TIMESTAMP, Workplace } from '../../lab/program/plugin.ts';
import { installDebianPackages } from '../../lab/servers/debian-package.ts';
import { faketimeLibrary } from './faketime.ts';
import { faultCase } from './fault-case.ts';
import { RealServer } from './real-server.ts';
import { expectSafeBackup, expectSafeRestore } from './safety.ts';

const DATA = someBytes(20_000_000, 11);

let server: RealServer;
let library: string;
beforeAll(async () => {
  await installDebianPackages('libfaketime', '0.9', ['libfaketime']);
  library = faketimeLibrary();
  server = await RealServer.start();
}, 300_000);
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

for (const [what, shift] of [
  ['slow', '-20m'],
  ['fast', '+20m'],
] as const) {
  faultCase(
    'Process',
    `a clock that is 20 minutes ${what}: the server refuses once, and all goes through`,
    async (tries) => {
      using place = new Workplace();
      const config = place.config(server, { logger_verbosity: 'debug' });
      const env = { ...place.env, LD_PRELOAD: library, FAKETIME: shift, DONT_FAKE_MONOTONIC: '1' };
      const name = `gpbackup_0_${TIMESTAMP}_${what}`;
      const backup = await place.run(['backup_data', config, `${BACKUP_DIR}/${name}`], { env, stdin: DATA });
      tries[await expectSafeBackup(backup, { store: server, key: PREFIX + name, data: DATA })]();
      const restore = await place.run(['restore_data', config, `${BACKUP_DIR}/${name}`], { env });
      tries[expectSafeRestore(restore, { data: DATA, name })]();
      const listing = await place.run(['list_directory', config], { env });
      const removal = await place.run(['delete_backup', config, TIMESTAMP], { env });
      expect([await server.keys(PREFIX), await server.uploads(PREFIX)]).toEqual([[], []]);
      const exitCodes = [backup, restore, listing, removal].map(({ exitCode }) => exitCode);
      expect(exitCodes).toEqual([0, 0, 0, 0]);
      tries.survived();
      tries.survived();
      // The fault was there: the store minds clocks, and each process learned the right time from it.
      const refused = (await place.logLines()).filter((line) => line.includes(': HTTP 403'));
      expect(refused.length).toBeGreaterThanOrEqual(exitCodes.length);
    },
  );
}
