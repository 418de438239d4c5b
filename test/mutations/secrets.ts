import { mutationsOf } from './mutation.ts';

/** Values that are not in the config file, or encrypted there. */
export const SECRETS = [
  ...mutationsOf(
    'src/base/first-line.ts',
    ['test/base/first-line.test.ts'],
    [
      { name: 'the CR of a Windows file is part of a secret', find: 'isCut ? end - 1 : end', replace: 'end' },
      {
        name: 'a device or a pipe is taken for a file',
        find: 'if (!facts.isFile())',
        replace: 'if (facts.isSocket())',
      },
      {
        name: 'nobody hears that all users can read a secret',
        find: '& 0o004) !== 0',
        replace: '& 0o010) !== 0',
      },
      {
        name: 'a binary file is taken for a secret',
        find: "if (hasControls(text.replaceAll('\\t', '')))",
        replace: 'if (text === null)',
      },
    ],
  ),
  ...mutationsOf(
    'src/config/outside/points-outside.ts',
    ['test/config/outside/from-environment.test.ts'],
    [
      { name: 'variables are not replaced', find: "text.includes('${')", replace: "text.includes('$${')" },
      {
        name: 'password_encryption: On does nothing',
        find: 'text?.trim().toLowerCase()',
        replace: 'text?.trim()',
      },
    ],
  ),
  ...mutationsOf(
    'src/config/outside/outside-values.ts',
    ['test/config/outside/from-environment.test.ts'],
    [
      {
        name: 'a value of the environment is shown in a message',
        find: 'return texts.map((text) => this.#withoutValue(text));',
        replace: 'return texts;',
      },
      {
        name: 'one missing variable is told as several problems',
        find: 'return texts.filter((text) => ![',
        replace: 'return texts.filter((text) => text === null || [',
      },
    ],
  ),
  ...mutationsOf(
    'src/config/outside/from-environment.ts',
    ['test/config/outside/from-environment.test.ts'],
    [
      {
        name: 'an empty variable is an empty secret',
        find: "value === undefined || value.trim() === ''",
        replace: 'value === undefined',
      },
      {
        name: 'variables in maps are not replaced',
        find: "if (kind === 'map' || kind === 'secret map')",
        replace: "if (name === '' && kind === 'map')",
      },
    ],
  ),
  ...mutationsOf(
    'src/config/outside/from-files.ts',
    ['test/config/outside/from-files.test.ts'],
    [
      {
        name: 'the proxy gets another password than the file has',
        find: 'encodeURIComponent(line)',
        replace: 'line',
      },
      {
        name: 'a file silently replaces the secret in the config file',
        find: "target !== 'http_proxy' && outside.get(target) !== undefined",
        replace: 'target === null',
      },
    ],
  ),
  ...mutationsOf(
    'src/config/outside/from-command.ts',
    ['test/config/outside/from-command.test.ts'],
    [
      {
        name: 'a passing fault of the command fails a backup',
        find: 'const PAUSES = [300, 1000] as const;',
        replace: 'const PAUSES: readonly number[] = [];',
      },
      {
        name: 'a command is started for a file that can’t be used',
        find: 'if (outside.problems.length > 0) return',
        replace: 'if (outside.problems.length > 99) return',
      },
    ],
  ),
  ...mutationsOf(
    'src/config/outside/decrypt-values.ts',
    ['test/config/outside/decrypt-values.test.ts'],
    [
      {
        name: 'the line break of echo is part of the secret',
        find: "plain.replace(/\\r?\\n$/, '')",
        replace: 'plain',
      },
      {
        name: 'nobody hears that a secret is not encrypted',
        find: 'if (!outside.isFromOutside(name)) {',
        replace: 'if (name === null) {',
      },
      {
        name: 'the password of the proxy is sent encrypted',
        find: 'if (message === undefined) return [];',
        replace: 'if (text.length > 0) return [];',
      },
    ],
  ),
  ...mutationsOf(
    'src/config/openpgp/decrypt.ts',
    ['test/config/openpgp/decrypt.test.ts'],
    [
      {
        name: 'a changed encrypted value is used',
        find: 'return isIntact ?',
        replace: 'return plain.length > 0 ?',
      },
      {
        name: 'a message for several passphrases opens with the first only',
        find: 'if (plain !== undefined) return textOf(plain);',
        replace: 'if (plain === undefined) break;\n    return textOf(plain);',
      },
    ],
  ),
  ...mutationsOf(
    'src/config/openpgp/passphrase-key.ts',
    ['test/config/openpgp/decrypt.test.ts'],
    [
      {
        name: 'keys longer than a hash repeat it',
        find: '.update(new Uint8Array(zeros))',
        replace: '.update(new Uint8Array(0))',
      },
      {
        name: 'the key is made with too few rounds',
        find: '((count >> 4) + 6)',
        replace: '((count >> 4) + 5)',
      },
    ],
  ),
  ...mutationsOf(
    'src/config/outside/make-key.ts',
    ['test/program/encrypt-secret.test.ts'],
    [
      { name: 'the file of keys can be read by others', find: "'wx', 0o600", replace: "'wx', 0o644" },
      {
        name: 'keys of other plugins are lost',
        find: 'await withEntry(path, old.text, key)',
        replace: "await withEntry(path, '', key)",
      },
      {
        name: 'of two keys made at once one is lost',
        find: 'linkIfNone(unfinished, target)',
        replace: 'renameSync(unfinished, target)',
      },
    ],
  ),
  ...mutationsOf(
    'src/process/ask-secret.ts',
    ['test/program/encrypt-secret.test.ts'],
    [
      {
        name: 'the terminal stays silent after encrypt_secret',
        find: 'process.stdin.setRawMode(false);',
        replace: '',
        equivalent: 'the runtime gives the terminal back as well when it ends',
      },
      { name: 'a secret is shown while it is typed', find: 'stdin.setRawMode(true);', replace: '' },
      { name: 'a mistyped secret is encrypted', find: 'if (first !== second)', replace: "if (first === '')" },
      { name: 'Ctrl-C is part of the secret', find: 'byte === KEY.interrupt', replace: 'byte === -1' },
    ],
  ),
  ...mutationsOf(
    'src/session/warn-of-exposure.ts',
    ['test/program/secrets.test.ts'],
    [
      {
        name: 'a config file that its group can read is no warning',
        find: '(mode & 0o044) !== 0',
        replace: '(mode & 0o004) !== 0',
      },
      {
        name: 'a config file without secrets is warned of each night',
        find: 'hasOwnSecrets ? modeOf(path) : 0',
        replace: 'modeOf(path)',
      },
    ],
  ),
  ...mutationsOf(
    'launcher/gpbackup_s3_plugin',
    ['test/program/secrets.test.ts'],
    [{ name: 'a crash writes secrets to the disk', find: 'ulimit -c 0 2>/dev/null', replace: ':' }],
  ),
  ...mutationsOf(
    'src/config/redaction/yaml-secrets.ts',
    ['test/config/redaction/redact-config.test.ts'],
    [
      {
        name: 'values of a secret map are uploaded',
        find: 'if (!isMap(node)) return [node];',
        replace: 'if (isMap(node)) return [];\n  if (!isMap(node)) return [node];',
      },
      {
        name: 'the name of a variable is replaced in the copy',
        find: "value === '' || variableOf(value) !== undefined",
        replace: "value === ''",
      },
    ],
  ),
];
