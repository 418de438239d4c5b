import { mutationsOf } from './mutation.ts';

const PROGRAM = 'test/program/statistics.test.ts';
const LINES = 'test/backup/stored-object.test.ts';
const READER = 'test/catalogue/statistics.test.ts';

/** What each process stored: noted on the host, gathered by the clean-up hook, read by commands. */
export const STATISTICS = [
  ...mutationsOf(
    'src/backup/stored-object.ts',
    [LINES],
    [
      {
        name: 'a line of statistics about another backup counts',
        find: 'return `/${value}`.endsWith(end) ? prefix + last',
        replace: 'return end !== value ? prefix + last',
      },
      {
        name: 'lines of long names of tables may mix with those of other processes',
        find: 'if (fits(line)) return line;',
        replace: 'if (line !== undefined) return line;',
      },
      {
        name: 'statistics with a count below zero are believed',
        find: 'integer(name: string, least = 0,',
        replace: 'integer(name: string, least = -100,',
      },
    ],
  ),
  ...mutationsOf(
    'src/catalogue/statistics.ts',
    [READER],
    [
      {
        name: 'a huge object in the place of statistics is read to its end',
        find: 'Math.min(size, MOST)',
        replace: 'Math.max(size, MOST)',
      },
      {
        name: 'statistics that may not be read end the command',
        find: '(error.status ?? 500) < 500',
        replace: '(error.status ?? 500) < 400',
      },
    ],
  ),
  ...mutationsOf(
    'src/base/bounded-lines.ts',
    ['test/base/bounded-lines.test.ts'],
    [
      {
        name: 'a line without an end fills the memory',
        find: 'this.#isTooLong = true;',
        replace: 'this.#isTooLong = false;',
      },
    ],
  ),
  ...mutationsOf(
    'src/host/shared-lines.ts',
    [PROGRAM],
    [
      {
        name: 'a line of statistics that was cut takes the next one with it',
        find: 'writeSync(fd, `\\n${line}\\n`);',
        replace: 'writeSync(fd, `${line}\\n`);',
      },
      {
        name: 'lines of statistics overwrite each other',
        find: 'O_WRONLY | O_CREAT | O_APPEND);',
        replace: 'O_WRONLY | O_CREAT);\n  void O_APPEND;',
      },
      {
        name: 'statistics are written into a folder of others',
        find: 'if (!isOwnOrMade(folder)) throw',
        replace: 'if (!isOwnOrMade(folder) && name === folder) throw',
      },
      {
        name: 'statistics fill the disk',
        find: 'if (size >= MOST_BYTES)',
        replace: 'if (size >= 100 * MOST_BYTES)',
      },
    ],
  ),
  ...mutationsOf(
    'src/session/statistics/note.ts',
    [PROGRAM],
    [
      {
        name: 'statistics that are off are noted',
        find: '!config.statistics || ',
        replace: '',
      },
      {
        name: 'a full disk fails a backup that is stored',
        find: '    log.verbose(`the statistics of',
        replace: '    throw error;\n    log.verbose(`the statistics of',
      },
    ],
  ),
  ...mutationsOf(
    'src/session/statistics/gather.ts',
    [PROGRAM],
    [
      {
        name: 'a hook that can not store the statistics fails a finished backup',
        find: '    context.log.warning(`the statistics of this host',
        replace:
          '    if (context.environment !== undefined) throw error;\n    context.log.warning(`the statistics of this host',
      },
      {
        name: 'hosts of the same name overwrite each other’s statistics',
        find: "replaces: () => 'never'",
        replace: 'replaces: () => undefined',
      },
      {
        name: 'statistics of another bucket are stored in this one',
        find: 'found.filter(({ name }) => name.startsWith(own))',
        replace: 'found.filter(({ name }) => name.startsWith(NOTES))',
      },
      {
        name: 'statistics stay on the host when they are stored',
        find: 'quietly(() => unlinkSync(join(folder, name)));',
        replace: '',
      },
      {
        name: 'statistics that were switched off are stored',
        find: 'if (session.config.statistics) await',
        replace: 'await',
      },
      {
        name: 'statistics that nobody came for stay for ever',
        find: '    removeOldFiles(folder, NOTES);\n',
        replace: '',
      },
    ],
  ),
  ...mutationsOf(
    'src/commands/cleanup-after-backup.ts',
    [PROGRAM, 'test/program/wiring-setup.test.ts'],
    [
      {
        name: 'the end of a backup with a wrong content id is a success',
        find: '  checkContentId(args.contentId);',
        replace: '  void checkContentId;',
        tests: ['test/program/wiring-setup.test.ts'],
      },
    ],
  ),
  ...mutationsOf(
    'src/backup/file-type.ts',
    [PROGRAM],
    [
      {
        name: 'statistics are put into an archive, where no command can read them',
        find: "  [/^gpbackup_\\d{14}_s3stats_[\\w.-]+\\.jsonl$/, 's3stats'],\n",
        replace: '',
      },
    ],
  ),
];
