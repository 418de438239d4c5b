import { mutationsOf } from './mutation.ts';

const NORMALISE = 'test/config/normalise.test.ts';
const CONNECTION = 'test/config/connection.test.ts';
const SECRETS = 'test/program/wiring-secrets.test.ts';

/** The config file, the log, and the words that all rooms use. */
export const SETTINGS = [
  ...mutationsOf(
    'src/config/normalise.ts',
    [NORMALISE, CONNECTION],
    [
      {
        name: 'encryption is off by default',
        find: 'const secure = read.encryption ?? true;',
        replace: 'const secure = read.encryption ?? false;',
      },
      {
        name: 'encryption: off is not kept to on AWS',
        find: "awsScheme: values.encryption ? 'https' : 'http'",
        replace: "awsScheme: 'https'",
      },
      {
        name: 'a secret without its key id is taken',
        find: 'if (id !== undefined || secret !== undefined) {',
        replace: 'if (id !== undefined && secret === undefined) {',
      },
      {
        name: 'the session token of the config is lost',
        find: 'secretAccessKey: secret, sessionToken: token',
        replace: 'secretAccessKey: secret, sessionToken: undefined',
      },
      {
        name: 'the proxy’s password is shown when the URL can’t be read',
        find: "name === 'http_proxy' || text.includes('@') ? ''",
        replace: "name === '' ? ''",
      },
      {
        name: 'max_memory is not read',
        find: 'maxMemory: values.max_memory',
        replace: 'maxMemory: 201_326_592',
        tests: [NORMALISE, 'test/program/wiring-memory.test.ts'],
      },
      {
        name: 'retry_timeout is not read',
        find: 'retryTimeout: values.retry_timeout',
        replace: 'retryTimeout: 600_000',
      },
      { name: 'checksum is not read', find: 'checksum: values.checksum', replace: "checksum: 'auto'" },
      {
        name: 'payload_signing is not read',
        find: 'payloadSigning: values.payload_signing',
        replace: "payloadSigning: 'auto'",
      },
      { name: 'ca_file is not read', find: 'caFile: values.ca_file', replace: 'caFile: undefined' },
      {
        name: 'restore_multipart_chunksize is not read',
        find: 'rangeSize: values.restore_multipart_chunksize',
        replace: 'rangeSize: undefined',
      },
      {
        name: 'an option one level too high has silently no effect',
        find: 'if (isOptionName(name)) problems.push(',
        replace: "if (name === '') problems.push(",
      },
      {
        name: 'verify_tls: off does not warn',
        find: "if (!values.verify_tls) warnings.push('verify_tls is off",
        replace: "if (values.verify_tls === undefined) warnings.push('verify_tls is off",
      },
    ],
  ),
  ...mutationsOf(
    'src/config/option-values.ts',
    ['test/config/secrets.test.ts', NORMALISE],
    [
      {
        name: 'an unknown option is taken in silence',
        find: 'if (!isOptionName(name)) {',
        replace: "if (name === '') {",
      },
      {
        name: 'an empty value is not the default',
        find: "written === undefined || written.trim() === '' ? definition.fallback",
        replace: 'written === undefined ? definition.fallback',
      },
      {
        name: 'a required option may be missing',
        find: 'if (definition.required === true) problems.push(',
        replace: 'if (definition.required === undefined && name === null) problems.push(',
      },
    ],
  ),
  ...mutationsOf(
    'src/config/check-option.ts',
    ['test/config/check-option.test.ts'],
    [
      { name: 'sizes below the least are taken', find: 'value >= (minimum ?? 0) && ', replace: '' },
      {
        name: 'sizes above the most are taken',
        find: ' && value <= (maximum ?? Number.MAX_SAFE_INTEGER)',
        replace: '',
      },
      {
        name: 'On and OFF in capitals are refused',
        find: 'text.trim().toLowerCase()',
        replace: 'text.trim()',
      },
    ],
  ),
  ...mutationsOf(
    'src/config/quick-parse.ts',
    ['test/config/quick-parse.test.ts'],
    [
      { name: 'an option that is there twice is taken', find: ' || options.has(name)', replace: '' },
      {
        name: 'a comment behind a value is part of it',
        find: 'PLAIN.test(text) ? text : undefined',
        replace: 'text',
      },
    ],
  ),
  ...mutationsOf(
    'src/config/parse-raw-config.ts',
    ['test/config/parse-raw-config.test.ts'],
    [
      {
        name: 'a list as a value is taken for nothing',
        find: 'if (text === undefined) problems.push(',
        replace: 'if (text === null) problems.push(',
      },
      {
        name: 'values become numbers and truth values',
        find: "schema: 'failsafe'",
        replace: "schema: 'core'",
      },
    ],
  ),
  ...mutationsOf(
    'src/config/redact-config.ts',
    ['test/config/redact-config.test.ts'],
    [
      {
        name: 'a secret in a comment is uploaded',
        find: 'if (value.length >= 8) redacted = redacted.replaceAll',
        replace: 'if (value.length >= 8000) redacted = redacted.replaceAll',
      },
      {
        name: 'the proxy’s password is uploaded',
        find: "if (name !== 'http_proxy') return false;",
        replace: "if (name !== 'http-proxy') return false;",
      },
      {
        name: 'secrets are uploaded when the file can’t be read',
        find: 'if (document.errors.length > 0 || !isMap(document.contents)) {',
        replace: 'if (!isMap(document.contents)) {',
      },
    ],
  ),
  ...mutationsOf(
    'src/config/config-error.ts',
    [NORMALISE, 'test/program/messages.test.ts'],
    [
      {
        name: 'only the first problem of a config file is told',
        find: 'others.length === 0 ? first',
        replace: 'others.length >= 0 ? first',
        tests: ['test/program/messages.test.ts'],
      },
    ],
  ),
  ...mutationsOf(
    'src/log/log.ts',
    ['test/log/log.test.ts'],
    [
      {
        name: 'requests are logged at info',
        find: "debug(message: () => string): void {\n    if (admits(this.verbosity, 'debug'))",
        replace: 'debug(message: () => string): void {\n    if (message !== undefined)',
      },
      {
        name: 'warnings are not logged at info',
        find: "warning(message: string): void {\n    if (admits(this.verbosity, 'info'))",
        replace: "warning(message: string): void {\n    if (admits(this.verbosity, 'verbose'))",
      },
    ],
  ),
  ...mutationsOf(
    'src/log/level.ts',
    ['test/log/log.test.ts', 'test/program/log.test.ts'],
    [
      {
        name: 'a quiet log tells everything',
        find: 'RANK[needed] <= RANK[verbosity]',
        replace: 'RANK[needed] >= RANK[verbosity]',
      },
    ],
  ),
  ...mutationsOf(
    'src/log/line.ts',
    ['test/log/line.test.ts', SECRETS],
    [
      {
        name: 'a hostile key forges a line of the log',
        find: '${escapeControls(message)}\\n',
        replace: '${message}\\n',
      },
      { name: 'the pid has fewer than six digits', find: ".padStart(6, '0')", replace: '' },
      { name: 'only line breaks are escaped', find: '/[\\p{Cc}\\p{Zl}\\p{Zp}]/gu', replace: '/\\n/gu' },
    ],
  ),
  ...mutationsOf(
    'src/log/log-file.ts',
    ['test/log/log-file.test.ts', 'test/program/log.test.ts'],
    [
      {
        name: 'lines of other processes are overwritten',
        find: ".log`, 'a', 0o644)",
        replace: ".log`, 'w', 0o644)",
      },
      {
        name: 'a log that can’t be written fails a backup',
        find: '      broken = true;\n',
        replace: '      if (file === undefined) throw new Error("no log");\n      broken = true;\n',
      },
    ],
  ),
  ...mutationsOf(
    'src/log/time-zone.ts',
    ['test/log/time-zone.test.ts'],
    [
      {
        name: 'the log is in UTC',
        find: "localOffset(at, process.env['TZ']) ?? -at.getTimezoneOffset() * 60",
        replace: '0',
      },
      {
        name: 'summer time begins at the wrong moment',
        find: '> seconds) break;',
        replace: '>= seconds - 3600) break;',
      },
    ],
  ),
  ...mutationsOf(
    'src/base/secret.ts',
    ['test/base/secret.test.ts'],
    [
      {
        name: 'a secret is shown in a text',
        find: `  toString(): string {
    return REDACTED;`,
        replace: `  toString(): string {
    return this.#value;`,
      },
      {
        name: 'a secret is shown in JSON',
        find: `  toJSON(): string {
    return REDACTED;`,
        replace: `  toJSON(): string {
    return this.#value;`,
      },
    ],
  ),
  ...mutationsOf(
    'src/base/bytes.ts',
    ['test/base/bytes.test.ts'],
    [
      {
        name: '500MB are 500,000,000 bytes',
        find: 'export const MiB = 1024 * KiB;',
        replace: 'export const MiB = 1000 * 1000;',
      },
      { name: 'sizes in small letters are refused', find: '(I?B)?\\s*$/i', replace: '(I?B)?\\s*$/' },
    ],
  ),
  ...mutationsOf(
    'src/base/duration.ts',
    ['test/base/duration.test.ts'],
    [
      { name: 'a time without a unit is in milliseconds', find: "  '': 1000,", replace: "  '': 1," },
      { name: '10m are ten milliseconds', find: '  m: 60_000,', replace: '  m: 1,' },
    ],
  ),
  ...mutationsOf(
    'src/base/pause.ts',
    ['test/base/pause.test.ts'],
    [{ name: 'a pause is not ended by a signal', find: 'reject(signal.reason);', replace: '' }],
  ),
  ...mutationsOf(
    'src/base/printable.ts',
    ['test/base/printable.test.ts'],
    [
      {
        name: 'a value in a message carries control characters',
        find: "text.replace(/[\\p{Cc}\\p{Zl}\\p{Zp}]/gu, '?')",
        replace: 'text',
      },
    ],
  ),
];
