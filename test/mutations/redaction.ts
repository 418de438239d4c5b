import { mutationsOf } from './mutation.ts';

/** What of the config file reaches the bucket. */
export const REDACTION = [
  ...mutationsOf(
    'src/config/redaction/redact-config.ts',
    ['test/config/redaction/redact-config.test.ts'],
    [
      {
        name: 'a secret in a comment is uploaded',
        find: 'of wordsIn(text, comment, words)) {',
        replace: 'of wordsIn(text, comment, [])) {',
      },
      {
        name: 'nobody looks whether a secret is left in the copy',
        find: 'if (leaks(redacted',
        replace: 'if (all === null && leaks(redacted',
      },
      {
        name: 'commented-out secrets are uploaded',
        find: 'of secretsInComments(text, comments))',
        replace: 'of secretsInComments(text, []))',
      },
      {
        name: 'a secret under the name of another option is uploaded',
        find: '!isKey && (leaks(value, words) || ',
        replace: '!isKey && (',
      },
    ],
  ),
  ...mutationsOf(
    'src/config/redaction/secret-names.ts',
    ['test/config/redaction/redact-config.test.ts'],
    [
      {
        name: 'the proxy’s password is uploaded',
        find: 'if (/[@?#]/.test(address)) return true;',
        replace: '',
      },
      {
        name: 'the password of an option that nobody knows is uploaded',
        find: "HARMLESS.test(name) ? 'none' : 'secret'",
        replace: "'none'",
      },
      {
        name: 'the path of a signed address is uploaded',
        find: 'return path.slice(1).some(looksRandom);',
        replace: 'return false;',
      },
    ],
  ),
  ...mutationsOf(
    'src/config/redaction/yaml-secrets.ts',
    ['test/config/redaction/redact-config.test.ts'],
    [
      {
        name: 'secrets are uploaded when the file can’t be read',
        find: 'document.errors.some((error) => !isHarmless(error))',
        replace: 'document.errors === null',
      },
      {
        name: 'a secret behind an anchor is uploaded',
        find: 'isAlias(value) ? value.resolve(document) : value',
        replace: 'value',
      },
    ],
  ),
  ...mutationsOf(
    'src/config/redaction/comments.ts',
    ['test/config/redaction/redact-config.test.ts'],
    [
      {
        name: 'the second line of a commented-out secret is uploaded',
        find: 'open !== undefined && follows && indent !== -1',
        replace: 'open === null && follows && indent !== -1',
      },
      {
        name: 'the password of a commented-out address is uploaded',
        find: 'comment.slice(0, limit).matchAll(USER)',
        replace: "''.matchAll(USER)",
      },
    ],
  ),
  ...mutationsOf(
    'src/config/redaction/leak.ts',
    ['test/config/redaction/redact-config.test.ts'],
    [
      {
        name: 'a secret in base64 is uploaded',
        find: 'if (bytes.length >= 6) {',
        replace: 'if (bytes.length < 0) {',
      },
      {
        name: 'a secret with percent signs for its letters is uploaded',
        find: 'const decoded = percentDecoded(text);',
        replace: 'const decoded = text;',
      },
      {
        name: 'a secret with escaped letters is uploaded',
        find: '[base, unescaped(base), ',
        replace: '[base, ',
      },
    ],
  ),
];
