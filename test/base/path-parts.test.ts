import { describe, expect, test } from 'bun:test';
import { hasDotParts, hasOnlyNames } from '../../src/base/path-parts.ts';

describe('parts of a path', () => {
  test.each(['.', '..', './a', 'a/..', 'a/./b', '/../a'])('"%s" has dots for parts', (path) => {
    expect([hasDotParts(path), hasOnlyNames(path)]).toEqual([true, false]);
  });

  test.each(['', '/', '/a', 'a/', 'a//b'])('"%s" has empty parts', (path) => {
    expect([hasDotParts(path), hasOnlyNames(path)]).toEqual([false, false]);
  });

  test.each(['a', '...', 'a/b', '.a/b..', 'a/..b'])('"%s" has only names', (path) => {
    expect([hasDotParts(path), hasOnlyNames(path)]).toEqual([false, true]);
  });
});
