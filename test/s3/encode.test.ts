import { describe, expect, test } from 'bun:test';
import { assert, dictionary, property, string } from 'fast-check';
import { encodeKey, encodeQuery, uriEncode } from '../../src/s3/encode.ts';

const UNRESERVED = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~';
const anyText = string({ unit: 'binary' });

describe('uriEncode', () => {
  test('leaves the unreserved characters as they are', () => {
    expect(uriEncode(UNRESERVED)).toBe(UNRESERVED);
  });

  test('writes every other ASCII character as % and two capital hex digits', () => {
    for (let code = 0; code < 128; code += 1) {
      const character = String.fromCharCode(code);
      if (UNRESERVED.includes(character)) continue;
      expect(uriEncode(character)).toBe(`%${code.toString(16).toUpperCase().padStart(2, '0')}`);
    }
  });

  test('writes a blank as %20 and a plus as %2B, so that neither becomes the other', () => {
    expect(uriEncode('a b+c')).toBe('a%20b%2Bc');
  });

  test('encodes what is encoded already once more', () => {
    expect(uriEncode('%41')).toBe('%2541');
  });

  test('encodes the UTF-8 bytes of a character, one by one', () => {
    expect(uriEncode('é€😀')).toBe('%C3%A9%E2%82%AC%F0%9F%98%80');
  });

  test('takes half a surrogate pair as the replacement character instead of throwing', () => {
    expect(uriEncode('\ud83d')).toBe('%EF%BF%BD');
  });

  test('is undone by decoding, whatever the text', () => {
    assert(
      property(anyText, (text) => {
        expect(decodeURIComponent(uriEncode(text))).toBe(text.toWellFormed());
        expect(uriEncode(text)).toMatch(/^(?:[A-Za-z0-9._~-]|%[0-9A-F]{2})*$/);
      }),
    );
  });
});

describe('encodeKey', () => {
  test.each([
    ['a/b/c', 'a/b/c'],
    ['/a', '/a'],
    ['a/', 'a/'],
    ['a//b', 'a//b'],
    ['//', '//'],
    ["x/it's (1)*!", 'x/it%27s%20%281%29%2A%21'],
    ['50%/a+b', '50%25/a%2Bb'],
    ['test$file.text', 'test%24file.text'],
    ['', ''],
  ])('the key %p is sent as %p', (key, path) => {
    expect(encodeKey(key)).toBe(path);
  });

  test('has the same slashes at the same places as the key', () => {
    assert(
      property(anyText, (key) => {
        const parts = encodeKey(key).split('/');
        expect(parts.map(decodeURIComponent)).toEqual(key.toWellFormed().split('/'));
      }),
    );
  });
});

describe('encodeQuery', () => {
  test('is empty without parameters', () => {
    expect(encodeQuery({})).toBe('');
  });

  test('writes an empty value with its equals sign', () => {
    expect(encodeQuery({ uploads: '' })).toBe('uploads=');
  });

  test('puts the names in the order of their bytes, capitals first', () => {
    expect(encodeQuery({ uploadId: 'u', partNumber: '7', Z: '', a: '', 'a-b': '' })).toBe(
      'Z=&a=&a-b=&partNumber=7&uploadId=u',
    );
  });

  test('encodes slashes in names and values', () => {
    expect(encodeQuery({ prefix: 'a/b c' })).toBe('prefix=a%2Fb%20c');
  });

  test('orders the encoded names, whatever they are', () => {
    assert(
      property(dictionary(anyText, anyText), (query) => {
        const names = encodeQuery(query)
          .split('&')
          .filter((pair) => pair !== '')
          .map((pair) => pair.slice(0, pair.indexOf('=')));
        expect(names).toEqual(Object.keys(query).map(uriEncode).toSorted());
      }),
    );
  });
});
