import { describe, expect, test } from 'bun:test';
import { assert, constantFrom, dictionary, property, record, string, tuple } from 'fast-check';
import { PluginError } from '../../src/base/plugin-error.ts';
import { OPTION_NAMES, OPTIONS } from '../../src/config/options.ts';
import { REDACTED_VALUE, redactConfig } from '../../src/config/redact-config.ts';

const SECRET = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
const SECRET_NAMES = OPTION_NAMES.filter((name) => OPTIONS[name].kind === 'secret');

/** A text with the mark ⟪⟫ around what must be replaced: as it was, and as it must become. */
function marked(text: string): { readonly before: string; readonly after: string } {
  return {
    before: text.replaceAll(/[⟪⟫]/g, ''),
    after: text.replaceAll(/⟪[^⟫]*⟫/g, REDACTED_VALUE),
  };
}

describe('the value of a secret is replaced, the rest stays byte for byte', () => {
  test.each([
    [
      'as gpbackup writes it',
      `executablepath: "/bin/x"\noptions:\n  aws_secret_access_key: ⟪"${SECRET}"⟫\n  bucket: "b"\n`,
    ],
    ['plain', `options:\n  aws_secret_access_key: ⟪${SECRET}⟫\n  bucket: b\n`],
    ['in single quotes', `options:\n  aws_secret_access_key: ⟪'${SECRET}'⟫\n`],
    ['at the end without a newline', `options:\n  aws_secret_access_key: ⟪${SECRET}⟫`],
    ['with CRLF', `options:\r\n  aws_secret_access_key: ⟪${SECRET}⟫\r\n  bucket: b\r\n`],
    ['with a byte order mark', `\ufeffoptions:\n  aws_secret_access_key: ⟪${SECRET}⟫\n`],
    ['with comments around', `# a\noptions: # b\n  # c\n  aws_secret_access_key: ⟪${SECRET}⟫ # d\n  # e\n`],
    ['with odd blanks', `options:\n      aws_secret_access_key:     ⟪${SECRET}⟫   \n`],
    [
      'with umlauts and emoji in front',
      `# Schlüssel 🔑\noptions:\n  folder: "ü😀"\n  aws_secret_access_key: ⟪${SECRET}⟫\n`,
    ],
    [
      'twice',
      `options:\n  aws_secret_access_key: ⟪first-secret⟫\n  aws_secret_access_key: ⟪second-secret⟫\n`,
    ],
    ['beside the options', `aws_secret_access_key: ⟪${SECRET}⟫\noptions:\n  bucket: b\n`],
    ['in flow style', `{executablepath: /x, options: {aws_secret_access_key: ⟪${SECRET}⟫, bucket: b}}\n`],
    ['with a name in quotes', `options:\n  "aws_secret_access_key": ⟪"${SECRET}"⟫\n`],
    ['with an anchor', `options:\n  aws_secret_access_key: &k ⟪${SECRET}⟫\n`],
    ['with a tag', `options:\n  aws_secret_access_key: !!str ⟪${SECRET}⟫\n`],
    ['with escapes', `options:\n  aws_secret_access_key: ⟪"abc\\"def\\x41ghi"⟫\n  bucket: b\n`],
    ['on the next line', `options:\n  aws_secret_access_key:\n    ⟪${SECRET}⟫\n  bucket: b\n`],
    ['over two lines', `options:\n  aws_secret_access_key: ⟪"first\n    second"⟫\n  bucket: b\n`],
    ['short', 'options:\n  aws_secret_access_key: ⟪b⟫\n  bucket: b\n'],
    [
      'that looks like another type',
      'options:\n  aws_secret_access_key: ⟪0123⟫\n  aws_session_token: ⟪null⟫\n',
    ],
    ['a proxy with a password', 'options:\n  http_proxy: ⟪http://user:password@proxy:3128⟫\n  bucket: b\n'],
    ['a proxy with a password that holds an at sign', 'options:\n  http_proxy: ⟪"http://user:p@ss@proxy"⟫\n'],
  ])('%s', (_, text) => {
    const { before, after } = marked(text);
    expect(redactConfig(before)).toBe(after);
  });

  test.each(SECRET_NAMES.map((name) => [name] as const))('for the option %s', (name) => {
    const { before, after } = marked(`options:\n  ${name}: ⟪"${SECRET}"⟫\n`);
    expect(redactConfig(before)).toBe(after);
  });

  test('in a block, whose line break stays', () => {
    const redacted = redactConfig(`options:\n  aws_secret_access_key: |-\n    ${SECRET}\n  bucket: b\n`);
    expect(redacted).toBe(`options:\n  aws_secret_access_key: ${REDACTED_VALUE}\n  bucket: b\n`);
  });
});

