import { describe, expect, test } from 'bun:test';
import { configOf, problemsOf } from './sample.ts';

async function headersOf(request_headers: string): Promise<[string, string][]> {
  const { headers } = (await configOf({ request_headers })).connection.requests;
  return [...headers].map(([name, value]) => [name, value.reveal()]);
}

describe('request_headers', () => {
  test.each([
    ['X-Gateway-Token=abc==', [['x-gateway-token', 'abc==']]],
    [
      'a=1, B = two words ',
      [
        ['a', '1'],
        ['b', 'two words'],
      ],
    ],
    [
      '{"X-A": "with, a comma", "x-b": 5}',
      [
        ['x-a', 'with, a comma'],
        ['x-b', '5'],
      ],
    ],
    ["x-!#$%&'*+.^_`|~=v", [["x-!#$%&'*+.^_`|~", 'v']]],
    ['x-goog-project-id=p', [['x-goog-project-id', 'p']]],
    ['{"x-a": "  spaces around  "}', [['x-a', 'spaces around']]],
  ])('%p are %p', async (written, expected) => {
    expect(await headersOf(written)).toEqual(expected as never);
  });

  test.each([
    'Host',
    'Authorization',
    'Date',
    'User-Agent',
    'Accept-Encoding',
    'Range',
    'Expect',
    'TE',
    'Trailer',
    'Transfer-Encoding',
    'Upgrade',
    'Connection',
    'Keep-Alive',
    'Proxy-Authorization',
    'Proxy-Connection',
    'Content-Length',
    'Content-Type',
    'Content-MD5',
    'Content-Encoding',
    'If-Match',
    'If-None-Match',
    'If-Modified-Since',
    'X-Amz-Date',
    'X-Amz-Meta-Note',
    'X-AMZ-ACL',
  ])('%s is refused: the plugin or HTTP sets it', async (name) => {
    expect(await problemsOf({ request_headers: `${name}=a-secret-value` })).toEqual([
      `option "request_headers": "${name.toLowerCase()}" is a header that the plugin sets itself`,
    ]);
  });

  test.each(['', ' ', '\t', 'a\nb', 'a\rb', 'a\0b', 'ü', 'a\u007f', '“a”', 'a\tb'])(
    'the value %j is refused, and not shown',
    async (value) => {
      expect(await problemsOf({ request_headers: JSON.stringify({ 'X-A': value }) })).toEqual([
        'option "request_headers": the value of "x-a" must be ASCII letters, digits, punctuation and spaces, and not empty',
      ]);
    },
  );

  test.each(['a b', 'a:', 'ü', 'x(1)', 'a/b', 'a\n', 'a;b', '"a"'])(
    'the name %j is refused, and not shown: it may be a part of a value',
    async (name) => {
      const problems = await problemsOf({ request_headers: JSON.stringify({ 'x-a': '1', [name]: '2' }) });
      expect(problems).toEqual([
        'option "request_headers": the name of header 2 has other characters than letters, digits and hyphens',
      ]);
    },
  );

  test('all problems are told at once, and no value', async () => {
    const problems = await problemsOf({
      request_headers:
        '{"Host": "hidden-1", "x-a": "hidden-2", "X-A": "hidden-3", "b c": "hidden-4", "d": "é"}',
    });
    expect(problems).toEqual([
      'option "request_headers": "host" is a header that the plugin sets itself',
      'option "request_headers": "x-a" is there twice (case does not matter)',
      'option "request_headers": the name of header 4 has other characters than letters, digits and hyphens',
      'option "request_headers": the value of "d" must be ASCII letters, digits, punctuation and spaces, and not empty',
    ]);
  });

  test('text without a name is refused, and not shown', async () => {
    for (const request_headers of ['hidden', 'x-a=1,hidden', 'x=1,x=2', '{"x-a":']) {
      expect(await problemsOf({ request_headers })).toEqual([
        'option "request_headers": must be name=value,name=value, each name once',
      ]);
    }
  });
});
