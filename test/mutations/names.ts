import { mutationsOf } from './mutation.ts';

const DIRECTORIES = 'test/program/directories.test.ts';

/** Keys, timestamps, scopes, offsets. */
export const NAMES = [
  ...mutationsOf(
    'src/backup/key.ts',
    ['test/backup/key.test.ts'],
    [
      {
        name: 'delete_directory run-1 deletes run-10',
        find: '? `${path}/` : belowFolder(folder, `${path}/`)',
        replace: '? path : belowFolder(folder, path)',
      },
      {
        name: 'delete_directory takes ..',
        find: 'if (!hasOnlyNames(path)) {',
        replace: "if (path.split('/').some((part) => part === '.' || part === '')) {",
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
    [DIRECTORIES, 'test/backup/key.test.ts'],
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
];
