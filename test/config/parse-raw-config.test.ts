import { describe, expect, test } from 'bun:test';
import { parseRawConfig, parseWithYaml } from '../../src/config/parse-raw-config.ts';

const HEAD = 'executablepath: /bin/gpbackup_s3_plugin\noptions:\n';
const valueOf = async (written: string): Promise<string | undefined> =>
  (await parseWithYaml(`${HEAD}  pgport: ${written}\n`)).options.get('pgport');

describe('a value is literal text', () => {
  test.each([
    'on',
    'off',
    'yes',
    'No',
    'true',
    'null',
    'Null',
    '~',
    '0123',
    '0o17',
    '0x1F',
    '1e5',
    '1_000',
    '1.0',
    '.inf',
    '2026-01-02',
    '12:30:45',
    '123456789012345678901234567890',
  ])('%p stays what it is, plain and in quotes', async (text) => {
    expect(await valueOf(text)).toBe(text);
    expect(await valueOf(`"${text}"`)).toBe(text);
    expect(await valueOf(`'${text}'`)).toBe(text);
    const { options } = await parseRawConfig(`${HEAD}  pgport: ${text}\n`);
    expect(options.get('pgport')).toBe(text);
  });

  test.each([
    ['a # comment', 'a'],
    ['a#b', 'a#b'],
    ['"a # b" # c', 'a # b'],
    ["'it''s'", "it's"],
    ['"tab\\there \\u00e9 \\"q\\""', 'tab\there é "q"'],
    ['', ''],
    ['""', ''],
    ['  spaced  out  ', 'spaced  out'],
    ['&anchor a', 'a'],
    ['!!int 3', '3'],
    ['!!str 3', '3'],
    ['|\n    two\n    lines', 'two\nlines\n'],
    ['>-\n    two\n    lines', 'two lines'],
    ['\n    below', 'below'],
  ])('written %p it is %p', async (written, value) => {
    expect(await valueOf(written)).toBe(value);
  });
});

test('flow style and other YAML forms of the same file mean the same', async () => {
  const plain = await parseWithYaml('executablepath: /x\noptions:\n  bucket: b\n  folder: f\n');
  for (const text of [
    '{executablepath: /x, options: {bucket: b, folder: f}}',
    '--- # config\nexecutablepath: /x\noptions: {"bucket": "b", folder: f}\n...\n',
    '"executablepath": /x\n"options":\n    "bucket": b\n    ? folder\n    : f\n',
    '\ufeffexecutablepath: /x\r\noptions:\r\n  bucket: b\r\n  folder: f\r\n',
  ]) {
    expect(await parseWithYaml(text)).toEqual(plain);
  }
});

describe('what makes a file unusable is told', () => {
  const shape = 'it must hold the entries "executablepath" and "options"';

  test.each([
    ['', shape],
    ['# nothing\n', shape],
    ['just text', shape],
    ['- a\n- b\n', shape],
    ['options:\n  - bucket\n', '"options" must hold lines of the form "name: value"'],
    ['options: none\n', '"options" must hold lines of the form "name: value"'],
    [`${HEAD}  bucket: a\n  bucket: b\n`, 'option "bucket" is there twice'],
    [
      'executablepath: a\nexecutablepath: b\noptions:\n  bucket: b\n',
      'entry "executablepath" is there twice',
    ],
    [`${HEAD}  bucket: [a, b]\n`, 'option "bucket" must be a single value'],
    [`${HEAD}  bucket: {a: b}\n`, 'option "bucket" must be a single value'],
  ])('%p', async (text, problem) => {
    const { problems } = await parseRawConfig(text);
    expect(problems).toEqual([problem]);
  });

  test('with the place, by line and column, and never with the text that stands there', async () => {
    const secret = 'wJalrXUtnFEMI';
    const { problems } = await parseRawConfig(`${HEAD}  bucket: b\n  aws_secret_access_key: "${secret}\n`);
    expect(problems.length).toBeGreaterThan(0);
    for (const problem of problems) {
      expect(problem).toMatch(/^not valid YAML at line [3-9], column \d+ \([a-z ]+\)$/);
      expect(problem).not.toContain(secret);
    }
  });

  test('also when there are two documents, of which one would be ignored', async () => {
    const { problems } = await parseRawConfig(`${HEAD}  bucket: b\n---\n${HEAD}  bucket: c\n`);
    expect(problems).toHaveLength(1);
  });

  test('all at once', async () => {
    const { problems } = await parseRawConfig(
      `${HEAD}  bucket: [a]\n  folder: f\n  folder: g\n  region: {a: b}\n`,
    );
    expect(problems).toHaveLength(3);
  });

  test('also an alias of an anchor: its value is not where it is used', async () => {
    const { options, problems } = await parseRawConfig(`${HEAD}  bucket: &b x\n  folder: *b\n`);
    expect(options.get('folder') ?? problems.join()).toMatch(/^x$|option "folder" must be a single value/);
  });
});
