import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Draft, readKept, removeOldFiles } from '../../src/host/kept-file.ts';

const HOUR = 3_600_000;

let place: string;
let folder: string;
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'gpbackup-s3-plugin-test-'));
  folder = join(place, 'gpbackup_s3_plugin');
  mkdirSync(folder, { mode: 0o700 });
});
afterEach(() => rmSync(place, { recursive: true, force: true }));

const texts = (): string[] => [...readKept({ XDG_RUNTIME_DIR: place }, 'name')].map(({ text }) => text);

function publish(text: string): void {
  using draft = new Draft(folder, 'name');
  draft.publish(text);
}

describe('a draft', () => {
  test('takes its name with all of its text, and replaces what was there', () => {
    publish('one, which is longer');
    publish('two');
    expect(texts()).toEqual(['two']);
    expect(readdirSync(folder)).toEqual(['name']);
    expect(statSync(join(folder, 'name')).mode & 0o7777).toBe(0o600);
  });

  test('takes up its room at once, and none when it was not published', () => {
    const draft = new Draft(folder, 'name');
    const [file = ''] = readdirSync(folder);
    expect([file.startsWith('name.'), statSync(join(folder, file)).size]).toEqual([true, 8192]);
    expect(texts()).toEqual([]);
    draft[Symbol.dispose]();
    expect(readdirSync(folder)).toEqual([]);
  });

  test('may become longer than its room', () => {
    publish('x'.repeat(20_000));
    expect(texts().map(({ length }) => length)).toEqual([20_000]);
  });

  test('of a folder that is gone is an error', () => {
    rmSync(folder, { recursive: true });
    expect(() => new Draft(folder, 'name')).toThrow('ENOENT');
  });
});

describe('cleaning up', () => {
  test('removes what nobody uses any more, and nothing of others', () => {
    const ages = {
      'a-1.draft': 2 * HOUR,
      'a-2.draft': HOUR / 2,
      'a-3.draft': -2 * HOUR,
      'a-old': 8 * 24 * HOUR,
      'a-new': 6 * 24 * HOUR,
      'b-old': 8 * 24 * HOUR,
      'b-1.draft': 2 * HOUR,
    };
    for (const [name, age] of Object.entries(ages)) {
      writeFileSync(join(folder, name), name);
      utimesSync(join(folder, name), new Date(), new Date(Date.now() - age));
    }
    mkdirSync(join(folder, 'a-folder'));
    utimesSync(join(folder, 'a-folder'), new Date(), new Date(0));
    removeOldFiles(folder, 'a-');
    expect(readdirSync(folder).toSorted()).toEqual(['a-2.draft', 'a-folder', 'a-new', 'b-1.draft', 'b-old']);
    expect(readFileSync(join(folder, 'a-new'), 'utf8')).toBe('a-new');
  });
});
