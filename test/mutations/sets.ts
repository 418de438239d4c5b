import { mutationsOf } from './mutation.ts';

const LISTS = 'test/program/list-backups.test.ts';
const BROKEN = 'test/program/broken-sets.test.ts';
const SHOW = 'test/program/show-backup.test.ts';
const FIND = 'test/program/find-table.test.ts';
const USAGE = 'test/program/usage.test.ts';

/** Which backups there are, whether they are whole, and what is in them. */
export const SETS = [
  ...mutationsOf(
    'src/catalogue/running.ts',
    [BROKEN],
    [
      {
        name: 'a backup that was killed at night runs in the morning',
        find: 'QUIET = 2 * 3_600_000',
        replace: 'QUIET = 24 * 3_600_000',
      },
      {
        name: 'a backup whose data file takes hours has failed',
        find: 'for await (const time of looks) if (isYoung(time)) return true;',
        replace: '',
      },
    ],
  ),
  ...mutationsOf(
    'src/catalogue/promised.ts',
    [BROKEN],
    [
      {
        name: 'a backup that lacks a data file looks whole',
        find: 'files < segments.length',
        replace: 'files < 0',
      },
      {
        name: 'a backup that lacks a table looks whole',
        find: 'gone > 0 ?',
        replace: 'gone > 1000 ?',
      },
      {
        name: 'a segment whose data is gone is not named',
        find: 'if (without.length > 0) return',
        replace: 'if (without.length > 1000) return',
      },
    ],
  ),
  ...mutationsOf(
    'src/catalogue/read-sets.ts',
    [BROKEN],
    [
      {
        name: "another backup's config file is shown as this one's",
        find: 'config.timestamp === timestamp',
        replace: 'config.timestamp !== undefined',
      },
      {
        name: 'a failure that only the report tells is a success',
        find: "config.status === 'Failure' ? config.status : report?.status",
        replace: 'config.status',
      },
    ],
  ),
  ...mutationsOf(
    'src/catalogue/set-list.ts',
    [BROKEN],
    [
      {
        name: 'files of another backup count as those of this one',
        find: 'TIMESTAMP.exec(name)?.[1] !== this.timestamp',
        replace: 'TIMESTAMP.exec(name) === null',
      },
    ],
  ),
  ...mutationsOf(
    'src/catalogue/select-sets.ts',
    [LISTS],
    [
      {
        name: 'what is built on a backup is not in its chain',
        find: ' || basesOf(set).includes(chain)',
        replace: '',
      },
    ],
  ),
  ...mutationsOf(
    'src/catalogue/find-table.ts',
    [FIND],
    [
      {
        name: 'a partitioned table is not found by its leaves',
        find: 'unquoted(partitionRoot) === wanted.name',
        replace: 'false',
      },
      {
        name: 'nobody is told which backups need the data',
        find: 'users.set(key, [timestamp',
        replace: 'users.set(timestamp, [timestamp',
      },
    ],
  ),
  ...mutationsOf(
    'src/catalogue/table-sizes.ts',
    [SHOW],
    [
      {
        name: 'a table that is on one segment is even',
        find: '(largest * segments) / bytes',
        replace: 'segments / segments',
      },
    ],
  ),
  ...mutationsOf(
    'src/backup/table-name.ts',
    ['test/backup/table-name.test.ts'],
    [
      {
        name: 'a table is not found by its name in capital letters',
        find: 'letter.toLowerCase()',
        replace: 'letter',
      },
    ],
  ),
  ...mutationsOf(
    'src/backup/quick-yaml.ts',
    ['test/backup/backup-config.test.ts'],
    [
      {
        name: 'a comment in a config file is part of a value',
        find: '/: | #|:$|^#|^- |^-$/',
        replace: '/: |:$|^#|^- |^-$/',
      },
      {
        name: 'a value in quotes that does not end is read',
        find: "if (!form.test(lines.map((line) => line.trim()).join('\\n'))) throw UNUSUAL;",
        replace: '',
      },
    ],
  ),
  ...mutationsOf(
    'src/backup/backup-config.ts',
    ['test/backup/backup-config.test.ts', BROKEN],
    [
      {
        name: 'aliases of a hostile config file are followed',
        find: 'if (isAlias(node) || (isNode(node) && node.anchor !== undefined))',
        replace: 'if (node === null)',
      },
    ],
  ),
  ...mutationsOf(
    'src/s3/operations/quick-list-page.ts',
    ['test/s3/operations/list-page.test.ts'],
    [
      {
        name: 'a list that is cut short is read as whole',
        find: 'if (!BLANK.test(this.#text.slice(this.#at))) throw UNUSUAL;',
        replace: '',
      },
      {
        name: 'a key with an ampersand is another key',
        find: "return value.includes('&') ? resolved(value) : value;",
        replace: 'return value;',
      },
    ],
  ),
  ...mutationsOf(
    'src/catalogue/hidden-data.ts',
    [USAGE],
    [
      {
        name: 'versions that nobody sees are not counted',
        find: 'else if (!isLatest)',
        replace: 'else if (!isVersioned)',
      },
    ],
  ),
  ...mutationsOf(
    'src/catalogue/places-of-sets.ts',
    [USAGE],
    [
      {
        name: 'what is beside the backups is not counted',
        find: 'for (const name of others) for await',
        replace: 'for (const name of others.slice(0, 0)) for await',
      },
    ],
  ),
];
