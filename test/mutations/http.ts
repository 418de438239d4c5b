import { mutationsOf } from './mutation.ts';

const CONNECTIONS = 'test/program/connections.test.ts';
const DOWNLOAD_FAULTS = 'test/program/download-faults.test.ts';
const MESSAGES = 'test/program/messages.test.ts';
const UPLOAD_FAULTS = 'test/program/upload-faults.test.ts';
const WIRING_RETRIES = 'test/program/wiring-retries.test.ts';

/** What moves over a connection, and whom it trusts. */
export const HTTP = [
  ...mutationsOf(
    'src/s3/http/transport.ts',
    [UPLOAD_FAULTS, DOWNLOAD_FAULTS],
    [
      {
        name: 'redirects are followed with credentials',
        find: "redirect: 'manual'",
        replace: "redirect: 'follow'",
      },
      {
        name: 'compressed answers are asked for',
        find: "'accept-encoding': 'identity'",
        replace: "'accept-encoding': 'gzip'",
        tests: ['test/program/wiring-download.test.ts'],
      },
      {
        name: 'objects that were stored compressed are inflated',
        find: '      decompress: false,\n',
        replace: '      decompress: true as false,\n',
        tests: ['test/program/wiring-download.test.ts'],
      },
      {
        name: 'a part that was answered before it had left counts as stored',
        find: 'sent?.complete === false && response.ok',
        replace: 'sent?.complete === null',
        tests: [UPLOAD_FAULTS],
      },
      {
        name: 'bodies are sent in chunks, without their length',
        find: "headers['content-length'] = String(request.body?.length);",
        replace: '',
        tests: [UPLOAD_FAULTS],
      },
      {
        name: 'a gateway that holds bodies gets no time for its answer',
        find: 'isLast ? request.patience : request.piecePatience',
        replace: 'request.piecePatience',
        tests: [UPLOAD_FAULTS],
      },
      {
        name: 'a body that stands still on its way out is waited for as for an answer',
        find: 'isLast ? request.patience : request.piecePatience',
        replace: 'request.patience',
        tests: [WIRING_RETRIES, UPLOAD_FAULTS],
      },
      {
        name: 'a signal does not end the requests',
        find: "signal.addEventListener('abort', stop, { once: true });",
        replace: '',
        tests: ['test/program/signals.test.ts'],
      },
      {
        name: 'NO_PROXY overrules http_proxy',
        find: "delete process.env['NO_PROXY'];",
        replace: '',
        tests: [CONNECTIONS],
      },
      {
        name: 'http_proxy is not used',
        find: 'if (proxy !== undefined) init.proxy = proxy();',
        replace: '',
        tests: [CONNECTIONS],
      },
      { name: 'ca_file is not used', find: 'init.tls = this.#trust;', replace: '', tests: [CONNECTIONS] },
    ],
  ),
  ...mutationsOf(
    'src/s3/http/answer.ts',
    [DOWNLOAD_FAULTS, WIRING_RETRIES],
    [
      {
        name: 'a body may take no longer than the watchdog’s time, however well it moves',
        find: 'if (came >= least) [came, left] = [0, patience];',
        replace: '',
        tests: [WIRING_RETRIES],
      },
      {
        name: 'a body that drips is waited for',
        find: 'left -= performance.now() - startedAt;',
        replace: 'if (came > 0) left = patience;',
        tests: [DOWNLOAD_FAULTS],
      },
    ],
  ),
  ...mutationsOf(
    'src/s3/http/watchdog.ts',
    [UPLOAD_FAULTS, DOWNLOAD_FAULTS],
    [
      {
        name: 'nothing watches that bytes move',
        find: "this.#attempt.abort(new TransportError('ESTALLED', words));",
        replace: '',
      },
    ],
  ),
  ...mutationsOf(
    'src/s3/http/trust.ts',
    ['test/s3/http/trust.test.ts', CONNECTIONS, MESSAGES],
    [
      {
        name: 'certificates are not checked',
        find: '{ rejectUnauthorized: true, ca }',
        replace: '{ rejectUnauthorized: false, ca }',
      },
      {
        name: 'with ca_file the system’s certificates count no longer',
        find: 'const system = readSystemBundle();',
        replace: "const system = options.caFile === undefined ? readSystemBundle() : '';",
      },
      {
        name: 'verify_tls: off has no effect',
        find: 'if (!options.verifyTls) return',
        replace: "if (options.caFile === '') return",
      },
    ],
  ),
  ...mutationsOf(
    'src/s3/http/tunnel.ts',
    ['test/s3/http/tunnel.test.ts'],
    [
      {
        name: 'a tunnel’s copies of bodies do not count in max_memory',
        find: "return proxied || isSet('https_proxy')",
        replace: "return isSet('https_proxy')",
      },
    ],
  ),
  ...mutationsOf(
    'src/s3/http/runtime-error.ts',
    [MESSAGES],
    [
      {
        name: 'a wrong password of the proxy is tried for ten minutes',
        find: '/\\b40[37]\\b/',
        replace: '/\\b40[3]\\b/',
      },
    ],
  ),
];
