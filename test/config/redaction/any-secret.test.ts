import { expect, test } from 'bun:test';
import {
  type Arbitrary,
  array,
  assert,
  constantFrom,
  nat,
  oneof,
  property,
  record,
  string,
  tuple,
} from 'fast-check';
import { isCollection, isPair, isScalar, parseAllDocuments } from 'yaml';
import { Secret } from '../../../src/base/secret.ts';
import { redactConfig } from '../../../src/config/redaction/redact-config.ts';
import { anyConfigFile, mutated } from '../config-files.ts';

/** Too long to be found anywhere by chance; with signs that YAML, URLs and templates care about. */
const secret = string({
  unit: constantFrom(
    'a',
    'Z',
    '0',
    '7',
    '/',
    '+',
    '=',
    '_',
    'Q',
    '$',
    '{',
    '}',
    '&',
    '%',
    '"',
    "'",
    '\\',
    '#',
    '@',
  ),
  minLength: 10,
  maxLength: 24,
}).map((text) => `s${text}s`);

const hex = (text: string, before: string, digits: number): string =>
  Array.from(text, (sign) => before + sign.charCodeAt(0).toString(16).padStart(digits, '0')).join('');

/** The ways in which a value can be written; some are no YAML at some places. */
const WRITTEN: readonly ((text: string) => string)[] = [
  (text) => text,
  (text) => JSON.stringify(text),
  (text) => `'${text.replaceAll("'", "''")}'`,
  (text) => `"${hex(text, '\\x', 2)}"`,
  (text) => `"${hex(text, '\\u', 4)}"`,
  (text) =>
    `"${JSON.stringify(text.slice(0, 5)).slice(1, -1)}\\\n      ${JSON.stringify(text.slice(5)).slice(1, -1)}"`,
  (text) => `|\n      ${text}`,
  (text) => `>-\n      ${text}`,
  (text) => `\n      ${text}`,
  (text) => `&anchor ${text}`,
  (text) => `!!str ${text}`,
  encodeURIComponent,
  (text) => hex(text, '%', 2),
  (text) => `http://user:${encodeURIComponent(text)}@proxy:3128`,
  (text) => `http://user:${text}@proxy:3128`,
  (text) => Buffer.from(text).toString('base64'),
  (text) => Buffer.from(`user:${text}`).toString('base64'),
];

/** The places where a value can stand. */
const PLACES: readonly ((written: string) => string)[] = [
  (written) => `  aws_secret_access_key: ${written}`,
  (written) => `  "aws_session_token" : ${written} # comment`,
  (written) => `  ? gpbackup_s3_plugin\n  : ${written}`,
  (written) => `  http_proxy: ${written}`,
  (written) => `  endpoint_source: http://lookup/host?token=${written}`,
  (written) => `  folder: ${written}`,
  (written) => `  ${written}: folder`,
  (written) => `  aws_access_key_id: id # ${written}`,
  (written) => `  # aws_secret_access_key: ${written.replaceAll('\n', '\n  # ')}`,
  (written) => `#old=${written.replaceAll('\n', '\n#')}`,
  (written) => `  # note\r  aws_secret_access_key: ${written}`,
  (written) => `---\n${written}`,
  (written) => `x: &k aws_secret_access_key\n*k : ${written}`,
  (written) => `x: {options: {aws_secret_access_key: ${written}}}`,
  (written) => `  bucket: "x"# ${written}`,
];

const line: Arbitrary<(text: string) => string> = tuple(
  constantFrom(...PLACES),
  constantFrom(...WRITTEN),
).map(
  ([place, write]) =>
    (text) =>
      place(write(text)),
);

/** Every name and value of a YAML document. */
function textsOf(node: unknown): string[] {
  if (isScalar(node)) return [String(node.value)];
  if (isPair(node)) return [...textsOf(node.key), ...textsOf(node.value)];
  return isCollection(node) ? node.items.flatMap(textsOf) : [];
}

/** What a reader sees who undoes one encoding after another, by other means than the program's own. */
function readings(text: string): string[] {
  const url = text.replaceAll(/%[0-9a-f]{2}/gi, (code) =>
    String.fromCharCode(Number.parseInt(code.slice(1), 16)),
  );
  const escapes = text.replaceAll(/\\(?:x|u00)([0-9a-f]{2})/gi, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
  const words = text.match(/[A-Za-z0-9+/]{8,}={0,2}/g) ?? [];
  const base64 = words.map((word) => Buffer.from(word, 'base64').toString('latin1'));
  const parsed = parseAllDocuments(text, { schema: 'failsafe', logLevel: 'silent', uniqueKeys: false });
  const values = (Array.isArray(parsed) ? parsed : []).flatMap((document) =>
    textsOf(document.contents as unknown),
  );
  return [text, url, escapes, escapes.replaceAll("''", "'"), ...base64, ...values];
}

test('whatever the file, and however a secret is written in it: it is not in the copy, and nothing is thrown', () => {
  let kept = 0;
  let lost = 0;
  assert(
    property(
      record({ own: secret, key: secret }),
      anyConfigFile,
      array(line, { minLength: 1, maxLength: 3 }),
      constantFrom('\n', '\r\n', '\r'),
      oneof(
        array(tuple(nat(2000), constantFrom(0, 1), constantFrom('', ' ', '\n', '"', '#', '\t')), {
          maxLength: 0,
        }),
        array(tuple(nat(2000), constantFrom(0, 1), constantFrom('', ' ', '\n', '"', '#', '\t')), {
          maxLength: 1,
        }),
      ),
      ({ own, key }, around, lines, end, mutations) => {
        const inside = ['options:', '  bucket: b', ...lines.map((write) => write(key))].join(end);
        const plain = own.length % 2 === 0 ? `${around}${end}${inside}${end}` : `${inside}${end}`;
        const text = mutations.reduce(mutated, plain);
        const copy = redactConfig(Buffer.from(text), [new Secret(key), new Secret(own)]);
        for (const reading of readings(copy.text)) {
          expect(reading).not.toContain(key);
          expect(reading).not.toContain(encodeURIComponent(key));
        }
        if (copy.nothingLeft === undefined) kept += 1;
        else lost += 1;
      },
    ),
    { numRuns: 3000 },
  );
  // Neither answer may be the only one.
  expect(kept).toBeGreaterThan(300);
  expect(lost).toBeGreaterThan(300);
});

test('a copy that is not replaced as a whole is YAML where the file was, with the same names and line ends', () => {
  assert(
    property(secret, array(line, { minLength: 1, maxLength: 3 }), (key, lines) => {
      const text = `options:\n  bucket: b\n${lines.map((write) => write(key)).join('\n')}\n`;
      const { text: copy, nothingLeft } = redactConfig(Buffer.from(text), [new Secret(key)]);
      if (nothingLeft !== undefined) return;
      expect(copy).toStartWith('options:\n  bucket: b\n');
      const documents = parseAllDocuments(copy.replaceAll('\r', '\n'), {
        schema: 'failsafe',
        logLevel: 'error',
        uniqueKeys: false,
      });
      const errors = Array.isArray(documents) ? documents.flatMap((document) => document.errors) : [];
      expect(errors.filter(({ message }) => !message.startsWith('Comments must be'))).toEqual([]);
    }),
    { numRuns: 2000 },
  );
});
