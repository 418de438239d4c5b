import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { BACKUP_DIR, type Outcome, PREFIX, TIMESTAMP, Workplace } from '../../lab/program/plugin.ts';
import { type S3Server, startS3Server } from '../../lab/s3-server/server.ts';

/** What a person who tries the program for the first time does wrong, on a terminal. */

/** A person waits so long for a word, in milliseconds; loaded machines get more. */
const PATIENCE = 15_000;

let server: S3Server;
let place: Workplace;
let config: string;
beforeEach(async () => {
  server = await startS3Server();
  place = new Workplace();
  config = place.config(server);
});
afterEach(async () => {
  place[Symbol.dispose]();
  await server.stop();
});

/** Runs a shell's command line on a terminal of its own; both outputs are in `stdout`. */
async function onTerminal(line: string): Promise<Outcome & { readonly text: string }> {
  const inner = line.replaceAll('$PLUGIN', "'$PLUGIN'");
  const outcome = await place.shell(`script --quiet --return --command "${inner}" /dev/null`);
  return { ...outcome, text: outcome.stdout.toString().replaceAll('\r\n', '\n') };
}

/** What went wrong, where and why, and what to do. */
interface Told {
  /** Each is in the message; `|` stands between words of which one is. */
  readonly message: readonly string[];
  readonly hint: string;
}

const MISTAKES: readonly (readonly [title: string, line: () => string, told: Told])[] = [
  ['nothing at all', () => '$PLUGIN', { message: ['no command given'], hint: '--help lists all commands' }],
  ...(
    [
      ['ls', 'list_directory'],
      ['listdir', 'list_directory'],
      ['version', '--version'],
      ['delete', 'delete_backup'],
      ['list_directry', 'list_directory'],
    ] as const
  ).map(
    ([word, meant]) =>
      [
        `the command ${word}`,
        () => `$PLUGIN ${word} ${config}`,
        { message: [`unknown command "${word}"`, `did you mean "${meant}"?`], hint: '--help' },
      ] as const,
  ),
  [
    'the config file in front of the command',
    () => `$PLUGIN ${config} list_directory`,
    {
      message: ['the command comes before its arguments'],
      hint: 'gpbackup_s3_plugin list_directory /',
    },
  ],
  [
    'an argument too few',
    () => `$PLUGIN delete_backup ${config}`,
    { message: ['delete_backup takes 2 arguments, 1 were given'], hint: 'CONFIG TIMESTAMP' },
  ],
  [
    'an option that is not there',
    () => `$PLUGIN delete_directory ${config} backups --all-backup`,
    { message: ['unknown option', 'did you mean', '--all-backups'], hint: '[--all-backups]' },
  ],
  [
    'a timestamp that is too short',
    () => `$PLUGIN delete_backup ${config} 20260102`,
    { message: ['20260102', '14 digits|YYYYMMDDHHMMSS'], hint: '' },
  ],
  [
    'all backups instead of one day',
    () => `$PLUGIN delete_directory ${config} backups`,
    { message: ['s3://backups/gp/test/backups/', '1 backup in 1 object'], hint: '--all-backups' },
  ],
  [
    'a folder of backup_directory, outside the configured one',
    () => `$PLUGIN delete_directory ${config} scripts`,
    {
      message: ['s3://backups/scripts', 'not below the configured folder gp/test'],
      hint: 'below folder only',
    },
  ],
  [
    'a folder that is not there',
    () => `$PLUGIN restore_directory ${config} ${place.path('nowhere')}`,
    { message: ['nothing below s3://backups/', 'nowhere'], hint: 'list_directory shows' },
  ],
  [
    'a local directory that is not there',
    () => `$PLUGIN backup_directory ${config} ${place.path('nowhere')}`,
    { message: ['nowhere', 'not there|no such'], hint: '' },
  ],
  [
    'a restore of a backup that is not there',
    () =>
      `$PLUGIN setup_plugin_for_restore ${config} ${BACKUP_DIR.replaceAll('030405', '030499')} coordinator -1`,
    { message: ['no backup 20260102030499', 's3://backups/gp/test/backups/'], hint: 'check the timestamp' },
  ],
  [
    'a config file that is not there',
    () => '$PLUGIN list_directory /nowhere/s3.yaml',
    { message: ['/nowhere/s3.yaml', 'no such file'], hint: '' },
  ],
  [
    'a misspelt option in the config file',
    () => `$PLUGIN list_directory ${place.config(server, { fodler: 'x' })}`,
    { message: ['config.yaml', 'fodler', 'folder'], hint: '' },
  ],
  [
    'a wrong secret key',
    () => `$PLUGIN list_directory ${place.config(server, { aws_secret_access_key: 'wrong' })}`,
    { message: ['s3://backups', 'SignatureDoesNotMatch'], hint: 'aws_secret_access_key' },
  ],
  [
    'a bucket that is not there',
    () => `$PLUGIN list_directory ${place.config(server, { bucket: 'nowhere' })}`,
    { message: ['s3://nowhere', 'NoSuchBucket'], hint: 'bucket' },
  ],
];

