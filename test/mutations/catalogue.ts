import { mutationsOf } from './mutation.ts';

/** What a bucket holds of a backup. */
export const CATALOGUE = [
  ...mutationsOf(
    'src/catalogue/places.ts',
    ['test/catalogue/places.test.ts', 'test/program/wiring-lists.test.ts'],
    [
      {
        name: 'a path that begins with the folder is looked for below it once more',
        find: "folder === '' || path.startsWith(`${folder}/`)",
        replace: "folder === ''",
        tests: ['test/catalogue/places.test.ts'],
      },
      {
        name: 'a directory that backup_directory stored is not found',
        find: 'return [`${folder}/${path}`, path];',
        replace: 'return [`${folder}/${path}`];',
        tests: ['test/catalogue/places.test.ts'],
      },
      {
        name: 'a neighbour of the folder is listed',
        find: 'yield* listObjects(client, `${place}/`);',
        replace: 'yield* listObjects(client, place);',
        tests: ['test/program/wiring-lists.test.ts', 'test/program/directories.test.ts'],
      },
      {
        name: 'a key that is given whole is not listed',
        find: 'if (exact.length > 0) yield exact;',
        replace: '',
        tests: ['test/program/wiring-lists.test.ts', 'test/program/directories.test.ts'],
      },
    ],
  ),
  ...mutationsOf(
    'src/catalogue/wholeness.ts',
    ['test/catalogue/wholeness.test.ts'],
    [
      {
        name: 'a missing data file is not noticed',
        find: 'survey.contents & ~survey.single',
        replace: 'survey.single & ~survey.contents',
      },
      {
        name: 'a table that lacks the data of one segment can be restored',
        find: 'if (missing.length === 0 || (mask',
        replace: 'if (mask !== 0n || (mask',
      },
      {
        name: 'a table that could not be backed up keeps all others from a restore',
        find: 'certain: rows > 0',
        replace: 'certain: true',
      },
      {
        name: 'a table with data on the coordinator alone keeps a backup from its restore',
        find: ' || (mask === 0n && survey.onCoordinator.has(oid))',
        replace: '',
      },
      {
        name: 'a segment of which every file is missing is not noticed',
        find: 'seen | (segments === undefined',
        replace: 'seen | (segments !== null',
      },
    ],
  ),
  ...mutationsOf(
    'src/catalogue/survey.ts',
    ['test/program/restore-setup.test.ts'],
    [
      {
        name: 'a data file that was cut to nothing is not noticed',
        find: 'return size < LEAST_BYTES[compression];',
        replace: 'return size < 0;',
      },
      {
        name: 'an empty single data file in zstd keeps a backup from its restore',
        find: 'if (size === 0 && mayHaveNoBytes(kind, compression)) return false;',
        replace: '',
      },
    ],
  ),
  ...mutationsOf(
    'src/catalogue/table-of-contents.ts',
    ['test/catalogue/wholeness.test.ts'],
    [
      {
        name: 'a line that is cut between two pieces is lost',
        find: 'this.#rest + text.slice(from, end)',
        replace: 'text.slice(from, end)',
      },
      {
        name: 'the last table of a backup is not looked for',
        find: 'if (!this.#tooLong) this.#take(this.#rest);',
        replace: '',
      },
    ],
  ),
  ...mutationsOf(
    'src/commands/delete-directory.ts',
    ['test/program/deletes.test.ts'],
    [
      {
        name: 'all backups are deleted without a question',
        find: "if (flags['all-backups'] !== true)",
        replace: "if (flags['all-backups'] === null)",
      },
    ],
  ),
  ...mutationsOf(
    'src/catalogue/backups-below.ts',
    ['test/program/deletes.test.ts'],
    [
      {
        name: 'all backups of a folder below are deleted without a question',
        find: "(/(?:^|\\/)backups\\/$/.test(prefix) ? 'backups/'.length : 0)",
        replace: '0',
      },
    ],
  ),
];
