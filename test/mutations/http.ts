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
        find: 'new AbortScope(signal)',
        replace: 'new AbortScope(new AbortController().signal)',
        tests: ['test/s3/client.test.ts', 'test/program/signals.test.ts'],
      },
      {
        name: 'NO_PROXY overrules http_proxy',
        find: 'respectNoProxy: false',
        replace: 'respectNoProxy: true',
        tests: ['test/program/proxy.test.ts'],
      },
      {
        name: 'http_proxy is not used',
        find: 'proxy === undefined || tunnel !== undefined ? false : runtimeProxy(proxy)',
        replace: 'false',
        tests: ['test/program/proxy.test.ts', 'test/program/connections.test.ts'],
      },
      {
        name: 'ca_file is not used',
        find: 'return ca === undefined ? { rejectUnauthorized, ...own }',
        replace: 'return ca !== undefined ? { rejectUnauthorized, ...own }',
        tests: ['test/program/trust.test.ts', 'test/program/connections.test.ts'],
      },
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
        find: "bundle === '' ? readSystem(environment, warn)",
        replace: "bundle === '' ? (caFile === undefined ? readSystem(environment, warn) : '')",
      },
      {
        name: 'verify_tls: off has no effect',
        find: 'if (!verifyTls) return',
        replace: "if (caFile === '') return",
      },
    ],
  ),
  ...mutationsOf(
    'src/s3/http/runtime-error.ts',
    ['test/s3/http/runtime-error.test.ts'],
    [
      {
        name: 'a wrong password of the proxy is tried for ten minutes',
        find: '/\\b40[137]\\b/',
        replace: '/\\b40[3]\\b/',
      },
    ],
  ),
  ...mutationsOf(
    'src/s3/http/certificates.ts',
    ['test/s3/http/certificates.test.ts'],
    [
      {
        name: 'a certificate of OpenSSL’s trusted kind is not used',
        find: '/^(X509 |TRUSTED )?CERTIFICATE$/',
        replace: '/^(X509 )?CERTIFICATE$/',
      },
      {
        name: 'a certificate that is not PEM is not used',
        find: 'if (single !== undefined) pems.add(single.toString());',
        replace: '',
      },
      {
        name: 'a damaged certificate is passed over silently',
        find: 'if (certificate === undefined) problems.push(`${place}: the certificate is damaged`);',
        replace: 'if (certificate === undefined) continue;',
      },
      {
        name: 'headers in front of a certificate’s bytes damage it',
        find: "isHeader ? body.indexOf('') + 1 : 0",
        replace: '0',
      },
    ],
  ),
  ...mutationsOf(
    'src/s3/http/trust.ts',
    ['test/s3/http/trust.test.ts'],
    [
      {
        name: 'AWS_CA_BUNDLE is not used',
        find: "environment['AWS_CA_BUNDLE'] ?? ''",
        replace: "environment['AWS_CA_BUNDLES'] ?? ''",
      },
      {
        name: 'SSL_CERT_DIR is not used',
        find: "if (folders !== '') texts.push",
        replace: 'if (folders === null) texts.push',
      },
      { name: 'SSL_CERT_FILE is not used', find: "if (file !== '') {", replace: 'if (file === null) {' },
    ],
  ),
  ...mutationsOf(
    'src/s3/http/transport.ts',
    ['test/program/trust.test.ts'],
    [
      {
        name: 'one damaged certificate of the system hides all others',
        find: 'if (!isDistrust(error) || wasSifted || !this.#sift()) throw error;',
        replace: 'throw error;',
      },
    ],
  ),
];
