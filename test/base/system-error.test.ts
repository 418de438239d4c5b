import { describe, expect, test } from 'bun:test';
import { mkdtempSync, openSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemHint, systemReason } from '../../src/base/system-error.ts';

function failureOf(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  throw new Error('did not fail');
}

function withFolder(use: (folder: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), 'system-error-'));
  try {
    use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('why the system refuses a file is put into words', () => {
  test('that are the same for each way to meet it', () => {
    withFolder((folder) => {
      writeFileSync(join(folder, 'file'), '');
      symlinkSync('circle', join(folder, 'circle'));
      const open = (path: string) => failureOf(() => openSync(join(folder, path), 'r'));
      expect(systemReason(open('absent'))).toBe('there is no such file or folder');
      expect(systemReason(open('file/below'))).toBe('a part of the path is a file, not a folder');
      expect(systemReason(open('circle'))).toBe('the symbolic links form a circle');
      expect(systemReason(open('x'.repeat(300)))).toBe('the name is too long');
      expect(systemReason(failureOf(() => readFileSync(folder)))).toBe('it is a folder');
      expect(systemReason(failureOf(() => openSync(folder, 'w')))).toBe('it is a folder');
    });
  });

  test.each(['EACCES', 'ENOSPC', 'EDQUOT', 'EROFS', 'EMFILE', 'ENFILE', 'EPERM', 'EIO', 'EFBIG', 'ENOMEM'])(
    '%s: no code and no path is in them',
    (code) => {
      const error = Object.assign(new Error(`${code}: words of the runtime, open '/a/.tmp.unfinished'`), {
        code,
      });
      expect(systemReason(error)).toMatch(/^[a-z][^/]+[a-z]$/);
      expect(systemReason(error)).not.toContain('of the runtime');
    },
  );

  test('of the runtime where ours know none, without the paths', () => {
    withFolder((folder) => {
      writeFileSync(join(folder, '.secret-name.unfinished'), '');
      const error = failureOf(() => renameSync(join(folder, '.secret-name.unfinished'), '/proc/x'));
      expect(systemReason(error)).not.toContain('unfinished');
    });
    const error = Object.assign(new Error("EXDEV: cross-device link not permitted, rename '/a' -> '/b'"), {
      code: 'EXDEV',
    });
    expect(systemReason(error)).toBe('cross-device link not permitted (EXDEV)');
    expect(systemReason(Object.assign(new Error('no form'), { code: 'EODD' }))).toBe('EODD');
    expect(systemReason(Object.assign(new Error('inherited'), { code: 'constructor' }))).toBe('constructor');
  });

  test('of an error without a code are its own', () => {
    expect(systemReason(new Error('because'))).toBe('because');
  });
});

describe('the hint', () => {
  test('differs between reading and writing', () => {
    const denied = Object.assign(new Error(''), { code: 'EACCES' });
    expect(systemHint('reading', denied)).toContain('readable');
    expect(systemHint('writing', denied)).toContain('writable');
  });

  test('is left out where the words say it all', () => {
    expect(systemHint('reading', Object.assign(new Error(''), { code: 'EISDIR' }))).toBeUndefined();
    expect(systemHint('writing', new Error(''))).toBeUndefined();
    expect(systemHint('writing', Object.assign(new Error(''), { code: 'toString' }))).toBeUndefined();
  });

  test('every code is one that the system knows', () => {
    const text = readFileSync(new URL('../../src/base/system-error.ts', import.meta.url), 'utf8');
    const codes = [...text.matchAll(/^ {2,4}(E[A-Z0-9]+):/gm)].map(([, code = '']) => code);
    expect(codes.length).toBeGreaterThan(20);
    expect(codes.filter((code) => !(code in constants.errno) && code !== 'EDQUOT')).toEqual([]);
  });
});
