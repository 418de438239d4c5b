import { describe, expect, test } from 'bun:test';
import { array, assert, constantFrom, property, string } from 'fast-check';
import { keyOfFile, prefixBelowFolder, timestampOfFile, timestampOfFolder } from '../../src/backup/key.ts';
import { backupPrefix, parseTimestamp } from '../../src/backup/timestamp.ts';
import { UsageError } from '../../src/base/plugin-error.ts';

const BACKUP = 'backups/20260102/20260102030405';
const MAX_KEY_BYTES = 1024;

describe('the key of a file', () => {
  test.each([
    ['gp', `/data/gpseg-1/${BACKUP}/gpbackup_20260102030405_toc.yaml`, 'gpbackup_20260102030405_toc.yaml'],
    [
      'gp',
      `/data1/primary/gpseg0/${BACKUP}/gpbackup_0_20260102030405_16390.gz`,
      'gpbackup_0_20260102030405_16390.gz',
    ],
    ['gp/prod', `${BACKUP}/gpbackup_0_20260102030405.gz`, 'gpbackup_0_20260102030405.gz'],
    ['gp', `/a b/ü/${BACKUP}/file with blanks`, 'file with blanks'],
    ['gp', `//data//${BACKUP}/x`, 'x'],
    ['gp', `/data/../other/${BACKUP}/x`, 'x'],
  ])('below the folder %p: %p has the last four components', (folder, path, name) => {
    expect(keyOfFile(folder, path)).toBe(`${folder}/${BACKUP}/${name}`);
  });

  test('depends on the last four components only', () => {
    assert(
      property(array(string({ unit: constantFrom('a', '-', '.', ' ') })), (above) => {
        const path = [...above, BACKUP, 'file'].join('/');
        expect(keyOfFile('gp', path)).toBe(`gp/${BACKUP}/file`);
      }),
    );
  });

  test.each([
    '',
    'file',
    '20260102/20260102030405/file',
    '/20260102/20260102030405/file',
    `/data/${BACKUP}/`,
    `/data/${BACKUP}//file`,
    `/${BACKUP}/..`,
    `/${BACKUP}/.`,
    `/backups/../20260102030405/file`,
  ])('is refused for the path %p', (path) => {
    expect(() => keyOfFile('gp', path)).toThrow(UsageError);
    expect(() => keyOfFile('gp', path)).toThrow('(expected …/backups/YYYYMMDD/YYYYMMDDHHMMSS/NAME)');
  });

  test('is refused with control characters: S3 lists of such keys can’t be read back', () => {
    for (const name of ['a\nb', 'a\u0000', '\u007f']) {
      expect(() => keyOfFile('gp', `/${BACKUP}/${name}`)).toThrow(UsageError);
    }
  });

  test('is at most as long in bytes as S3 takes', () => {
    const room = MAX_KEY_BYTES - Buffer.byteLength(`gp/${BACKUP}/`);
    for (const [name, fits] of [
      ['x'.repeat(room), true],
      ['x'.repeat(room + 1), false],
      [`${'é'.repeat(Math.floor(room / 2))}${'x'.repeat(room % 2)}`, true],
      [`${'é'.repeat(Math.floor(room / 2))}xx`, false],
    ] as const) {
      const key = (): string => keyOfFile('gp', `/${BACKUP}/${name}`);
      if (fits) expect(Buffer.byteLength(key())).toBe(MAX_KEY_BYTES);
      else expect(key).toThrow(`S3 takes at most ${MAX_KEY_BYTES}`);
    }
  });
});

describe('the timestamp of a local backup folder', () => {
  test.each([`/data/gpseg-1/${BACKUP}`, `/data/gpseg-1/${BACKUP}/`, BACKUP, `/${BACKUP}//`])(
    'is read from %p',
    (path) => {
      expect(timestampOfFolder(path)).toBe('20260102030405');
    },
  );

  test.each([
    '',
    '/data',
    `/data/${BACKUP}/file`,
    '/data/backups/20260102',
    '/data/backups/20260102/2026010203040',
    '/data/backups/20260102/202601020304055',
    '/data/backups/20260103/20260102030405',
    '/data/mybackups/20260102/20260102030405',
    '/data/backups/20260102/2026010203040x',
  ])('is refused for %p', (path) => {
    expect(() => timestampOfFolder(path)).toThrow(UsageError);
  });
});

