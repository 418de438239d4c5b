import { describe, expect, test } from 'bun:test';
import { parseRawConfig, parseWithYaml } from '../../src/config/parse-raw-config.ts';

const HEAD = 'executablepath: /bin/gpbackup_s3_plugin\noptions:\n';
const valueOf = async (written: string): Promise<string | undefined> =>
  (await parseWithYaml(`${HEAD}  pgport: ${written}\n`)).options.get('pgport');

const optionsOf = async (text: string): Promise<Record<string, string>> => {
  const { options, problems } = await parseRawConfig(text);
  expect(problems).toEqual([]);
  return Object.fromEntries(options);
};

const notesOf = async (line: string): Promise<readonly string[]> =>
  (await parseRawConfig(`${HEAD}  ${line}\n  bucket: b # the bucket\n`)).notes;

describe('a value is literal text', () => {
  test.each([
    'on',
    'off',
    'yes',
    'No',
    'true',
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

  test.each(['null', 'Null', 'NULL', '~'])('only %p without quotes means no value', async (text) => {
    for (const parse of [parseRawConfig, parseWithYaml]) {
      const written = async (value: string): Promise<string | undefined> =>
        (await parse(`${HEAD}  pgport: ${value}\n  bucket: b\n`)).options.get('pgport');
      expect(await written(text)).toBe('');
      expect(await written(`"${text}"`)).toBe(text);
      expect(await written(`'${text}'`)).toBe(text);
      expect(await written(`!!str ${text}`)).toBe(text);
    }
    expect(await valueOf(`!!null ${text}`)).toBe('');
    expect(await valueOf(`x${text}`)).toBe(`x${text}`);
  });

  test.each([
    ['a # comment', 'a'],
    ['"a"# comment', 'a'],
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

describe('what makes a file unusable is reported', () => {
  const shape = 'it must contain the entries "executablepath" and "options"';

  test.each([
    ['', shape],
    ['# nothing\n', shape],
    ['just text', shape],
    ['- a\n- b\n', shape],
    ['options:\n  - bucket\n', '"options" must contain lines of the form "name: value"'],
    ['options: none\n', '"options" must contain lines of the form "name: value"'],
    [`${HEAD}  bucket: a\n  bucket: b\n`, 'option "bucket" appears twice'],
    ['executablepath: a\nexecutablepath: b\noptions:\n  bucket: b\n', 'entry "executablepath" appears twice'],
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
      expect(problem).toMatch(/^not valid YAML at line [3-9], column \d+: [^\p{Cc}]+$/u);
      expect(problem).not.toContain(secret);
    }
  });

  test('all at once', async () => {
    const { problems } = await parseRawConfig(
      `${HEAD}  bucket: [a]\n  folder: f\n  folder: g\n  region: {a: b}\n`,
    );
    expect(problems).toHaveLength(3);
  });
});

describe("what gpbackup's YAML library reads is read as that does", () => {
  test('an alias is what its anchor is', async () => {
    expect(await optionsOf(`${HEAD}  bucket: &b x\n  folder: *b\n`)).toEqual({ bucket: 'x', folder: 'x' });
    expect(await optionsOf(`x: &o\n  bucket: b\nexecutablepath: /x\noptions: *o\n`)).toEqual({ bucket: 'b' });
    const { problems } = await parseRawConfig(`${HEAD}  bucket: *b\n`);
    expect(problems).toEqual(['option "bucket" must be a single value']);
  });

  test('a merged map gives what is not given beside it', async () => {
    const maps = 'a: &a\n  bucket: of-a\n  region: of-a\nb: &b\n  bucket: of-b\n  folder: of-b\n';
    expect(await optionsOf(`${maps}options:\n  <<: *a\n  bucket: own\n`)).toEqual({
      bucket: 'own',
      region: 'of-a',
    });
    expect(await optionsOf(`${maps}options:\n  <<: [*a, *b]\n`)).toEqual({
      bucket: 'of-a',
      region: 'of-a',
      folder: 'of-b',
    });
    for (const value of ['x', '*options', '[x]']) {
      const { problems } = await parseRawConfig(`options: &options\n  <<: ${value}\n`);
      expect(problems).toEqual(['the value of "<<" must be a map that is defined above it']);
    }
  });

  test('of several documents the first counts, which is reported', async () => {
    const { options, notes } = await parseRawConfig(`${HEAD}  bucket: b\n---\n${HEAD}  bucket: [\n`);
    expect(options.get('bucket')).toBe('b');
    expect(notes).toEqual(['the file contains several YAML documents: only the first is used']);
    for (const end of ['---\n', '---', '...\n', '...\n# c\n']) {
      expect((await parseRawConfig(`${HEAD}  bucket: b\n${end}`)).notes).toEqual([]);
    }
  });

  test.each(['\r', '\u0085', '\u2028', '\u2029'])('%p ends a line, and with it a comment', async (end) => {
    const text = `${HEAD}  bucket: b # c\n  folder: f # d\n`.replaceAll('\n', end);
    expect(await optionsOf(text)).toEqual({ bucket: 'b', folder: 'f' });
  });

  test('control characters are refused', async () => {
    const { problems } = await parseRawConfig(`${HEAD}  bucket: "a\u0000b"\n`);
    expect(problems).toEqual(['not valid YAML: it contains control characters']);
  });
});

test('an unquoted secret that ends at a " #" is reported, without its value', async () => {
  for (const name of ['aws_secret_access_key', 'aws_session_token', 'gpbackup_s3_plugin', 'http_proxy']) {
    const note = `the value of "${name}" ends at " #", where a comment begins: put it in quotes if the # is part of it`;
    for (const value of ['abc #def', 'abc # def', 'abc\t#def', '#def', '&x abc #def']) {
      expect(await notesOf(`${name}: ${value}`)).toEqual([note]);
    }
    for (const value of ['"abc #def"', "'abc' # c", 'abc#def', 'abc', '', '# not needed', '""']) {
      expect(await notesOf(`${name}: ${value}`)).toEqual([]);
    }
  }
});

describe('a mistake is reported in plain English', () => {
  test.each([
    ['  bucket: "b', 'the quote at the end of a value is missing'],
    ['  bucket: @b', 'a value that begins with @, ` or % needs quotes'],
    ['  bucket: `b', 'a value that begins with @, ` or % needs quotes'],
    ['  bucket: %b', 'a value that begins with @, ` or % needs quotes'],
    ['  folder: "a\\qb"', 'a backslash in double quotes: write \\\\ or use single quotes'],
    ['\tbucket: b', 'a tab at the beginning of a line: use spaces'],
    ['  bucket b\n  folder: f', 'a name continues on the next line: is a colon or a quote missing?'],
    ['  folder: f\n  bucket', 'a line must be "name: value", and this one has no colon'],
    ['  bucket: b: c', 'a second ": " in one line: put the value in quotes'],
    ['  bucket: {a', 'the } or ] at the end is missing'],
    ['  bucket: ]', 'unexpected text: a value with special characters needs quotes'],
    ['  bucket: b\n   folder: f', 'a second ": " in one line: put the value in quotes'],
    ['  bucket: "b" c', 'unexpected text: a value with special characters needs quotes'],
    ['  bucket: &a &b c', 'a value that begins with & needs quotes'],
  ])('%p: %s', async (lines, what) => {
    const { problems } = await parseRawConfig(`${HEAD}${lines}\n`);
    expect(problems[0]?.replace(/^not valid YAML at line \d+, column \d+: /, '')).toBe(what);
  });
});
