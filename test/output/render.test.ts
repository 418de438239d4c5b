import { expect, test } from 'bun:test';
import { listed } from '../../src/output/listed.ts';
import { render } from '../../src/output/render.ts';
import type { Listed } from '../../src/output/result.ts';

async function* pagesOf(...pages: Listed[][]): AsyncGenerator<readonly Listed[]> {
  yield* pages;
}

async function shown(terminal: boolean, ...pages: Listed[][]): Promise<string> {
  let text = '';
  const result = { kind: 'listing', pages: pagesOf(...pages), lookedFor: ['s3://b/a', 's3://b/c'] } as const;
  for await (const piece of render(result, { terminal, colours: false, columns: 80 })) {
    text += 'out' in piece ? piece.out : `[${piece.remark}]`;
  }
  return text;
}

test('the head comes once, in front of the first page that has rows, whose longest name gives the width', async () => {
  expect(await shown(false, [], [{ key: 'long name', size: 12 }], [{ key: 'b', size: 3 }])).toBe(
    'NAME          SIZE(bytes)\nlong name              12\nb                       3\n',
  );
});

test('nothing at all: the head, and where was looked', async () => {
  expect(await shown(false, [], [])).toBe('NAME     SIZE(bytes)\n[nothing found in s3://b/a or s3://b/c]');
});

test('a hostile key stays in its line, and sends no control character to a terminal', async () => {
  const page = [{ key: 'a\n\u001b[2J', size: 1 }];
  expect(await shown(false, page)).toContain('a\\n\u001b[2J ');
  expect(await shown(true, page)).toContain('a\\n\\x1b[2J ');
});

test('the first five of many, and how many more', () => {
  expect(listed(['a', 'b'])).toBe('a; b');
  expect(listed(['1', '2', '3', '4', '5', '6', '7'])).toBe('1; 2; 3; 4; 5 and 2 more');
});
