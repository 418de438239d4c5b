import { describe, expect, test } from 'bun:test';
import { type Arbitrary, assert, asyncProperty, constantFrom, dictionary, string } from 'fast-check';
import { OPTION_NAMES } from '../../src/config/options.ts';
import { parseWithYaml } from '../../src/config/parse-raw-config.ts';
import { quickParse } from '../../src/config/quick-parse.ts';
import { anyConfigFile } from './config-files.ts';

const HEAD = 'executablepath: /usr/local/bin/gpbackup_s3_plugin\noptions:\n';

test('agrees with the YAML library wherever it answers', async () => {
  let answered = 0;
  await assert(
    asyncProperty(anyConfigFile, async (text) => {
      const quick = quickParse(text);
      if (quick === undefined) return;
      answered += 1;
      expect(quick).toEqual(await parseWithYaml(text));
    }),
    { numRuns: 2000 },
  );
  // The property means something only when a good part of the files is answered.
  expect(answered).toBeGreaterThan(200);
});

/** Values that gpbackup can write in double quotes without an escape. */
const writtenByGpbackup: Arbitrary<string> = string({ unit: 'grapheme-ascii' }).map((text) =>
  text.replace(/["\\]/g, ''),
);

test('answers every file that gpbackup writes, with the values as they were', async () => {
  await assert(
    asyncProperty(
      dictionary(constantFrom(...OPTION_NAMES), writtenByGpbackup, { minKeys: 1 }),
      async (options) => {
        const lines = Object.entries(options).map(([name, value]) => `  ${name}: "${value}"\n`);
        const text = `executablepath: "/bin/x"\noptions:\n${lines.join('')}`;
        const quick = quickParse(text);
        expect(quick?.options).toEqual(new Map(Object.entries(options)));
        expect(quick).toEqual(await parseWithYaml(text));
      },
    ),
  );
});

describe('answers what nearly every user writes', () => {
  test.each([
    ['plain', '  bucket: backups\n', 'backups'],
    ['double quotes', '  bucket: "back ups # 1"\n', 'back ups # 1'],
    ['single quotes', '  bucket: \'back "ups"\'\n', 'back "ups"'],
    ['comments and blank lines around', '\n# one\n  # two\n  bucket: backups\n\n#three', 'backups'],
    ['CRLF', '  bucket: backups\r\n  folder: f\r\n', 'backups'],
    ['blanks at the end of the line', '  bucket: backups   \n', 'backups'],
    ['blanks in front of the value', '  bucket:    backups\n', 'backups'],
    ['another indentation', '      bucket: backups\n      folder: f\n', 'backups'],
    ['no newline at the end', '  bucket: backups', 'backups'],
    ['a variable', '  bucket: ${BUCKET_1}\n', '${BUCKET_1}'],
    ['a colon inside', '  bucket: host:9000\n', 'host:9000'],
  ])('%s', async (_, lines, value) => {
    const quick = quickParse(HEAD + lines);
    expect(quick?.options.get('bucket')).toBe(value);
    expect(quick).toEqual(await parseWithYaml(HEAD + lines));
  });
});

describe('leaves to the YAML library', () => {
  test.each([
    ['a comment behind a value', '  bucket: backups # mine\n'],
    ['an escape', '  bucket: "a\\tb"\n'],
    ['a doubled quote', "  bucket: 'it''s'\n"],
    ['an anchor', '  bucket: &b backups\n'],
    ['an alias', '  bucket: *b\n'],
    ['a block', '  bucket: |\n    backups\n'],
    ['a value on the next line', '  bucket:\n    backups\n'],
    ['a duplicate', '  bucket: a\n  bucket: b\n'],
    ['uneven indentation', '  bucket: a\n   folder: b\n'],
    ['a tab', '\tbucket: a\n'],
    ['a list', '  bucket: [a]\n'],
    ['an entry without a value', '  bucket: a\n  folder:\n'],
    ['no options', ''],
  ])('%s', (_, lines) => {
    expect(quickParse(HEAD + lines)).toBeUndefined();
  });
});

describe('never takes for an entry what is none in YAML', () => {
  test.each([
    ['no blank behind the colon', `${HEAD}  bucket:backups\n`],
    ['no blank behind the colon, in quotes', `${HEAD}  bucket:"backups"\n`],
    ['two documents', `---\n---\n${HEAD}  bucket: backups\n`],
    ['a tab behind the colon', `${HEAD}  bucket:\tbackups\n`],
  ])('%s', async (_, text) => {
    const quick = quickParse(text);
    if (quick !== undefined) expect(quick).toEqual(await parseWithYaml(text));
    else expect(quick).toBeUndefined();
  });
});
