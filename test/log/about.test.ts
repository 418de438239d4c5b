import { expect, test } from 'bun:test';
import { about } from '../../src/log/about.ts';

function logged(words: readonly string[], message: string): string {
  let line = '';
  about(words, (_level, text) => {
    line = text;
  })('INFO', message);
  return line;
}

const FOLDER = '/data/gpseg0/backups/20260102/20260102030405';

test.each([
  ['a timestamp', ['c.yaml', '20260102030405']],
  ['a folder', ['c.yaml', FOLDER, 'segment', '3']],
  ['a folder with a slash', ['c.yaml', `${FOLDER}/`, 'segment', '3']],
  ['a file', ['c.yaml', `${FOLDER}/gpbackup_0_20260102030405_1.gz`]],
  ['a config of another time', ['/tmp/20251231235959_c.yaml', `${FOLDER}/x`]],
])('a line names the backup of %s', (_title, words) => {
  expect(logged(words, 'it failed')).toBe('it failed (backup 20260102030405)');
});

test('once is enough', () => {
  const message = 'stored s3://b/backups/20260102/20260102030405/x';
  expect(logged([FOLDER], message)).toBe(message);
});

test.each([[[]], [['c.yaml', '/home/x']], [['c.yaml', '2026010203040']], [['c.yaml', '202601020304055']]])(
  'of no backup: %p',
  (words) => {
    expect(logged(words, 'it failed')).toBe('it failed');
  },
);