describe('the same secret elsewhere in the file', () => {
  const inner = REDACTED_VALUE.slice(1, -1);

  test('is replaced as well: in a comment, under another name', () => {
    const text = `# old: ${SECRET}\noptions:\n  aws_secret_access_key: "${SECRET}"\n  note: x${SECRET}y\n`;
    expect(redactConfig(text)).toBe(
      `# old: ${inner}\noptions:\n  aws_secret_access_key: ${REDACTED_VALUE}\n  note: x${inner}y\n`,
    );
  });

  test('is left when it is a short word, which would hit other text', () => {
    const text = 'options:\n  aws_secret_access_key: gp\n  folder: gp/prod\n';
    expect(redactConfig(text)).toBe(
      `options:\n  aws_secret_access_key: ${REDACTED_VALUE}\n  folder: gp/prod\n`,
    );
  });
});

describe('nothing is changed', () => {
  test.each([
    ['no secret', 'executablepath: /x\noptions:\n  bucket: b # c\r\n  aws_access_key_id: AKIA\n'],
    ['an empty secret in quotes', 'options:\n  aws_secret_access_key: ""\n  bucket: b\n'],
    ['an empty secret', 'options:\n  aws_secret_access_key:\n  bucket: b\n'],
    ['a proxy without a password', 'options:\n  http_proxy: http://proxy:3128\n'],
    ['a name that only contains that of a secret', 'options:\n  my_aws_secret_access_key_file: /etc/key\n'],
  ])('where there is %s', (_, text) => {
    expect(redactConfig(text)).toBe(text);
  });
});

describe('a file whose secrets can’t be found is refused, without showing them', () => {
  test.each([
    ['no YAML', `options:\n  aws_secret_access_key: "${SECRET}\n`],
    ['a list', `- aws_secret_access_key: ${SECRET}\n`],
    ['text', SECRET],
    ['nothing', ''],
    ['an alias', `x: &k ${SECRET}\noptions:\n  aws_secret_access_key: *k\n`],
    ['a list of secrets', `options:\n  aws_secret_access_key: [${SECRET}]\n`],
    ['a map', `options:\n  aws_secret_access_key: {a: ${SECRET}}\n`],
    ['two documents', `options:\n  aws_secret_access_key: ${SECRET}\n---\nb: c\n`],
    [
      'an alias to a proxy with a password',
      `x: &p http://user:${SECRET}@proxy\noptions:\n  http_proxy: *p\n`,
    ],
  ])('%s', (_, text) => {
    let thrown: unknown;
    try {
      redactConfig(text);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(PluginError);
    expect(Bun.inspect(thrown)).not.toContain(SECRET);
    expect(thrown).toMatchObject({ hint: expect.stringContaining('upload_secrets: on') as string });
  });
});

test('for any values the secrets are gone, and without them both texts are the same', () => {
  const letter = constantFrom('a', 'Z', '0', '/', '+', '=', '-', '_', '.');
  const secret = string({ unit: letter, minLength: 8, maxLength: 40 }).map((text) => `S${text}T`);
  const other = string({ unit: constantFrom('a', 'b', ' ', '#', 'é', ':'), maxLength: 10 });
  const names = OPTION_NAMES.filter((name) => OPTIONS[name].kind !== 'secret' && name !== 'http_proxy');
  assert(
    property(
      record({ key: secret, token: secret, password: secret }),
      dictionary(constantFrom(...names), other),
      tuple(constantFrom('"', "'", ''), constantFrom('\n', '\r\n'), constantFrom('', ' # comment', '  ')),
      ({ key, token, password }, others, [quote, end, tail]) => {
        const proxy = `http://u:${password.replaceAll('/', '%2F')}@proxy:1`;
        const lines = [
          'executablepath: /usr/bin/x',
          'options:',
          ...Object.entries(others).map(([name, value]) => `  ${name}: "${value}"${tail}`),
          `  aws_secret_access_key: ⟪${quote}${key}${quote}⟫${tail}`,
          `  aws_session_token: ⟪${quote}${token}${quote}⟫${tail}`,
          `  http_proxy: ⟪${quote}${proxy}${quote}⟫${tail}`,
          '',
        ];
        const { before, after } = marked(lines.join(end));
        const redacted = redactConfig(before);
        for (const value of [key, token, password]) expect(redacted).not.toContain(value);
        expect(redacted).toBe(after);
      },
    ),
    { numRuns: 500 },
  );
});
