import { describe, expect, test } from 'bun:test';
import { codeOf, PluginError, reasonOf, UsageError, withoutUrlSecrets } from '../../src/base/plugin-error.ts';

test('an error has the name of its class, its hint and its cause', () => {
  const cause = new Error('below');
  const error = new UsageError('wrong', { hint: 'do this', cause });
  expect(error).toBeInstanceOf(PluginError);
  expect(error).toMatchObject({ name: 'UsageError', message: 'wrong', hint: 'do this', cause });
});

test('an error without a hint or a cause has none', () => {
  const error = new PluginError('wrong');
  expect(error.hint).toBeUndefined();
  expect('cause' in error).toBe(false);
});

test.each([
  ['its message', new Error('why'), 'why'],
  ['its class, where it has no message', new TypeError(''), 'TypeError'],
  ['the text itself', 'text', 'text'],
  ['the word for nothing', undefined, 'undefined'],
  ['the word for null', null, 'null'],
  ['the number', 7, '7'],
])('the reason of what was thrown is %s', (_, thrown, reason) => {
  expect(reasonOf(thrown)).toBe(reason);
});

test.each([
  ['an error', Object.assign(new Error('x'), { code: 'ENOSPC' }), 'ENOSPC'],
  ['any object', { code: 'E' }, 'E'],
  ['a code that is a number: none', Object.assign(new Error('x'), { code: 28 }), undefined],
  ['an error without a code: none', new Error('x'), undefined],
  ['a text: none', 'ENOSPC', undefined],
  ['null: none', null, undefined],
  ['nothing: none', undefined, undefined],
])('the code of what was thrown, %s', (_, thrown, code) => {
  expect(codeOf(thrown)).toBe(code);
});

describe('a URL in a message', () => {
  test.each([
    ['asking http://h:1/a?token=SECRET failed', 'asking http://h:1/a… failed'],
    ['asking https://user:SECRET@h/a failed', 'asking https://h/a failed'],
    ['asking https://user:SE@CRET/SECRET@h/a#SECRET', 'asking https://h/a…'],
    ['"socks5://user:SECRET@h"', '"socks5://h"'],
    ['HTTP://USER:SECRET@H/?SECRET', 'HTTP://H/…'],
    ['s3://bucket/a@b?c#d is a key', 's3://bucket/a@b?c#d is a key'],
    ['two: http://a:SECRET@b, http://c?SECRET', 'two: http://b, http://c…'],
  ])('%p is reported as %p', (message, told) => {
    expect(reasonOf(new Error(message))).toBe(told);
    expect(reasonOf(message)).toBe(told);
    expect(withoutUrlSecrets(message)).toBe(told);
  });
});
