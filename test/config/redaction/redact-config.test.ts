import { describe, expect, test } from 'bun:test';
import { assert, constantFrom, dictionary, property, record, string, tuple } from 'fast-check';
import { Secret } from '../../../src/base/secret.ts';
import { OPTION_NAMES, OPTIONS } from '../../../src/config/options.ts';
import { REDACTED_VALUE, redactConfig as redactBytes } from '../../../src/config/redaction/redact-config.ts';

/** The copy of a text; `loaded` are secrets of the loaded config. */
const redact = (text: string | Uint8Array, ...loaded: string[]): ReturnType<typeof redactBytes> =>
  redactBytes(
    Buffer.from(text),
    loaded.map((secret) => new Secret(secret)),
  );
const redactConfig = (text: string): string => redact(text).text;

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
    ['with a comment after the quote', `options:\n  aws_secret_access_key: ⟪"${SECRET}"⟫# c\n`],
    ['before the end of the document', `options:\n  aws_secret_access_key: ⟪${SECRET}⟫\n---\n`],
    ['in a second document', `options:\n  bucket: b\n---\nb: c\naws_secret_access_key: ⟪${SECRET}⟫\n`],
    ['with CR alone', `# c\roptions:\r  aws_secret_access_key: ⟪${SECRET}⟫\r  bucket: b\r`],
    ['behind a comment that ends with CR', `options:\n  # c\r  aws_secret_access_key: ⟪${SECRET}⟫\n`],
    ['behind a comment that ends with NEL', `options:\n  # c\u0085  aws_secret_access_key: ⟪${SECRET}⟫\n`],
    ['behind a comment that ends with LS', `options:\n  # c\u2028  aws_secret_access_key: ⟪${SECRET}⟫\n`],
    ['with tabs', `options:\t# c\n  aws_secret_access_key:\t⟪${SECRET}⟫\t# c\n`],
    ['under an alias as its name', `name: &n aws_secret_access_key\noptions:\n  *n : ⟪${SECRET}⟫\n`],
    ['behind an alias', `x: &k ⟪${SECRET}⟫\noptions:\n  aws_secret_access_key: *k\n`],
    ['in a merged map', `base: &b\n  aws_secret_access_key: ⟪${SECRET}⟫\noptions:\n  <<: *b\n  bucket: b\n`],
    ['with an explicit name', `options:\n  ? aws_secret_access_key\n  : ⟪${SECRET}⟫\n`],
    ['with a name in escapes', `options:\n  "aws\\x5fsecret_access_key": ⟪${SECRET}⟫\n`],
    ['with signs of templates', `options:\n  aws_secret_access_key: ⟪'$&$\{x}$1$$'⟫\n`],
    [
      'an alias to a proxy with a password',
      `x: &p ⟪http://user:${SECRET}@proxy⟫\noptions:\n  http_proxy: *p\n`,
    ],
    ['a proxy without a scheme', 'options:\n  http_proxy: ⟪user:password@proxy:3128⟫\n'],
    ['a token in the query of an address', 'options:\n  endpoint_source: ⟪https://lookup/host?token=abc⟫\n'],
    ['a user in an address', 'options:\n  endpoint_source: ⟪https://user:pw@lookup/host⟫\n'],
    ['a token in the path of an address', 'options:\n  endpoint_source: ⟪https://lookup/T0k3nT0k3n/host⟫\n'],
    ['of another program', `options:\n  bucket: b\nswift_password: ⟪hunter2⟫\n`],
    [
      'that looks like another type',
      'options:\n  aws_secret_access_key: ⟪0123⟫\n  aws_session_token: ⟪null⟫\n',
    ],
    ['a proxy with a password', 'options:\n  http_proxy: ⟪http://user:password@proxy:3128⟫\n  bucket: b\n'],
    [
      'each value of a map',
      `options:\n  request_headers:\n    x-a: ⟪${SECRET}⟫ # c\n    x-b: ⟪"b"⟫\n  bucket: b\n`,
    ],
    ['each value of a map in one line', `options:\n  request_headers: {x-a: ⟪${SECRET}⟫, x-b: ⟪'b'⟫}\n`],
    [
      'a value of a map that is an alias',
      `x: &k ⟪${SECRET}⟫\noptions:\n  request_headers: {x-a: *k, x-b: ⟪b⟫}\n`,
    ],
    ['a value of a map beside a variable', 'options:\n  request_headers: {x-a: ⟪secret⟫, x-b: "${TOKEN}"}\n'],
    ['what only looks like a variable', 'options:\n  aws_secret_access_key: ⟪a${NAME}⟫\n'],
    ['a command line', 'options:\n  aws_secret_access_key_command: ⟪vault read -field=key kv/s3⟫\n'],
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
      `# old: ${inner}\noptions:\n  aws_secret_access_key: ${REDACTED_VALUE}\n  note: ${REDACTED_VALUE}\n`,
    );
  });
});

