import { afterAll, describe, expect, test } from 'bun:test';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ROOT, textOf } from './document.ts';
import { trackedFiles } from './tracked-files.ts';

const work = mkdtempSync(join(tmpdir(), 'gpbackup-s3-plugin-layout-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

/** A folder for each file, and those above it, with a slash at the end. */
function foldersOf(files: readonly string[]): string[] {
  const folders = new Set<string>();
  for (const file of files) {
    for (let folder = dirname(file); folder !== '.'; folder = dirname(folder)) folders.add(`${folder}/`);
  }
  return [...folders].toSorted();
}

/** Whether docs/development.md has to list a folder: those of test/ only when they are not named after one of src/. */
function isDue(folder: string): boolean {
  const [room, name, ...deeper] = folder.split('/').slice(0, -1);
  if (name === undefined || room === 'src') return true;
  if (deeper.length > 0) return false;
  return room === 'scripts' || (room === 'test' && !existsSync(join(ROOT, 'src', name)));
}

describe('layout', () => {
  const listed = [...textOf('docs/development.md').matchAll(/^([\w./-]+\/) {2,}\S/gm)].map(
    ([, folder = '']) => folder,
  );
  // A folder without files that git knows is nobody's business.
  const files = trackedFiles(ROOT)?.includes('README.md') === true ? trackedFiles(ROOT) : undefined;

  test('every folder that is listed is there', () => {
    expect(listed.length).toBeGreaterThan(15);
    expect(listed.filter((folder) => !existsSync(join(ROOT, folder)))).toEqual([]);
  });

  test.skipIf(files === undefined)('every folder is listed', () => {
    const present = foldersOf(files ?? []).filter((folder) => existsSync(join(ROOT, folder)));
    expect(present.length).toBeGreaterThan(listed.length);
    expect(present.filter((folder) => isDue(folder) && !listed.includes(folder))).toEqual([]);
  });

  test('without git, or outside of a clone, nothing is tracked', () => {
    expect(trackedFiles(ROOT, work)).toBeUndefined();
    expect(trackedFiles(work)).toBeUndefined();
  });

  test.skipIf(Bun.which('git') === null)(
    'a folder of the work tree that git does not know is not looked at',
    () => {
      const clone = join(work, 'clone');
      mkdirSync(join(clone, 'kept'), { recursive: true });
      mkdirSync(join(clone, 'unlisted'));
      writeFileSync(join(clone, 'kept', 'a'), '');
      writeFileSync(join(clone, 'unlisted', 'b'), '');
      for (const args of [
        ['init', '--quiet'],
        ['add', 'kept'],
      ]) {
        expect(
          Bun.spawnSync(['git', ...args], { cwd: clone, env: { PATH: process.env['PATH'] } }).success,
        ).toBe(true);
      }
      expect(foldersOf(trackedFiles(clone) ?? [])).toEqual(['kept/']);
    },
  );
});