test('a date that is not the day of the timestamp has a message of its own', () => {
  expect(() => timestampOfFolder('/data/backups/20260103/20260102030405')).toThrow(
    'its date 20260103 is not the day of the timestamp 20260102030405',
  );
  expect(() => timestampOfFolder('/data')).toThrow('expected …/backups/YYYYMMDD/YYYYMMDDHHMMSS');
});

describe('a timestamp', () => {
  test('is fourteen digits', () => {
    expect(parseTimestamp('20260102030405')).toBe('20260102030405');
  });

  test.each([
    '',
    '2026',
    '2026010203040',
    '202601020304055',
    '2026010203040x',
    ' 20260102030405',
    '20260102030405\n',
    '٢٠٢٦٠١٠٢٠٣٠٤٠٥',
    '../../../../..',
    '20260102/03040',
  ])('%p is refused', (text) => {
    expect(() => parseTimestamp(text)).toThrow(UsageError);
  });

  test('names the folder of all its keys, with a slash at the end', () => {
    expect(backupPrefix('gp/prod', '20260102030405')).toBe(`gp/prod/${BACKUP}/`);
  });
});

describe('the prefix that may be deleted', () => {
  test.each([
    ['gp', 'backups/20260102', 'gp/backups/20260102/'],
    ['gp', 'gp/backups/20260102', 'gp/backups/20260102/'],
    ['gp', 'backups/20260102/', 'gp/backups/20260102/'],
    ['gp', 'gp/backups///', 'gp/backups/'],
    ['gp', 'run-1', 'gp/run-1/'],
    ['gp/prod', 'gp/prod/run-1', 'gp/prod/run-1/'],
    ['gp/prod', 'prod', 'gp/prod/prod/'],
    ['gp/prod', 'gp', 'gp/prod/gp/'],
    ['gp', 'gp2', 'gp/gp2/'],
    ['gp', 'gp/gp', 'gp/gp/'],
    ['gp', 'a b/ü', 'gp/a b/ü/'],
    ['gp', '...', 'gp/.../'],
  ])('with the folder %p, of %p is %p', (folder, directory, prefix) => {
    expect(prefixBelowFolder(folder, directory)).toBe(prefix);
  });

  test.each([
    '',
    '/',
    '/gp/backups',
    '.',
    '..',
    '../other',
    'a/../..',
    'gp/..',
    'gp/../other',
    './a',
    'a/.',
    'a//b',
    'gp//backups',
    'gp',
    'gp/',
    'gp//',
    'a\nb',
  ])('of %p is refused', (directory) => {
    expect(() => prefixBelowFolder('gp', directory)).toThrow(UsageError);
  });

  test('says how it would be right', () => {
    let hint: unknown;
    try {
      prefixBelowFolder('gp', '..');
    } catch (error) {
      hint = error instanceof UsageError ? error.hint : error;
    }
    expect(hint).toContain('gp/backups/20260102');
  });

  test('is always truly below the folder and ends with one slash, so that run-1 never touches run-10', () => {
    const piece = constantFrom('gp', 'prod', '..', '.', '', 'run-1', 'backups', ' ', '/');
    assert(
      property(array(piece, { maxLength: 5 }), constantFrom('gp', 'gp/prod'), (pieces, folder) => {
        let prefix: string;
        try {
          prefix = prefixBelowFolder(folder, pieces.join('/'));
        } catch (error) {
          expect(error).toBeInstanceOf(UsageError);
          return;
        }
        expect(prefix).toStartWith(`${folder}/`);
        expect(prefix).toMatch(/[^/]\/$/);
        expect(prefix.length).toBeGreaterThan(folder.length + 1);
        const parts = prefix.slice(0, -1).split('/');
        expect(parts.some((part) => part === '' || part === '.' || part === '..')).toBe(false);
      }),
    );
  });
});

test.each([
  [`/data/${BACKUP}/gpbackup_0_20260102030405_1.gz`, '20260102030405'],
  [`${BACKUP}/x`, '20260102030405'],
  ['/data/20260102030405/', '20260102030405'],
  ['/data/202601020304/x', undefined],
  ['x', undefined],
])('the timestamp in the path %p is %p', (path, timestamp) => {
  expect(timestampOfFile(path)).toBe(timestamp);
});
