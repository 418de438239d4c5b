import { mutationsOf } from './mutation.ts';

const NORMALISE = 'test/config/normalise.test.ts';

/** The config file. */
export const CONFIG = [
  ...mutationsOf(
    'src/config/normalise.ts',
    [NORMALISE, 'test/config/connection.test.ts'],
    [
      {
        name: 'a malformed encryption means off',
        find: 'const secure = read.encryption ?? true;',
        replace: 'const secure = read.encryption ?? false;',
        equivalent:
          'the option has a default: its value is missing only where it is wrong, and such a file is refused',
      },
      {
        name: 'encryption: off is not kept to on AWS',
        find: "awsScheme: values.encryption ? 'https' : 'http'",
        replace: "awsScheme: 'https'",
        tests: ['test/program/wiring-setup.test.ts'],
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
];