describe('nothing is changed', () => {
  test.each([
    ['nothing', ''],
    ['a comment alone', '# c\n'],
    ['no secret', 'executablepath: /x\noptions:\n  bucket: b # c\r\n  aws_access_key_id: AKIA\n'],
    ['an empty secret in quotes', 'options:\n  aws_secret_access_key: ""\n  bucket: b\n'],
    ['an empty secret', 'options:\n  aws_secret_access_key:\n  bucket: b\n'],
    ['a proxy without a password', 'options:\n  http_proxy: http://proxy:3128\n'],
    [
      'a variable in place of a secret',
      'options:\n  aws_secret_access_key: ${KEY}\n  http_proxy: "${PROXY}"\n  aws_session_token: \'${T}\'\n',
    ],
    ['a variable in a comment', '# aws_secret_access_key: ${KEY}\n# aws_session_token: "${TOKEN}"\n'],
    ['the path of a secret', 'options:\n  aws_secret_access_key_file: /run/secrets/s3-key\n'],
    ['a name that only contains that of a secret', 'options:\n  my_aws_secret_access_key_file: /etc/key\n'],
  ])('where there is %s', (_, text) => {
    expect(redactConfig(text)).toBe(text);
  });
});

const NOTHING_LEFT =
  /^# gpbackup_s3_plugin: the config file is not stored here, because its secrets could not be replaced one by one \([^\n]+\)\n$/;

describe('a file whose secrets can’t be found is replaced as a whole', () => {
  test.each([
    ['no YAML', `options:\n  aws_secret_access_key: "${SECRET}\n`, 'it is not valid YAML'],
    [
      'a list of secrets',
      `options:\n  aws_secret_access_key: [${SECRET}]\n`,
      'the value of a secret is not a single text',
    ],
    [
      'a map of lists',
      `options:\n  aws_secret_access_key: {a: [${SECRET}]}\n`,
      'the value of a secret is not a single text',
    ],
    [
      'an alias of nothing',
      `options:\n  aws_secret_access_key: *k\n# ${SECRET}\n`,
      'the value of a secret is not a single text',
    ],
    [
      'a broken second document',
      `options:\n  aws_secret_access_key: ${SECRET}\n---\nb: [\n`,
      'it is not valid YAML',
    ],
    ['NUL', `options:\n  aws_secret_access_key: ${SECRET}\n# \0\n`, 'it contains control characters'],
    [
      'a name',
      `options:\n  aws_secret_access_key: ${SECRET}\n  ${SECRET}: x\n`,
      'it contains a secret at an unexpected place',
    ],
    [
      'base64',
      `# ${Buffer.from(`id:${SECRET}`).toString('base64')}\n`,
      'it contains a secret at an unexpected place',
    ],
    ['deep nesting', `a: ${'['.repeat(100_000)}\n`, ''],
  ])('%s', (_, text, why) => {
    const { text: copy, nothingLeft = '' } = redact(text, SECRET);
    expect(nothingLeft).toInclude(why);
    expect(copy).toMatch(NOTHING_LEFT);
  });

  test('bytes that are not UTF-8', () => {
    const text = Buffer.concat([
      Buffer.from(`aws_secret_access_key: ${SECRET}\n# `),
      Buffer.from([0xe4, 10]),
    ]);
    expect(redact(text).nothingLeft).toBe('it is not UTF-8');
    expect(redact(Buffer.from(`\ufeffaws_secret_access_key: ${SECRET}\n`, 'utf16le')).nothingLeft).toBe(
      'it is not UTF-8',
    );
  });
});

