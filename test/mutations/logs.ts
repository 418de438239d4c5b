import { mutationsOf } from './mutation.ts';

const COMMAND = 'test/program/log-command.test.ts';
const BACKUP_LOG = 'test/log/backup-log.test.ts';

/** What the logs say of a backup, on this host and on others. */
export const LOGS = [
  ...mutationsOf(
    'src/log/about.ts',
    ['test/log/about.test.ts', COMMAND],
    [
      {
        name: 'a line of the log names no backup',
        find: '`${message} (backup ${timestamp})`',
        replace: 'message',
      },
    ],
  ),
  ...mutationsOf(
    'src/log/entry.ts',
    ['test/log/entry.test.ts'],
    [
      {
        name: 'the first offset of a zone is that of all lines',
        find: 'if (hour !== last.hour)',
        replace: 'if (Number.isNaN(last.hour))',
      },
    ],
  ),
  ...mutationsOf(
    'src/log/backup-log.ts',
    [BACKUP_LOG],
    [
      {
        name: 'lines of other backups count',
        find: '!entry.message.includes(this.#timestamp) || ',
        replace: '',
      },
      {
        name: 'a retry counts twice where the process says its number',
        find: '    this.#tried.delete(pid);\n',
        replace: '',
      },
      {
        name: 'the fastest objects are shown as the slowest',
        find: 'seconds < object.seconds',
        replace: 'seconds > object.seconds',
      },
      {
        name: 'a restore makes an old backup the last one',
        find: '(?:stored |the bucket',
        replace: '(?:stored |restored |the bucket',
      },
    ],
  ),
  ...mutationsOf(
    'src/session/logs/read.ts',
    [COMMAND],
    [
      {
        name: 'a named pipe among the logs is waited for',
        find: 'day !== undefined && statSync(path).isFile()',
        replace: 'day !== undefined && statSync(path).size >= 0',
      },
      {
        name: 'old logs count for a backup that was made later',
        find: '    if (file.day < from) continue;\n',
        replace: '    void from;\n',
      },
    ],
  ),
  ...mutationsOf(
    'src/session/logs/hosts.ts',
    [COMMAND],
    [
      {
        name: 'the shell of another host takes a path apart',
        find: 'words.map(quoted).join',
        replace: 'words.join',
      },
      {
        name: 'a greeting of a host hides its answer',
        find: "stdout.split('\\n').find((one) => one.startsWith('{\"version\":'))",
        replace: "stdout.split('\\n').slice(0, 1).find((one) => one !== '')",
      },
    ],
  ),
  ...mutationsOf(
    'src/session/logs/answer.ts',
    ['test/session/logs/answer.test.ts'],
    [
      {
        name: 'an answer in another form ends the command',
        find: "return typeof value === (kind === 'number' ? 'number' : 'string');",
        replace: 'return value !== kind;',
      },
      {
        name: 'a host names any text as the backup that all are asked about',
        find: ' && /^\\d{14}$/.test(timestamp)',
        replace: '',
      },
    ],
  ),
  ...mutationsOf(
    'src/session/logs/all.ts',
    [COMMAND],
    [
      {
        name: 'hosts side by side tell of different backups',
        find: 'timestamp === undefined && last !== undefined',
        replace: 'timestamp !== undefined && last !== undefined',
      },
    ],
  ),
  ...mutationsOf(
    'src/commands/log.ts',
    [COMMAND],
    [
      {
        name: 'a host that can not be reached is no finding',
        find: "status === 'failed' || errors > 0",
        replace: 'status === undefined || errors > 0',
      },
    ],
  ),
];
