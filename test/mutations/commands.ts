import { mutationsOf } from './mutation.ts';

const DIRECTORIES = 'test/program/directories.test.ts';
const WIRING = 'test/program/wiring-directories.test.ts';
const CONTRACT = 'test/program/contract.test.ts';
const SECRETS = 'test/program/wiring-secrets.test.ts';
const SIGNALS = 'test/program/signals.test.ts';
const ENVIRONMENT = 'test/program/environment.test.ts';
const LOUD = 'test/program/loud-failure.test.ts';

/** Commands, the command line, the session, signals, the launcher. */
export const COMMANDS = [
  ...mutationsOf(
    'src/commands/backup-file.ts',
    ['test/program/redaction.test.ts', CONTRACT],
    [
      {
        name: 'the copy of the config file is uploaded with its secrets',
        find: 'isConfig && !config.uploadSecrets',
        replace: 'isConfig && config.uploadSecrets',
      },
      {
        name: 'upload_secrets: on is not kept to',
        find: 'isConfig && !config.uploadSecrets',
        replace: 'isConfig',
      },
    ],
  ),
  ...mutationsOf(
    'src/commands/backup-directory.ts',
    [DIRECTORIES, WIRING],
    [
      {
        name: 'folders below the directory are left out',
        find: 'yield* filesBelow(session, path);',
        replace: '',
        tests: [DIRECTORIES],
      },
      {
        name: 'a named pipe in the tree stops the backup for ever',
        find: '} else if (await isFile(path)) {',
        replace: '} else if ((await isFile(path)) || path !== "") {',
        tests: [DIRECTORIES],
      },
      {
        name: 'a link that leads nowhere ends the backup',
        find: "codeOf(error) === 'ENOENT' && (await lstat(path)).isSymbolicLink()",
        replace: "codeOf(error) === 'ENOENTS' && (await lstat(path)).isSymbolicLink()",
        tests: [DIRECTORIES],
      },
      {
        name: 'a key that can’t begin with a slash is sent with one',
        find: 'client.takesLeadingSlash ? path',
        replace: 'client.takesLeadingSlash || path !== "" ? path',
        tests: ['test/program/providers.test.ts', WIRING],
      },
    ],
  ),
  ...mutationsOf(
    'src/commands/restore-directory.ts',
    [DIRECTORIES, WIRING],
    [
      {
        name: 'a hostile key is written outside the directory',
        find: "part === '' || part === '.' || part === '..'",
        replace: "part === '' || part === '.'",
        tests: [DIRECTORIES],
      },
      {
        name: 'an empty directory is a success',
        find: 'if (count === 0) {',
        replace: 'if (count < 0) {',
        tests: [DIRECTORIES],
      },
      {
        name: 'keys without the leading slash are not found',
        find: "[plain, plain.replace(/^\\/+/, '')]",
        replace: '[plain]',
        tests: [DIRECTORIES],
      },
      {
        name: 'the object of a folder ends the restore',
        find: "if (key.endsWith('/')) continue;",
        replace: '',
        tests: [WIRING],
      },
      {
        name: 'a neighbour whose name begins the same is restored too',
        find: ".replace(/\\/+$/, '')}/`",
        replace: ".replace(/\\/+$/, '')}`",
        tests: [DIRECTORIES],
      },
    ],
  ),
  ...mutationsOf(
    'src/commands/list-directory.ts',
    [DIRECTORIES, SECRETS],
    [
      {
        name: 'a key with a line break forges a line of the table',
        find: "name.replaceAll('\\n', '\\\\n')",
        replace: 'name',
        tests: [SECRETS],
      },
      {
        name: 'the table has its head on each page',
        find: 'if (width === undefined) {',
        replace: 'if (width !== null) {',
        tests: [DIRECTORIES],
      },
      {
        name: 'a neighbour of the folder is listed',
        find: 'given ?? `${config.folder}/`',
        replace: 'given ?? config.folder',
        tests: ['test/program/wiring-lists.test.ts'],
      },
    ],
  ),
  ...mutationsOf(
    'src/commands/restore-data-subset.ts',
    ['test/program/restore-subset.test.ts'],
    [
      {
        name: 'an offsets file that is not there is an empty one',
        find: "    throw new OffsetsError(`offsets file ${path} can't be read",
        replace:
          "    if (path !== '') return '0';\n    throw new OffsetsError(`offsets file ${path} can't be read",
      },
    ],
  ),
  ...mutationsOf(
    'src/commands/cleanup.ts',
    [CONTRACT, 'test/program/wiring-setup.test.ts'],
    [
      {
        name: 'a cleanup with a wrong scope is a success',
        find: '  parseScope(scope);',
        replace: '  void parseScope;\n  void scope;',
        tests: [CONTRACT, 'test/program/wiring-setup.test.ts'],
      },
      {
        name: 'a cleanup with a wrong content id is a success',
        find: '  checkContentId(contentId);',
        replace: '  void checkContentId;\n  void contentId;',
        tests: ['test/program/wiring-setup.test.ts'],
      },
    ],
  ),
  ...mutationsOf(
    'src/session/session.ts',
    ['test/session/patience-wiring.test.ts', CONTRACT],
    [
      {
        name: 'hooks wait for a server as long as transfers',
        find: "waits === 'long' ? retryTimeout : Math.min(retryTimeout, REACH_TIMEOUT)",
        replace: 'retryTimeout',
        tests: ['test/session/patience-wiring.test.ts'],
      },
      {
        name: 'transfers wait for a server no longer than hooks',
        find: "waits === 'long' ? retryTimeout : Math.min(retryTimeout, REACH_TIMEOUT)",
        replace: 'Math.min(retryTimeout, REACH_TIMEOUT)',
        tests: ['test/session/patience-wiring.test.ts'],
      },
      {
        name: 'logger_verbosity has no effect',
        find: 'log.verbosity = config.logVerbosity;',
        replace: '',
        tests: ['test/program/log.test.ts'],
      },
      {
        name: 'warnings about the config are not logged',
        find: 'for (const warning of config.warnings) log.warning(warning);',
        replace: '',
        tests: ['test/program/connections.test.ts'],
      },
      {
        name: 'verify_tls is not handed to the connections',
        find: 'trustOf({ verifyTls, caFile })',
        replace: 'trustOf({ verifyTls: verifyTls || caFile === undefined, caFile })',
        tests: ['test/program/connections.test.ts'],
      },
      {
        name: 'max_request_retries is not handed to the client',
        find: 'maxRetries: connection.maxRetries',
        replace: 'maxRetries: undefined',
        tests: ['test/program/upload-faults.test.ts'],
      },
    ],
  ),
  ...mutationsOf(
    'src/session/endpoint-source.ts',
    ['test/program/connections.test.ts', 'test/program/wiring-setup.test.ts'],
    [
      {
        name: 'endpoint_source is asked once only',
        find: 'TRIES = 5',
        replace: 'TRIES = 1',
        tests: ['test/program/wiring-setup.test.ts'],
      },
      {
        name: 'the page of endpoint_source is taken for a host',
        find: '/^[A-Za-z0-9._:[\\]-]{1,253}$/.test(text)',
        replace: 'text !== null',
        tests: ['test/program/connections.test.ts', 'test/program/wiring-setup.test.ts'],
      },
    ],
  ),
  ...mutationsOf(
    'src/session/loud-failure.ts',
    [LOUD, SIGNALS],
    [
      {
        name: 'a failed restore of uncompressed data is loaded as if it were whole',
        find: 'sink.write(NUL)',
        replace: 'Promise.resolve(NUL)',
        tests: [LOUD],
      },
      {
        name: 'gprestore hangs when a gzip single data file fails at once',
        find: 'await sink.write(BARE_GZIP_HEADER);',
        replace: 'void BARE_GZIP_HEADER;',
        tests: [LOUD],
      },
      {
        name: 'the output of a failed restore stays open',
        find: '      closeSync(1);\n',
        replace: '      void closeSync;\n',
        tests: [LOUD],
      },
      {
        name: 'COPY gets its message only a second later',
        find: 'single && file.compression',
        replace: 'file.compression',
        tests: [LOUD],
      },
    ],
  ),
  ...mutationsOf(
    'src/session/write-to-stdout.ts',
    [LOUD, SIGNALS, 'test/program/restore-subset.test.ts'],
    [
      {
        name: 'a failed restore fails quietly',
        find: 'await makeFailureLoud(file, sink, error instanceof SignalError);',
        replace: '',
        tests: [LOUD],
      },
      {
        name: 'a reader that had enough fails the restore',
        find: 'if (error instanceof ReaderGoneError) {',
        replace: 'if (error instanceof ReaderGoneError && sink.written < 0) {',
        tests: [SIGNALS],
      },
    ],
  ),
  ...mutationsOf(
    'src/session/files-at-once.ts',
    [DIRECTORIES, WIRING],
    [
      {
        name: 'FILES_AT_ONCE is not read',
        find: 'return Number(text);',
        replace: 'return FILES_AT_ONCE;',
        tests: [WIRING],
      },
    ],
  ),
  ...mutationsOf(
    'src/backup/key.ts',
    ['test/backup/key.test.ts'],
    [
      {
        name: 'delete_directory run-1 deletes run-10',
        find: '? `${path}/` : `${folder}/${path}/`',
        replace: '? `${path}` : `${folder}/${path}`',
      },
      {
        name: 'delete_directory takes ..',
        find: "part === '..' || part === '.' || part === ''",
        replace: "part === '.' || part === ''",
      },
      {
        name: 'delete_directory deletes the folder itself',
        find: "if (path === folder) return refuse('it is the configured folder itself');",
        replace: '',
      },
      { name: 'the key has three components', find: 'parts.slice(-4)', replace: 'parts.slice(-3)' },
      {
        name: 'a key longer than S3 takes is sent',
        find: 'bytes > MAX_KEY_BYTES',
        replace: 'bytes > MAX_KEY_BYTES * 10',
      },
      {
        name: 'the length of a key is counted in characters',
        find: 'Buffer.byteLength(key)',
        replace: 'key.length',
      },
    ],
  ),
  ...mutationsOf(
    'src/backup/timestamp.ts',
    ['test/program/directories.test.ts', 'test/backup/key.test.ts'],
    [
      {
        name: 'delete_backup deletes every backup of the day',
        find: '/${timestamp.slice(0, 8)}/${timestamp}/`',
        replace: '/${timestamp.slice(0, 8)}/`',
        tests: [DIRECTORIES],
      },
      {
        name: 'a timestamp of 13 digits is taken',
        find: '/^\\d{14}$/',
        replace: '/^\\d{13,14}$/',
        tests: [DIRECTORIES],
      },
    ],
  ),
  ...mutationsOf(
    'src/backup/offsets.ts',
    ['test/backup/offsets.test.ts'],
    [
      {
        name: 'offsets that end early are taken',
        find: 'offsets.length !== count * 2',
        replace: 'offsets.length > count * 2',
      },
      {
        name: 'a range that ends before its start is taken',
        find: 'if (end < start) throw',
        replace: 'if (end < 0) throw',
      },
    ],
  ),
  ...mutationsOf(
    'src/backup/scope.ts',
    ['test/backup/scope.test.ts'],
    [
      { name: 'the older name master is refused', find: "  master: 'coordinator',\n", replace: '' },
      {
        name: 'a content id in double quotes is refused',
        find: '/^("?)-?\\d+\\1$/',
        replace: '/^()-?\\d+$/',
      },
    ],
  ),
  ...mutationsOf(
    'src/backup/file-name.ts',
    ['test/backup/file-name.test.ts'],
    [
      {
        name: 'a single data file is taken for a table',
        find: "oid === undefined ? 'single data file' : 'table'",
        replace: "'table'",
      },
      {
        name: 'the copy of the config file is not known by its name',
        find: '_plugin_config\\.yaml$/',
        replace: '_plugin_conf\\.yaml$/',
      },
    ],
  ),
  ...mutationsOf(
    'src/cli/run.ts',
    [SECRETS, SIGNALS, CONTRACT],
    [
      {
        name: 'control characters of a hostile key reach stderr',
        find: "message.split('\\n').map(escapeControls).join('\\n')",
        replace: 'message',
        tests: [SECRETS],
      },
      {
        name: 'a message longer than the pipe hangs gpbackup',
        find: '.slice(0, LONGEST_MESSAGE)',
        replace: '.slice(0)',
        tests: [SECRETS],
      },
      {
        name: 'a failed command ends with 0',
        find: 'return error instanceof SignalError ? error.exitCode : 1;',
        replace: 'return error instanceof SignalError ? error.exitCode : 0;',
        tests: [CONTRACT, SECRETS],
      },
      {
        name: 'a command that was ended by a signal ends with 1',
        find: 'error instanceof SignalError ? error.exitCode : 1',
        replace: '1',
        tests: [SIGNALS],
      },
      {
        name: 'a command that does not end after a signal stays for ever',
        find: 'setTimeout(() => exit(error.exitCode), GRACE);',
        replace: 'void exit;\n      void GRACE;',
        tests: [SIGNALS],
      },
      {
        name: 'a second signal ends the clean-up of the first',
        find: 'if (ending.signal.aborted) return;',
        replace: 'if (ending.signal.aborted) exit(error.exitCode);',
        tests: [SIGNALS],
      },
      {
        name: 'a failure is not in the log',
        find: 'log.error(`${command}: ${message}',
        replace: 'log.debug(() => `${command}: ${message}`);\n  void (`${command}: ${message}',
        tests: [SECRETS],
      },
      {
        name: 'messages go where nobody reads them',
        find: "=== '3' ? 3 : 2",
        replace: "=== '3' ? 2 : 2",
        tests: [CONTRACT, SECRETS],
      },
    ],
  ),
  ...mutationsOf(
    'src/cli/parse.ts',
    ['test/cli/parse.test.ts'],
    [
      {
        name: 'a number of arguments that is wrong is taken',
        find: 'args.length < fewest || args.length > most',
        replace: 'args.length < fewest',
      },
      {
        name: 'the content id -1 is an unknown option',
        find: "args.find((arg) => arg.startsWith('--'))",
        replace: "args.find((arg) => arg.startsWith('-'))",
      },
    ],
  ),
  ...mutationsOf(
    'src/cli/command-table.ts',
    [CONTRACT],
    [
      {
        name: 'restore_data does what backup_data does',
        find: "(await import('../commands/restore-data.ts')).restoreData,",
        replace: "(await import('../commands/backup-data.ts')).backupData,",
        tests: [CONTRACT],
      },
    ],
  ),
  ...mutationsOf(
    'src/process/signals.ts',
    [SIGNALS, ENVIRONMENT],
    [
      {
        name: 'a signal that was ignored at the start ends the backup',
        find: 'if (ignored & (1n << BigInt(constants.signals[name] - 1))) continue;',
        replace: 'if (ignored < 0n) continue;',
      },
      {
        name: 'SIGHUP is not handled',
        find: "['SIGTERM', 'SIGINT', 'SIGHUP'] as const",
        replace: "['SIGTERM', 'SIGINT'] as const",
      },
    ],
  ),
  ...mutationsOf(
    'src/output/amount.ts',
    [CONTRACT],
    [
      {
        name: 'the log does not name the table',
        find: "environment['GP_QUERY_STRING']",
        replace: "environment['GP_QUERY']",
      },
    ],
  ),
  ...mutationsOf(
    'src/base/product.ts',
    [CONTRACT],
    [
      {
        name: 'another version of the plugin interface is told',
        find: "PLUGIN_API_VERSION = '0.5.0'",
        replace: "PLUGIN_API_VERSION = '0.4.0'",
      },
    ],
  ),
  ...mutationsOf(
    'launcher/gpbackup_s3_plugin',
    [ENVIRONMENT, CONTRACT],
    [
      {
        name: 'what the runtime prints fails a restore',
        find: 'exec 3>&2 2>/dev/null',
        replace: 'exec 3>&2',
        tests: [ENVIRONMENT],
      },
      {
        name: 'a backup without stdin stores nothing and succeeds',
        find: "[ -e /proc/self/fd/0 ] || closed='standard input is closed'",
        replace: ':',
      },
      {
        name: 'the environment decides whom the program trusts',
        find: 'NODE_TLS_REJECT_UNAUTHORIZED',
        replace: 'NODE_TLS_REJECT_UNAUTHORISED',
      },
      {
        name: 'a hook that is ended leaves its program',
        find: 'trap \'kill -TERM "$child"\' TERM INT HUP',
        replace: "trap 'exit 143' TERM INT HUP",
        tests: [SIGNALS],
      },
      {
        name: 'the launcher is found through a link only where it is',
        find: '*) self=${self%/*}/$target ;;',
        replace: '*) self=$target ;;',
        tests: [ENVIRONMENT],
      },
    ],
  ),
];
