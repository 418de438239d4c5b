import { expect, test } from 'bun:test';
import { assert, asyncProperty, jsonValue, string } from 'fast-check';
import { jsonOf } from '../../src/output/json.ts';
import type { CommandResult, Listed } from '../../src/output/result.ts';

async function printed(result: CommandResult, command = 'x'): Promise<string> {
  let text = '';
  for await (const piece of jsonOf(command, result)) text += piece;
  return text;
}

const answer = (data: unknown, warnings?: readonly string[]): CommandResult => ({
  kind: 'answer',
  data,
  text: () => [],
  ...(warnings === undefined ? {} : { warnings }),
});

async function* pagesOf(...pages: Listed[][]): AsyncGenerator<readonly Listed[]> {
  yield* pages;
}

test('any data and any text is one line, and read as it was', async () => {
  await assert(
    asyncProperty(jsonValue(), string({ unit: 'binary' }), async (data, text) => {
      const line = await printed(answer(data, [text]), text);
      expect(line.indexOf('\n')).toBe(line.length - 1);
      expect(JSON.parse(line)).toEqual({
        version: expect.any(String) as string,
        command: text,
        result: JSON.parse(JSON.stringify(data)) as unknown,
        warnings: [text],
      });
    }),
  );
});

test('without warnings there is an empty list', async () => {
  expect(JSON.parse(await printed(answer(null)))).toMatchObject({ result: null, warnings: [] });
});

const key = (name: string): Listed => ({ key: name, size: 1 });
const rows = (...pages: Listed[][]): CommandResult => ({
  kind: 'listing',
  pages: pagesOf(...pages),
  lookedFor: ['s3://b/a', 's3://b/c'],
});

test('a listing is one list, whatever its pages are', async () => {
  expect(JSON.parse(await printed(rows([], [key('a'), key('b\n"')], [], [key('c')])))).toMatchObject({
    result: [key('a'), key('b\n"'), key('c')],
    warnings: [],
  });
  expect(JSON.parse(await printed(rows([])))).toMatchObject({
    result: [],
    warnings: ['nothing found in s3://b/a or s3://b/c'],
  });
});

test('what is unknown is null', async () => {
  const deletion = { kind: 'deletion', where: 's3://b/', objects: 0, bytes: 0, uploads: 0 } as const;
  expect(JSON.parse(await printed(deletion))).toMatchObject({
    result: { versions: 0, remaining: null },
    warnings: [],
  });
  expect(JSON.parse(await printed({ ...deletion, note: 'n' }))).toMatchObject({ warnings: ['n'] });
});
