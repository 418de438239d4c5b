import { describe, expect, test } from 'bun:test';
import { closed, compiled, expectJson, jsonProblems, type Schema } from '../../../lab/program/json-output.ts';

const printed = (result: unknown, more: object = {}): string =>
  `${JSON.stringify({ version: '1.0.0', command: 'list_directory', result, warnings: [], ...more })}\n`;

describe('what a command printed with --json', () => {
  test('is given when it fits', () => {
    const text = printed([{ key: 'a', size: 1 }]);
    expect(expectJson('list_directory', Buffer.from(text)).result).toEqual([{ key: 'a', size: 1 }]);
  });

  test.each([
    ['a missing field', printed([{ key: 'a' }]), "must have required property 'size'"],
    ['a field of another type', printed([{ key: 'a', size: '1' }]), '/result/0/size: must be integer'],
    ['a field that is not described', printed([{ key: 'a', size: 1, etag: '' }]), '"etag"'],
    ['a field beside the envelope’s', printed([], { more: 1 }), '"more"'],
    ['another command', printed([], { command: 'usage' }), 'the command is "usage"'],
    ['a second line', `${printed([])}\n`, 'more or less than one line'],
    ['no end of the line', printed([]).trimEnd(), 'more or less than one line'],
  ])('%s is found', (_title, text, words) => {
    expect(jsonProblems('list_directory', text).join('\n')).toContain(words);
    expect(() => expectJson('list_directory', text)).toThrow(words);
  });

  test('of a command without a schema is an error', () => {
    expect(jsonProblems('no_command', printed([]))).toEqual(['docs/json has no schema of no_command']);
  });
});

const fits = (schema: Schema, value: unknown): boolean => compiled(closed(schema) as Schema)(value);

describe('a closed schema', () => {
  test.each<readonly [string, Schema, unknown, boolean]>([
    ['an object that may be null', { type: ['object', 'null'], properties: { a: {} } }, { b: 1 }, false],
    [
      'an object that says it may have more',
      { type: 'object', properties: { a: {} }, additionalProperties: true },
      { b: 1 },
      false,
    ],
    ['an object of which nothing is described', { type: 'object' }, { b: 1 }, false],
    ['one that may contain anything', { type: 'object', additionalProperties: true }, { b: 1 }, true],
    ['a map', { type: 'object', additionalProperties: { type: 'number' } }, { b: 1 }, true],
    [
      'below a reference',
      { $ref: '#/$defs/x', $defs: { x: { type: 'object', properties: { a: {} } } } },
      { b: 1 },
      false,
    ],
    [
      'a property that is called type',
      { type: 'object', properties: { type: { type: 'string' } } },
      { type: 'full' },
      true,
    ],
    ['one of two', { anyOf: [{ type: 'null' }, { type: 'object', properties: {} }] }, { b: 1 }, false],
  ])('%s', (_title, schema, value, expected) => {
    expect(fits(schema, value)).toBe(expected);
  });
});
