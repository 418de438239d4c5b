import { afterAll, beforeAll, expect } from 'bun:test';
import { mkdirSync } from 'node:fs';
import { BACKUP_DIR, outcomeOf, PREFIX, TIMESTAMP, Workplace } from '../../lab/program/plugin.ts';
import { type S3Server, startS3Server } from '../../lab/s3-server/server.ts';
import { faultCase } from './fault-case.ts';
import { expectClearError } from './safety.ts';

let server: S3Server;
beforeAll(async () => {
  server = await startS3Server();
});
afterAll(async () => {
  await server.stop();
});

const LONG = 'k'.repeat(1100);
const NAME = `gpbackup_0_${TIMESTAMP}_1`;
/** Their last four components name no file of a backup, or no key that S3 takes. */
const badFiles = [
  '',
  '/',
  '..',
  'x',
  'backups/20260102',
  `backups/20260102/${TIMESTAMP}`,
  `/data/backups/20260102/${TIMESTAMP}/`,
  `/data/backups/20260102/${TIMESTAMP}/..`,
  `/data/backups/20260102/${TIMESTAMP}/.`,
  `/data/backups/20260102/../${NAME}`,
  `/data/backups/../../${NAME}`,
  `/data/../20260102/${TIMESTAMP}/${NAME}`,
  `/data/backups//${TIMESTAMP}/${NAME}`,
  `${BACKUP_DIR}/new\nline`,
  `${BACKUP_DIR}/return\r`,
  `${BACKUP_DIR}/\u001b[31mred\u001b[0m`,
  `${BACKUP_DIR}/bell\u0007\u009b2J`,
  `${BACKUP_DIR}/${LONG}`,
  `${BACKUP_DIR}/${'ß'.repeat(550)}`,
  `/data/${LONG}/20260102/${TIMESTAMP}/${NAME}`,
];

faultCase(
  'Bad input',
  'paths with "..", empty parts, line breaks, control sequences and 1,100 bytes: refused before any request',
  async (tries) => {
    using place = new Workplace();
    const config = place.config(server);
    place.write('offsets', '1 0 1');
    const asked = server.requests.length;
    for (const path of badFiles) {
      for (const args of [
        ['backup_data', config, path],
        ['backup_file', config, path],
        ['restore_file', config, path],
        ['restore_data', config, path],
        ['restore_data_subset', config, path, 'offsets'],
      ]) {
        const outcome = await place.run(args, { stdin: 'some data' });
        expect(outcome.exitCode, args.join(' ')).toBe(1);
        expectClearError(outcome);
        // At most the mark that makes a reader fail.
        expect([...outcome.stdout].filter((byte) => byte !== 0)).toEqual([]);
        tries.failedCleanly();
      }
    }
    expect(server.requests.slice(asked)).toEqual([]);
    expect(server.objects.keys('backups')).toEqual([]);
  },
);

const badFolders = ['', '/', '..', 'a/../b', 'a\nb', '\u001b[2J', '/etc', 'gp/test', LONG, `a/${LONG}`];

faultCase(
  'Bad input',
  'the same in delete_directory, delete_backup and the set-up steps: refused, and nothing is deleted',
  async (tries) => {
    using place = new Workplace();
    const config = place.config(server);
    await server.objects.put('backups', `${PREFIX}${NAME}`, 'precious');
    const asked = server.requests.length;
    for (const path of badFolders) {
      for (const args of [
        ['delete_directory', config, path],
        ['delete_backup', config, path],
        ['setup_plugin_for_backup', config, path, 'coordinator', '-1'],
        ['setup_plugin_for_restore', config, path, 'coordinator', '-1'],
      ]) {
        const outcome = await place.run(args);
        expect(outcome.exitCode, args.join(' ')).toBe(1);
        expectClearError(outcome);
        tries.failedCleanly();
      }
    }
    expect(server.requests.slice(asked)).toEqual([]);
    expect(server.objects.keys('backups')).toEqual([`${PREFIX}${NAME}`]);
    await server.objects.delete('backups', `${PREFIX}${NAME}`);
  },
);

/** NUL ends an argument of a process, so that it can come in files only. */
faultCase(
  'Bad input',
  'NUL, line breaks and 1,100 bytes in names of the config file: refused before any request',
  async (tries) => {
    using place = new Workplace();
    const asked = server.requests.length;
    for (const option of [
      'bucket',
      'folder',
      'region',
      'endpoint',
      'aws_access_key_id',
      'aws_session_token',
    ]) {
      for (const value of ['a\\0b', 'a\\nb', '\\u001b[31m', '\\0', 'a\\u0085b']) {
        const config = place.config(server, { [option]: value });
        const outcome = await place.run(['list_directory', config]);
        expect(outcome.exitCode, `${option}: ${value}`).toBe(1);
        expectClearError(outcome);
        tries.failedCleanly();
      }
    }
    const long = place.config(server, { folder: LONG });
    const outcome = await place.run(['backup_data', long, `${BACKUP_DIR}/${NAME}`], { stdin: 'x' });
    expect(outcome.exitCode).toBe(1);
    expectClearError(outcome);
    tries.failedCleanly();
    expect(server.requests.slice(asked)).toEqual([]);
  },
);

faultCase(
  'Bad input',
  'files whose names are of no encoding, in backup_directory: a clear error, or stored as they are',
  async (tries) => {
    using place = new Workplace();
    const config = place.config(server);
    mkdirSync(place.path('odd'));
    await place.shell(`printf x > "$(printf 'odd/\\377\\376')"`);
    const child = place.start(['backup_directory', config, 'odd'], { stdin: '' });
    const outcome = await outcomeOf(child);
    expect(outcome.exitCode).toBe(1);
    expectClearError(outcome);
    expect(server.objects.keys('backups')).toEqual([]);
    tries.failedCleanly();
  },
);