describe('a mistake is told: what, where, why, and what to do', () => {
  test.each(MISTAKES)('%s', async (_title, line, { message, hint }) => {
    await server.objects.put('backups', `${PREFIX}a`, 'x');
    await server.objects.put('backups', 'scripts/a', 'x');
    const startedAt = performance.now();
    const { exitCode, text } = await onTerminal(line());
    expect(performance.now() - startedAt).toBeLessThan(PATIENCE);
    expect([exitCode, text.startsWith('gpbackup_s3_plugin: ')]).toEqual([1, true]);
    const [first = '', second = ''] = text.split('\nHINT: ');
    for (const part of message)
      expect([part, part.split('|').some((words) => first.includes(words))]).toEqual([part, true]);
    expect(second).toContain(hint);
    expect(text).not.toMatch(/internal error|\bat .*\.ts/);
    expect(server.objects.keys('backups')).toEqual([`${PREFIX}a`, 'scripts/a']);
  });
});

describe('no mistake, and a word all the same', () => {
  test('a deleted backup, and one that was not there', async () => {
    await server.objects.put('backups', `${PREFIX}a`, 'x');
    const line = `$PLUGIN delete_backup ${config} ${TIMESTAMP}`;
    expect((await onTerminal(line)).text).toBe(`deleted 1 object, 1 B in s3://backups/${PREFIX}\n`);
    const again = await onTerminal(line);
    expect([again.exitCode, again.text]).toEqual([0, `nothing to delete in s3://backups/${PREFIX}\n`]);
  });

  test('a list of nothing says what was looked for', async () => {
    const { exitCode, text } = await onTerminal(`$PLUGIN list_directory ${config} backup`);
    expect([exitCode, text]).toEqual([
      0,
      'NAME     SIZE(bytes)\ngpbackup_s3_plugin: nothing found in s3://backups/gp/test/backup or s3://backups/backup\n',
    ]);
  });

  test('a log that can not be written is told once, on a terminal only', async () => {
    place.write('gpAdminLogs', 'not a folder');
    await server.objects.put('backups', `${PREFIX}a`, 'x');
    for (const args of [
      `list_directory ${config}`,
      `delete_backup ${config} ${TIMESTAMP}`,
      `delete_backup ${config} 1`,
    ]) {
      const { text } = await onTerminal(`$PLUGIN ${args}`);
      expect(text.match(/gpbackup_s3_plugin: nothing is logged: .*gpAdminLogs/g)).toHaveLength(1);
    }
    expect(await place.run(['delete_backup', config, TIMESTAMP])).toMatchObject({ exitCode: 0, stderr: '' });
  });

  test('help fits a terminal and says which commands are for people', async () => {
    const { exitCode, text } = await onTerminal('$PLUGIN help');
    expect(exitCode).toBe(0);
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(text.indexOf('list_directory')).toBeLessThan(text.indexOf('backup_data'));
    expect(text).toContain('Examples:\n  gpbackup_s3_plugin ');
  });
});
