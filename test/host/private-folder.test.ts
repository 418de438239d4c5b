import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import {
  chmodSync,
  chownSync,
  closeSync,
  constants,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isOwnFolder, openOwnFile, ownFolder, privateFolders } from '../../src/host/private-folder.ts';

const isRoot = process.getuid?.() === 0;
const uid = process.geteuid?.() ?? 0;

let place: string;
let runtime: string;
let folder: string;
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'gpbackup-s3-plugin-test-'));
  runtime = join(place, 'run');
  mkdirSync(runtime, { mode: 0o700 });
  folder = join(runtime, 'gpbackup_s3_plugin');
});
afterEach(() => {
  rmSync(place, { recursive: true, force: true });
  try {
    rmdirSync(`/dev/shm/gpbackup_s3_plugin-${uid}`);
  } catch {
    // No test made it, or somebody uses it.
  }
});

/** The environment of a session whose temporary files are in the test's folder too. */
const environment = () => ({ XDG_RUNTIME_DIR: runtime, TMPDIR: place });

describe('the private folder', () => {
  test('is of the session, in memory or among temporary files, in this order', () => {
    const own = `gpbackup_s3_plugin-${uid}`;
    expect(privateFolders({ XDG_RUNTIME_DIR: '/run/user/7', TMPDIR: '/var/tmp' })).toEqual([
      '/run/user/7/gpbackup_s3_plugin',
      `/dev/shm/${own}`,
      `/var/tmp/${own}`,
    ]);
    for (const none of [{}, { XDG_RUNTIME_DIR: '', TMPDIR: '' }, { XDG_RUNTIME_DIR: 'run', TMPDIR: '.' }]) {
      expect(privateFolders(none)).toEqual([`/dev/shm/${own}`, `/tmp/${own}`]);
    }
  });

  test('is made where it is missing, for this user alone', () => {
    expect(ownFolder(environment())).toBe(folder);
    expect(statSync(folder).mode & 0o7777).toBe(0o700);
    expect(ownFolder(environment())).toBe(folder);
  });

  test.each([
    ['a file', () => writeFileSync(folder, '', { mode: 0o600 })],
    ['a link', () => symlinkSync(place, folder)],
    ['open to others', () => mkdirSync(folder, { mode: 0o755 })],
    ['in a folder that is missing', () => rmSync(runtime, { recursive: true })],
    ['in a folder that others can write', () => chmodSync(runtime, 0o777)],
    ...(isRoot
      ? [
          [
            "another user's",
            () => {
              mkdirSync(folder, { mode: 0o700 });
              chownSync(folder, 65534, 65534);
            },
          ] as const,
          ["in another user's folder", () => chownSync(runtime, 65534, 65534)] as const,
        ]
      : []),
  ] as const)('is another one when the first is %s', (_title, spoil) => {
    spoil();
    const before = lstatSync(folder, { throwIfNoEntry: false })?.ino;
    expect(isOwnFolder(folder)).toBe(false);
    expect(ownFolder(environment())).not.toBe(folder);
    const after = lstatSync(folder, { throwIfNoEntry: false });
    // In the folder of another user or of everybody it may have been made, and is not used.
    if (before !== undefined) expect(after?.ino).toBe(before);
  });

  test('may be below a folder of everybody whose files only their owners can replace', () => {
    chmodSync(runtime, 0o1777);
    expect(ownFolder(environment())).toBe(folder);
  });
});

const { O_RDONLY, O_WRONLY, O_CREAT } = constants;
const path = (): string => join(folder, 'file');
const open = (flags: number): void => closeSync(openOwnFile(folder, 'file', flags));

function openDescriptors(): number {
  return readdirSync('/proc/self/fd').length;
}

describe('a file of the private folder', () => {
  beforeEach(() => mkdirSync(folder, { mode: 0o700 }));

  test('is made for this user alone', () => {
    open(O_WRONLY | O_CREAT);
    expect(statSync(path()).mode & 0o7777).toBe(0o600);
    open(O_RDONLY);
  });

  test('that is missing is an error', () => {
    expect(() => open(O_RDONLY)).toThrow('ENOENT');
  });

  test.each([
    ['a link', () => symlinkSync('/etc/hostname', path()), 'ELOOP'],
    ['a folder', () => mkdirSync(path(), { mode: 0o700 }), 'not a private file'],
    ['a named pipe', () => Bun.spawnSync(['mkfifo', '-m', '600', path()]), 'not a private file'],
    ['open to others', () => writeFileSync(path(), '', { mode: 0o644 }), 'not a private file'],
    ...(isRoot
      ? [
          [
            "another user's",
            () => {
              writeFileSync(path(), '', { mode: 0o600 });
              chownSync(path(), 65534, 65534);
            },
            'not a private file',
          ] as const,
        ]
      : []),
  ] as const)('that is %s is an error, at once', (_title, spoil, message) => {
    spoil();
    const before = openDescriptors();
    expect(() => open(O_RDONLY)).toThrow(message);
    expect(openDescriptors()).toBe(before);
  });
});
