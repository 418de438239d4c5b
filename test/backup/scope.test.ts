import { describe, expect, test } from 'bun:test';
import { checkContentId, parseScope } from '../../src/backup/scope.ts';
import { UsageError } from '../../src/base/plugin-error.ts';

describe('a scope', () => {
  test.each([
    ['coordinator', 'coordinator'],
    ['master', 'coordinator'],
    ['segment_host', 'segment_host'],
    ['segment', 'segment'],
  ] as const)('%p is %p', (text, scope) => {
    expect(parseScope(text)).toBe(scope);
  });

  test.each(['', 'Master', 'segments', ' segment', '"segment"', 'constructor', '__proto__'])(
    '%p is refused',
    (text) => {
      expect(() => parseScope(text)).toThrow(UsageError);
      expect(() => parseScope(text)).toThrow('master, coordinator, segment_host, segment');
    },
  );
});

describe('a content id', () => {
  test.each([undefined, '-1', '"-1"', '0', '"0"', '127', '"127"'])('%p is taken', (text) => {
    expect(() => checkContentId(text)).not.toThrow();
  });

  test.each(['', '""', '"-1', '-1"', "'-1'", '--1', '1.5', 'x', ' 1', '1 2', '-'])(
    '%p is refused',
    (text) => {
      expect(() => checkContentId(text)).toThrow(UsageError);
    },
  );
});
