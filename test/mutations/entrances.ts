import { mutationsOf } from './mutation.ts';

const CONTRACT = 'test/program/contract.test.ts';

/** Small rooms: commands that only join others, help, defaults, words. */
export const ENTRANCES = [
  ...mutationsOf(
    'src/main.ts',
    [CONTRACT],
    [
      {
        name: 'every command ends with 0',
        find: 'process.exit(await run(argv, (code) => process.exit(code)));',
        replace: 'await run(argv, (code) => process.exit(code));\n  process.exit(0);',
      },
    ],
  ),
  ...mutationsOf(
    'src/cli/quick-answer.ts',
    ['test/cli/quick-answer.test.ts', CONTRACT],
    [
      {
        name: '--version answers four words',
        find: '${PROGRAM} version ${VERSION}',
        replace: '${PROGRAM} version ${VERSION} (s3)',
      },
      {
        name: 'plugin_api_version takes arguments',
        find: 'if (argv.length !== 1) return undefined;',
        replace: '',
      },
    ],
  ),
  ...mutationsOf(
    'src/cli/command-entry.ts',
    ['test/cli/command-entry.test.ts'],
    [
      {
        name: 'arguments in brackets are a must',
        find: 'all.filter(({ optional }) => optional !== true).length',
        replace: 'all.length',
      },
    ],
  ),
  ...mutationsOf(
    'src/commands/restore-file.ts',
    ['test/program/restore-file.test.ts'],
    [
      {
        name: 'restore_file looks for a key without the folder',
        find: 'keyOfFile(config.folder, path)',
        replace: "keyOfFile('', path)",
      },
    ],
  ),
  ...mutationsOf(
    'src/commands/backup-data.ts',
    [CONTRACT],
    [
      {
        name: 'backup_data reads standard output',
        find: "new ByteSource(0, 'standard input')",
        replace: "new ByteSource(1, 'standard input')",
      },
      {
        name: 'backup_data stores under the whole path',
        find: 'keyOfFile(config.folder, path)',
        replace: 'path',
      },
    ],
  ),
  ...mutationsOf(
    'src/commands/restore-data.ts',
    ['test/program/download-faults.test.ts'],
    [
      {
        name: 'restore_data does not end with the signal',
        find: 'download(session.client, key',
        replace: 'download(session.client.with({ signal: new AbortController().signal }), key',
        tests: ['test/program/signals.test.ts'],
      },
    ],
  ),
  ...mutationsOf(
    'src/commands/delete-backup.ts',
    ['test/program/directories.test.ts'],
    [
      {
        name: 'delete_backup takes any timestamp',
        find: 'parseTimestamp(args.timestamp)',
        replace: 'args.timestamp',
      },
    ],
  ),
  ...mutationsOf(
    'src/commands/delete-directory.ts',
    ['test/program/directories.test.ts'],
    [
      {
        name: 'delete_directory deletes whatever it is given',
        find: 'prefixBelowFolder(folder, directory)',
        replace: 'directory',
      },
    ],
  ),
  ...mutationsOf(
    'src/config/options/sign-in.ts',
    ['test/config/normalise.test.ts', 'test/config/secrets.test.ts', 'test/docs/schema.test.ts'],
    [
      {
        name: 'the secret key is shown in messages',
        find: `  aws_secret_access_key: {
    kind: 'secret',`,
        replace: `  aws_secret_access_key: {
    kind: 'text',`,
      },
      {
        name: 'the session token is uploaded in the copy of the config file',
        find: `  aws_session_token: {
    kind: 'secret',`,
        replace: `  aws_session_token: {
    kind: 'text',`,
      },
    ],
  ),
  ...mutationsOf(
    'src/config/options/transfers.ts',
    ['test/config/normalise.test.ts', 'test/config/secrets.test.ts', 'test/docs/schema.test.ts'],
    [
      {
        name: 'parts smaller than S3 takes are allowed',
        find: 'minimum: 5 * MiB,',
        replace: 'minimum: 1 * MiB,',
        tests: ['test/config/normalise.test.ts', 'test/config/check-option.test.ts'],
      },
    ],
  ),
  ...mutationsOf(
    'src/config/options/network.ts',
    ['test/config/normalise.test.ts', 'test/config/secrets.test.ts', 'test/docs/schema.test.ts'],
    [
      {
        name: 'encryption is off by default',
        find: `  encryption: {
    kind: 'on/off',
    fallback: 'on',`,
        replace: `  encryption: {
    kind: 'on/off',
    fallback: 'off',`,
        tests: ['test/config/normalise.test.ts', 'test/program/wiring-setup.test.ts'],
      },
      {
        name: 'requests are given up after ten seconds',
        find: "fallback: '10m'",
        replace: "fallback: '10s'",
        tests: ['test/config/normalise.test.ts'],
      },
    ],
  ),
  ...mutationsOf(
    'src/config/load.ts',
    ['test/config/load.test.ts'],
    [
      {
        name: 'a config file that is not there is an empty one',
        find: 'const { why, hint } = unreadable(cause);',
        replace: `const { why, hint } = unreadable(cause);
    if (why !== '') return '';`,
      },
    ],
  ),
  ...mutationsOf(
    'src/log/posix-time-zone.ts',
    ['test/log/time-zone.test.ts'],
    [
      {
        name: 'zones west of Greenwich are east of it',
        find: 'const standard = 0 - span(standardText);',
        replace: 'const standard = span(standardText);',
      },
    ],
  ),
  ...mutationsOf(
    'src/base/nearest.ts',
    ['test/base/nearest.test.ts'],
    [{ name: 'a suggestion that is not near is made', find: '<= limit ?', replace: '<= 100 ?' }],
  ),
  ...mutationsOf(
    'src/base/plugin-error.ts',
    ['test/base/plugin-error.test.ts'],
    [
      {
        name: 'an error without a message is told as nothing',
        find: "thrown.message === '' ? thrown.name : thrown.message",
        replace: 'thrown.message',
      },
    ],
  ),
  ...mutationsOf(
    'src/base/until-aborted.ts',
    ['test/transfer/in-order.test.ts', 'test/program/signals.test.ts'],
    [
      {
        name: 'a wait is not ended by its signal',
        find: 'onAbort(signal, () => reject(signal.reason))',
        replace: 'onAbort(signal, () => {})',
      },
    ],
  ),
  ...mutationsOf(
    'src/transfer/reading-file.ts',
    ['test/program/connections.test.ts'],
    [
      {
        name: 'a file that is not there is an internal error',
        find: 'if (cause instanceof PluginError) throw cause;',
        replace: 'if (cause !== null) throw cause;',
      },
    ],
  ),
];