describe('the secrets of the loaded config can not be read out of the copy', () => {
  const HEAD = 'options:\n  bucket: b\n';

  test.each([
    ['a list', `- aws_secret_access_key: ⟪${SECRET}⟫\n`],
    ['text', `⟪${SECRET}⟫`],
    ['another option', `${HEAD}  aws_access_key_id: ⟪"${SECRET}"⟫\n`],
    ['a part of another option', `${HEAD}  folder: ⟪x/${SECRET}/y⟫\n`],
    ['another option, as a URL has it', `${HEAD}  folder: ⟪${encodeURIComponent(SECRET)}⟫\n`],
    ['another option, in escapes', `${HEAD}  folder: ⟪"${SECRET.replace('w', '\\x77')}"⟫\n`],
  ])('%s', (_, text) => {
    const { before, after } = marked(text);
    expect(redact(before, SECRET)).toEqual({ text: after });
  });

  test.each([
    ['as a URL has it', encodeURIComponent(SECRET)],
    ['as a form has it', encodeURIComponent('a b+c/d')],
    ['with every sign encoded', Array.from(SECRET, (sign) => `%${sign.charCodeAt(0).toString(16)}`).join('')],
    ['encoded twice', encodeURIComponent(encodeURIComponent(SECRET))],
    ['in escapes of JSON', SECRET.replace('w', '\\u0077').replace('/', '\\/')],
    ['in escapes of YAML', Array.from(SECRET, (sign) => `\\x${sign.charCodeAt(0).toString(16)}`).join('')],
    ['over two lines', `"${SECRET.slice(0, 9)}\\\n#   ${SECRET.slice(9)}"`],
    ['in base64', Buffer.from(`x${SECRET}`).toString('base64')],
  ])('a comment that has one %s', (_, written) => {
    const { text, nothingLeft } = redact(`${HEAD}# note ${written}\n`, SECRET, 'a b+c/d');
    expect(text).toMatch(NOTHING_LEFT);
    expect(nothingLeft).toBeDefined();
  });

  test('a short one is in no other word either', () => {
    expect(redact(`${HEAD}  aws_secret_access_key: xy\n`, 'xy').text).toInclude('bucket: b');
    for (const text of [`${HEAD}  folder: axyb\n`, `${HEAD}# axyb\n`, `${HEAD}  pgport: "x\\x79"\n`]) {
      expect(redact(text, 'xy').text).toMatch(NOTHING_LEFT);
    }
  });

  test('one of the words that every copy has', () => {
    for (const secret of ['redacted', 'gpbackup_s3_plugin', 'a']) {
      const { text } = redact(`${HEAD}  aws_secret_access_key: ${secret}\n`, secret);
      expect(text).toMatch(
        secret === 'a' ? NOTHING_LEFT : /^options:\n  bucket: b\n  aws_secret_access_key: "\[/,
      );
    }
  });

  test('one with spaces around it, or of several lines', () => {
    for (const secret of [` ${SECRET} `, `${SECRET}\n`, `first of them\n${SECRET}`]) {
      const text = `${HEAD}# ${secret.trim().replaceAll('\n', '\n# ')}\n`;
      expect(redact(text, secret).text).not.toInclude(SECRET);
    }
  });
});

describe('commented-out secrets are replaced, whatever they are', () => {
  const inner = REDACTED_VALUE.slice(1, -1);

  test.each([
    '# aws_secret_access_key: ⟪old⟫',
    '#aws_secret_access_key: ⟪old⟫',
    "#  aws_secret_access_key : ⟪'old'⟫",
    '## - "aws_secret_access_key": ⟪"old" # from 2024⟫',
    '# AWS_SECRET_ACCESS_KEY=⟪old⟫',
    '# export AWS_SESSION_TOKEN = ⟪old⟫',
    '# aws_secret_access_key:⟪old⟫',
    '#\taws_secret_access_key:\t⟪old⟫',
    '# options: {bucket: b, aws_secret_access_key: ⟪old, folder: f}⟫',
    'bucket: b # aws_secret_access_key: ⟪old⟫',
    'x: "a" #aws_secret_access_key: ⟪old⟫',
    '# old password: ⟪hunter2⟫',
    '# gpbackup_s3_plugin: ⟪abc⟫',
    '# http_proxy: ⟪http://u:p@proxy⟫',
    '# http_proxy: ⟪u:p/w@proxy⟫',
    '# endpoint_source: ⟪http://h/x?t=1⟫',
    '# see http://⟪u:p⟫@proxy/',
    '# aws_secret_access_key: ⟪|⟫\n#   ⟪old⟫\n#   ⟪old2⟫\n# bucket: b',
    '# aws_secret_access_key:\n#     ⟪old⟫\n# bucket: b',
    '# aws_secret_access_key: ⟪"old\\⟫\n# ⟪old2"⟫\n# bucket: b',
    '# c\r# aws_secret_access_key: ⟪old⟫\r# d',
    '# c\r\n# aws_secret_access_key: ⟪old⟫\r\n# d',
  ])('%p', (text) => {
    const before = `options:\n  bucket: b\n${text.replaceAll(/[⟪⟫]/g, '')}\n`;
    const after = `options:\n  bucket: b\n${text.replaceAll(/⟪[^⟫]*⟫/g, inner)}\n`;
    expect(redact(before)).toEqual({ text: after });
  });

  test.each([
    '# aws_secret_access_key: ""',
    '# aws_secret_access_key:',
    '# aws_secret_access_key_file: /etc/key',
    '# upload_secrets: on',
    '# password_encryption: on',
    '# http_proxy: http://proxy:3128',
    '# endpoint: https://s3.example:9000/s3',
    '# bucket: b',
    '# https://docs.example/page',
    '# the key is rotated each month',
  ])('%p stays', (comment) => {
    const text = `options:\n  bucket: b\n  ${comment}\n`;
    expect(redact(text)).toEqual({ text });
  });
});

test('for any values the secrets are gone, and without them both texts are the same', () => {
  const letter = constantFrom('a', 'Z', '0', '/', '+', '=', '-', '_', '.');
  const secret = string({ unit: letter, minLength: 8, maxLength: 40 }).map((text) => `S${text}T`);
  const other = string({ unit: constantFrom('a', 'b', ' ', '#', 'é', ':'), maxLength: 10 });
  const names = OPTION_NAMES.filter(
    (name) => !['secret', 'secret map', 'command', 'url'].includes(OPTIONS[name].kind),
  );
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
