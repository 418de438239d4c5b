import { mutationsOf } from './mutation.ts';

const LOUD_FAILURE = 'test/program/loud-failure.test.ts';
const SIGNALS = 'test/program/signals.test.ts';
const WIRING_DIRECTORIES = 'test/program/wiring-directories.test.ts';

/** What commands work with, and how a restore fails. */
export const SESSIONS = [
  ...mutationsOf(
    'src/session/session.ts',
    ['test/session/patience-wiring.test.ts', 'test/program/contract.test.ts'],
    [
      {
        name: 'hooks wait for a server as long as transfers',
        find: "waits === 'long' ? retryTimeout : Math.min(retryTimeout, REACH_TIMEOUT)",
        replace: 'retryTimeout',
        tests: ['test/session/patience-wiring.test.ts'],
      },
      {
        name: 'transfers wait for a server no longer than hooks',
        find: "waits === 'long' ? retryTimeout : Math.min(retryTimeout, REACH_TIMEOUT)",
        replace: 'Math.min(retryTimeout, REACH_TIMEOUT)',
        tests: ['test/session/patience-wiring.test.ts'],
      },
      {
        name: 'logger_verbosity has no effect',
        find: 'context.log.at(config.logVerbosity)',
        replace: 'context.log',
        tests: ['test/program/log.test.ts'],
      },
      {
        name: 'warnings about the config are not logged',
        find: 'for (const warning of config.warnings) log.warning(warning);',
        replace: '',
        tests: ['test/program/connections.test.ts'],
      },
      {
        name: 'verify_tls is not handed to the connections',
        find: '...tls,',
        replace: '...tls,\n        verifyTls: true,',
        tests: ['test/program/connections.test.ts'],
      },
      {
        name: 'max_request_retries is not handed to the client',
        find: 'maxRetries: retry.maxRetries',
        replace: 'maxRetries: undefined',
        tests: ['test/program/upload-faults.test.ts'],
      },
    ],
  ),
  ...mutationsOf(
    'src/session/endpoint-source.ts',
    ['test/program/connections.test.ts', 'test/program/wiring-setup.test.ts'],
    [
      {
        name: 'endpoint_source is asked once only',
        find: 'TRIES = 5',
        replace: 'TRIES = 1',
        tests: ['test/program/wiring-setup.test.ts'],
      },
      {
        name: 'the page of endpoint_source is taken for a host',
        find: '/^[A-Za-z0-9._:[\\]-]{1,253}$/.test(text)',
        replace: 'text !== null',
        tests: ['test/program/connections.test.ts', 'test/program/wiring-setup.test.ts'],
      },
    ],
  ),
  ...mutationsOf(
    'src/session/loud-failure.ts',
    [LOUD_FAILURE, SIGNALS],
    [
      {
        name: 'a failed restore of uncompressed data is loaded as if it were whole',
        find: "file.compression === 'none'",
        replace: "file.compression === ''",
        tests: [LOUD_FAILURE],
      },
      {
        name: 'gprestore hangs when a gzip single data file fails at once',
        find: 'await sink.write(BARE_GZIP_HEADER, signal);',
        replace: '',
        tests: [LOUD_FAILURE],
      },
      {
        name: 'the output of a failed restore stays open',
        find: '      closeSync(1);\n',
        replace: '      void closeSync;\n',
        tests: [LOUD_FAILURE],
      },
      {
        name: 'COPY gets its message only a second later',
        find: 'single && file.compression',
        replace: 'file.compression',
        tests: [LOUD_FAILURE],
      },
    ],
  ),
  ...mutationsOf(
    'src/session/write-to-stdout.ts',
    [LOUD_FAILURE, SIGNALS, 'test/program/restore-subset.test.ts'],
    [
      {
        name: 'a failed restore fails quietly',
        find: 'await makeFailureLoud(file, sink, context.signal);',
        replace: '',
        tests: [LOUD_FAILURE],
      },
      {
        name: 'a reader that had enough fails the restore',
        find: 'if (error instanceof ReaderGoneError) {',
        replace: 'if (error instanceof ReaderGoneError && sink.written < 0) {',
        tests: [SIGNALS],
      },
    ],
  ),
  ...mutationsOf(
    'src/session/files-at-once.ts',
    ['test/program/directories.test.ts', WIRING_DIRECTORIES],
    [
      {
        name: 'FILES_AT_ONCE is not read',
        find: 'return Number(text);',
        replace: 'return FILES_AT_ONCE;',
        tests: [WIRING_DIRECTORIES],
      },
    ],
  ),
];
