import { mutationsOf } from './mutation.ts';

const CONTRACT = 'test/program/contract.test.ts';
const ENVIRONMENT = 'test/program/environment.test.ts';
const SIGNALS = 'test/program/signals.test.ts';
const WIRING_SECRETS = 'test/program/wiring-secrets.test.ts';

/** The command line, signals, the launcher. */
export const PROCESS = [
  ...mutationsOf(
    'src/cli/exit-code.ts',
    [WIRING_SECRETS, SIGNALS, CONTRACT],
    [
      {
        name: 'a failed command ends with 0',
        find: 'OF_FAILURE[error.failure] : 1;',
        replace: 'OF_FAILURE[error.failure] : 0;',
        tests: [CONTRACT, WIRING_SECRETS],
      },
      {
        name: 'a command that was ended by a signal ends with 1',
        find: 'return error.exitCode;',
        replace: 'return 1;',
        tests: [SIGNALS],
      },
    ],
  ),
  ...mutationsOf(
    'src/cli/run.ts',
    [WIRING_SECRETS, SIGNALS, CONTRACT],
    [
      {
        name: 'control characters of a hostile key reach stderr',
        find: "message.split('\\n').map(escapeControls).join('\\n')",
        replace: 'message',
        tests: [WIRING_SECRETS],
      },
      {
        name: 'a message longer than the pipe hangs gpbackup',
        find: '.slice(0, LONGEST_MESSAGE)',
        replace: '.slice(0)',
        tests: [WIRING_SECRETS],
      },
      {
        name: 'a command that does not end after a signal stays for ever',
        find: 'exit(error.exitCode);',
        replace: '',
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
        tests: [WIRING_SECRETS],
      },
    ],
  ),
  ...mutationsOf(
    'src/cli/parse.ts',
    ['test/cli/parse.test.ts'],
    [
      {
        name: 'a number of arguments that is wrong is taken',
        find: 'values.length < fewest || values.length > most',
        replace: 'values.length < fewest',
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
        find: 'WTF_* | NODE_* | ',
        replace: 'WTF_* | ',
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
  ...mutationsOf(
    'src/process/messages.ts',
    ['test/program/contract.test.ts', 'test/program/wiring-secrets.test.ts'],
    [{ name: 'messages go where nobody reads them', find: "=== '3' ? 3 : 2", replace: "=== '3' ? 2 : 2" }],
  ),
  ...mutationsOf(
    'src/cli/flags.ts',
    ['test/cli/flags.test.ts', 'test/cli/parse.test.ts'],
    [
      {
        name: 'the content id -1 is an unknown option',
        find: '/^-(?!-)/.test(word) ? SHIELD + word : word',
        replace: 'word',
      },
    ],
  ),
];
