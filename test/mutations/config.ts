import { mutationsOf } from './mutation.ts';

const NORMALISE = 'test/config/normalise.test.ts';

/** The config file. */
export const CONFIG = [
  ...mutationsOf(
    'src/config/sign-in.ts',
    ['test/config/connection.test.ts', 'test/config/normalise.test.ts'],
    [
      {
        name: 'keys of the file hide what else is said about signing in',
        find: 'if (keys !== undefined && isAll)',
        replace: 'if (keys !== undefined)',
        tests: ['test/config/sign-in.test.ts'],
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
    ],
  ),
  ...mutationsOf(
    'src/config/normalise.ts',
    [NORMALISE, 'test/config/connection.test.ts'],
    [
      {
        name: 'encryption: off is not kept to on AWS',
        find: 'awsScheme: schemeByOption(read)',
        replace: "awsScheme: 'https'",
        tests: ['test/program/wiring-setup.test.ts'],
      },

      {
        name: 'max_memory is not read',
        find: 'maxMemory: values.max_memory',
        replace: 'maxMemory: 201_326_592',
        tests: [NORMALISE, 'test/program/wiring-memory.test.ts'],
      },
      {
        name: 'retry_timeout is not read',
        find: 'timeout: values.retry_timeout',
        replace: 'timeout: 600_000',
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
        find: 'if (definitionOf(name) !== undefined) problems.push(',
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
        find: 'if (!Object.hasOwn(table, name)) {',
        replace: "if (name === '') {",
      },
      {
        name: 'an empty value is not the default',
        find: 'written === undefined || isUnset(definition, written) ? definition.fallback',
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
      { name: 'sizes below the least are taken', find: 'value >= least && ', replace: '' },
      { name: 'sizes above the most are taken', find: ' && value <= most)', replace: ')' },
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
        find: 'if (text === undefined) {',
        replace: 'if (text === null) {',
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
    'src/config/addresses.ts',
    ['test/config/normalise.test.ts', 'test/config/connection.test.ts'],
    [
      {
        name: 'a malformed encryption means off',
        find: 'encryption = true',
        replace: 'encryption = false',
      },
      {
        name: 'the proxy’s password is shown when the URL can’t be read',
        find: "name === 'http_proxy' || /[@?]/.test(text) ? ''",
        replace: "name === '' ? ''",
      },
      {
        name: 'a password of the proxy with a percent sign is sent as another one',
        find: '(isEncoded ? encodedOnce(part) : encoded(part))',
        replace: 'encodedOnce(part)',
      },
    ],
  ),
  ...mutationsOf(
    'src/config/yaml-text.ts',
    ['test/config/parse-raw-config.test.ts'],
    [
      {
        name: 'values become numbers and truth values',
        find: "schema: 'failsafe'",
        replace: "schema: 'core'",
      },
    ],
  ),
];
