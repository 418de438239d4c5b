import { mutationsOf } from './mutation.ts';

const UPLOADS = 'test/program/upload-faults.test.ts';
const DOWNLOADS = 'test/program/download-faults.test.ts';
const CONNECTIONS = 'test/program/connections.test.ts';
const MESSAGES = 'test/program/messages.test.ts';
const RETRIES = 'test/program/wiring-retries.test.ts';
const PATIENCE = 'test/session/patience-wiring.test.ts';

/** One request: addressed, signed, sent, answered, tried again. */
export const REQUESTS = [
  ...mutationsOf(
    'src/s3/client.ts',
    [RETRIES, UPLOADS, DOWNLOADS],
    [
      {
        name: 'a connection that stands still is noticed after retry_timeout only',
        find: 'this.retryTimeout / 5',
        replace: 'this.retryTimeout',
        tests: [DOWNLOADS],
      },
      {
        name: 'SlowDown never halves the requests in parallel',
        find: "if (verdict === 'slow down') this.#parts.throttle.slowDown(performance.now());",
        replace: '',
        tests: [RETRIES],
      },
      {
        name: 'after SlowDown the requests in parallel stay few for ever',
        find: 'throttle.succeeded();',
        replace: '',
        tests: [RETRIES],
      },
      {
        name: 'a request that has ended keeps its place',
        find: 'throttle.leave();',
        replace: '',
        tests: [RETRIES, 'test/program/directories.test.ts'],
      },
      {
        name: 'progress does not start the time budget of a request again',
        find: 'progressed: () => retries.progressed(performance.now())',
        replace: 'progressed: () => {}',
        tests: [RETRIES],
      },
      {
        name: 'further tries get no more time than the first',
        find: '2 ** Math.min(failedTries, 3)',
        replace: '1',
        tests: [RETRIES],
      },
      {
        name: 'the number of failed tries is not handed to the next one',
        find: 'retries.tries, (wire)',
        replace: '0, (wire)',
        tests: [RETRIES],
      },
      {
        name: 'the body of a further try gets no more time than that of the first',
        find: 'piecePatience: this.stallTimeout * longer',
        replace: 'piecePatience: this.stallTimeout',
        tests: [RETRIES],
      },
      {
        name: 'after a connection stood still, bodies are still taken in one piece',
        find: 'this.#learned.slow = true;',
        replace: '',
        tests: [RETRIES],
      },
      {
        name: 'a signal does not end the pause before the next try',
        find: 'await pause(delay, this.#signal)',
        replace: 'await pause(delay, new AbortController().signal)',
        tests: [RETRIES],
      },
      {
        name: 'Retry-After is not waited for',
        find: "? parseRetryAfter(failure.headers.get('retry-after'), Date.now())",
        replace: '? undefined',
        tests: [UPLOADS],
      },
      {
        name: 'a server that never answered is waited for as long as one that did',
        find: '        reached: this.#learned.reached,',
        replace: '        reached: true,',
        tests: [PATIENCE],
      },
      {
        name: 'an answer does not count as having reached the server',
        find: 'this.#learned.reached = true;',
        replace: '',
        tests: [PATIENCE],
      },
      {
        name: 'credentials that have expired are used again',
        find: `      this.#parts.credentials.refresh();
    }
    return verdict;`,
        replace: `    }
    return verdict;`,
        tests: [CONNECTIONS, 'test/s3/client.test.ts'],
      },
      {
        name: 'a bucket of another region is not followed there',
        find: "if (this.#learned.moveTo(failure.region, sentTo)) return 'again';",
        replace: '',
        tests: ['test/s3/client.test.ts'],
      },
      {
        name: 'bodies that a checksum protects are hashed as well',
        find: "request.signBody === false ? 'UNSIGNED-PAYLOAD'",
        replace: "request.signBody === null ? 'UNSIGNED-PAYLOAD'",
        tests: [CONNECTIONS],
      },
      {
        name: 'an error of the client counts as an answer',
        find: 'answer.status > 299',
        replace: 'answer.status > 499',
        tests: [DOWNLOADS],
      },
      {
        name: "the server's clock is not learnt",
        find: "if (verdict === 'server clock') this.#learned.learnClock(failure.headers.get('date'));",
        replace: '',
        tests: [UPLOADS],
      },
      {
        name: 'a server at a distance counts as one nearby',
        find: 'Math.min(this.#learned.latency, elapsed)',
        replace: '0',
        tests: ['test/program/sizes.test.ts'],
      },
      {
        name: 'headers, and so the session token, are in the debug log',
        find: '`${request.operation} ${wire.url}: HTTP',
        replace: '`${request.operation} ${wire.url} ${JSON.stringify(wire.headers)}: HTTP',
        tests: ['test/program/wiring-secrets.test.ts'],
      },
      {
        name: 'a clean-up forgets the region and the clock that were learnt',
        find: 'return new S3Client({ ...this.#parts, ...changes }, this.#learned);',
        replace: 'return new S3Client({ ...this.#parts, ...changes });',
        tests: [UPLOADS],
      },
    ],
  ),
  ...mutationsOf(
    'src/s3/retry.ts',
    ['test/s3/retry.test.ts'],
    [
      {
        name: 'what is final is tried again',
        find: "if (verdict === 'final') return undefined;",
        replace: '',
      },
      {
        name: 'max_request_retries is not kept to',
        find: 'this.#tries > this.#policy.maxRetries',
        replace: 'this.#tries > this.#policy.maxRetries + 100',
      },
      {
        name: 'progress leaves the clock of the time budget as it was',
        find: `    this.#since = now;
    this.#triesSinceProgress = 0;`,
        replace: '    this.#triesSinceProgress = 0;',
        tests: [RETRIES],
      },
      {
        name: 'damage that lasts is tried for ten minutes',
        find: 'FEW_TRIES = 3',
        replace: 'FEW_TRIES = 3000',
      },
      {
        name: 'a process that was stopped for an hour gives up at once',
        find: 'LEAST_TRIES = 3',
        replace: 'LEAST_TRIES = 0',
      },
      {
        name: 'all processes come back at the same moment',
        find: 'this.#random() * pauseBound',
        replace: '1 * pauseBound',
      },
      {
        name: 'pauses grow for ever',
        find: 'Math.min(LONGEST_PAUSE, FIRST_PAUSE',
        replace: 'Math.min(Infinity, FIRST_PAUSE',
      },
      {
        name: 'a pause lasts longer than the time budget',
        find: 'return Math.min(pause, Math.max(left, LONGEST_PAUSE));',
        replace: 'return pause;',
      },
      {
        name: 'seconds of Retry-After are taken for milliseconds',
        find: 'Number(value) * 1000',
        replace: 'Number(value)',
      },
      {
        name: 'a server that never answered gets the whole budget in every retry',
        find: 'options.reached ? this.#policy.timeout : this.#policy.reachTimeout',
        replace: 'this.#policy.timeout',
      },
    ],
  ),
  ...mutationsOf(
    'src/s3/throttle.ts',
    ['test/s3/throttle.test.ts'],
    [
      {
        name: 'slowing down leaves the limit as it was',
        find: 'this.#running + 1) / 2)',
        replace: 'this.#running + 1) / 1)',
      },
      { name: 'the limit never grows again', find: '    this.#limit += 1;\n', replace: '' },
      {
        name: 'refusals of the same moment each halve the limit',
        find: 'if (now - this.#lastCut < 1000) return;',
        replace: '',
      },
      {
        name: 'nothing at all is sent after many refusals',
        find: 'Math.max(1, Math.floor(',
        replace: 'Math.max(0, Math.floor(',
      },
    ],
  ),
  ...mutationsOf(
    'src/s3/learned.ts',
    ['test/s3/client.test.ts', UPLOADS],
    [
      {
        name: 'a server that is not Amazon’s decides the region',
        find: '!this.address.aws || ',
        replace: '',
      },
      {
        name: 'two regions that name each other are asked for ever',
        find: 'if (this.#tried.has(region)) return false;',
        replace: '',
      },
      {
        name: 'after a change of region the old one is signed for',
        find: `    this.address = this.#addressFor(region);
    this.signer = new Signer(region);
    return true;`,
        replace: `    this.address = this.#addressFor(region);
    return true;`,
      },
      {
        name: "the server's clock is learnt the wrong way round",
        find: 'this.clockOffset = server - Date.now()',
        replace: 'this.clockOffset = Date.now() - server',
      },
    ],
  ),
  ...mutationsOf(
    'src/s3/address.ts',
    ['test/s3/address.test.ts'],
    [
      { name: 'China’s hosts are not found', find: "region.startsWith('cn-') ? '.cn' : ''", replace: "''" },
      {
        name: 'a bucket with dots goes into the host name',
        find: "aws && !choice.bucket.includes('.')",
        replace: 'aws',
      },
      {
        name: 'url_style is not kept to',
        find: "choice.urlStyle === 'auto' ? natural : choice.urlStyle",
        replace: 'natural',
      },
      {
        name: 'remove_duplicate_bucket has no effect',
        find: 'if (choice.hostNamesBucket) return',
        replace: "if (choice.bucket === '') return",
      },
      {
        name: '".." between slashes of a key is sent',
        find: "part === '.' || part === '..'",
        replace: "part === '.'",
      },
    ],
  ),
  ...mutationsOf(
    'src/s3/encode.ts',
    ['test/s3/encode.test.ts'],
    [
      { name: 'a key with brackets is signed wrong', find: "/[!'()*]/g", replace: "/[!'*]/g" },
      { name: 'the parameters of a query are not sorted', find: '(a < b ? -1 : 1)', replace: '0' },
    ],
  ),
  ...mutationsOf(
    'src/s3/auth/signer.ts',
    ['test/s3/auth/signer.test.ts', 'test/s3/auth/signer-suite.test.ts'],
    [
      {
        name: 'the session token is not sent',
        find: "headers['x-amz-security-token'] = credentials.sessionToken.reveal();",
        replace: '',
      },
      {
        name: 'yesterday’s signing key is used after midnight',
        find: 'this.#key?.day === day && ',
        replace: '',
      },
      {
        name: 'the signing key of the old credentials is used',
        find: ' && this.#key.secret === secret',
        replace: '',
      },
    ],
  ),
  ...mutationsOf(
    'src/s3/http/transport.ts',
    [UPLOADS, DOWNLOADS],
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
        tests: [UPLOADS],
      },
      {
        name: 'bodies are sent in chunks, without their length',
        find: "headers['content-length'] = String(request.body?.length);",
        replace: '',
        tests: [UPLOADS],
      },
      {
        name: 'a gateway that holds bodies gets no time for its answer',
        find: 'isLast ? request.patience : request.piecePatience',
        replace: 'request.piecePatience',
        tests: [UPLOADS],
      },
      {
        name: 'a body that stands still on its way out is waited for as for an answer',
        find: 'isLast ? request.patience : request.piecePatience',
        replace: 'request.patience',
        tests: [RETRIES, UPLOADS],
      },
      {
        name: 'a signal does not end the requests',
        find: "signal.addEventListener('abort', stop, { once: true });",
        replace: '',
        tests: ['test/program/signals.test.ts'],
      },
      {
        name: 'what nobody reads of an answer is downloaded all the same',
        find: 'if (answer?.complete !== true || sent?.complete === false) attempt.abort();',
        replace: '',
        tests: ['test/program/wiring-download.test.ts'],
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
    [DOWNLOADS, RETRIES],
    [
      {
        name: 'a body may take no longer than the watchdog’s time, however well it moves',
        find: 'if (came >= least) [came, left] = [0, patience];',
        replace: '',
        tests: [RETRIES],
      },
      {
        name: 'a body that drips is waited for',
        find: 'left -= performance.now() - startedAt;',
        replace: 'if (came > 0) left = patience;',
        tests: [DOWNLOADS],
      },
    ],
  ),
  ...mutationsOf(
    'src/s3/http/watchdog.ts',
    [UPLOADS, DOWNLOADS],
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
  ...mutationsOf(
    'src/s3/errors/classify.ts',
    ['test/s3/errors/classify.test.ts'],
    [
      {
        name: 'SlowDown does not slow down',
        find: "  SlowDown: 'slow down'",
        replace: "  SlowDown: 'again'",
      },
      { name: '429 does not slow down', find: "429: 'slow down'", replace: "429: 'again'" },
      { name: 'damage on the way ends a backup', find: "BadDigest: 'few'", replace: "BadDigest: 'final'" },
      { name: '500 ends a backup', find: "500: 'again'", replace: "500: 'final'" },
      { name: '502 and 504 end a backup', find: "status > 500 ? 'again'", replace: "status > 504 ? 'again'" },
      { name: 'a connection that breaks ends a backup', find: "  'ECONNRESET',\n", replace: '' },
      {
        name: 'a wrong certificate is tried for ten minutes',
        find: " || isCertificateCode(code) ? 'final'",
        replace: " ? 'final'",
      },
      {
        name: 'an expired token is final though there are new ones',
        find: "  ExpiredToken: 'new credentials'",
        replace: "  ExpiredToken: 'final'",
      },
    ],
  ),
  ...mutationsOf(
    'src/s3/errors/failed-answer.ts',
    ['test/s3/errors/failed-answer.test.ts', UPLOADS],
    [
      { name: 'a message of megabytes of a server is shown', find: 'value.slice(0, 300)', replace: 'value' },
      {
        name: 'an endless error page is read to its end',
        find: 'if (length > LONGEST_DOCUMENT) break;',
        replace: '',
        tests: ['test/s3/errors/failed-answer.test.ts', 'test/program/wiring-download.test.ts'],
      },
      {
        name: 'the region that a server names is not seen',
        find: "document.region ?? headers.get('x-amz-bucket-region')",
        replace: 'document.region',
      },
    ],
  ),
  ...mutationsOf(
    'src/s3/errors/hint.ts',
    ['test/s3/errors/hint.test.ts', MESSAGES],
    [
      {
        name: 'the hint names the wrong region',
        find: 'set region: ${serverRegion}`,\n  ExpiredToken',
        replace: 'set region: ${region}`,\n  ExpiredToken',
      },
      {
        name: 'no hint for an untrusted certificate',
        find: 'if (isCertificateCode(code)) {',
        replace: "if (code === '') {",
      },
    ],
  ),
  ...mutationsOf(
    'src/s3/errors/s3-error.ts',
    ['test/s3/errors/s3-error.test.ts'],
    [
      {
        name: 'messages lack the request id, which support asks for',
        find: '`request id ${failure.requestId}`',
        replace: "''",
      },
      {
        name: 'messages lack the number of tries',
        find: 'failure.tries > 1',
        replace: 'failure.tries > 1000',
      },
    ],
  ),
  ...mutationsOf(
    'src/s3/open.ts',
    [CONNECTIONS, 'test/program/providers.test.ts'],
    [
      {
        name: 'the region of the endpoint’s host is not signed for',
        find: 'options.region ?? regionOf(host)',
        replace: 'options.region',
        tests: ['test/program/providers.test.ts'],
      },
      {
        name: 'the option region is not signed for',
        find: "options.region ?? regionOf(host) ?? 'us-east-1'",
        replace: "regionOf(host) ?? 'us-east-1'",
        tests: [CONNECTIONS],
      },
      {
        name: 'the address style that a provider demands is not used',
        find: "provider.style ?? 'path'",
        replace: "'path'",
        tests: ['test/program/providers.test.ts'],
      },
    ],
  ),
  ...mutationsOf(
    'src/s3/xml.ts',
    ['test/s3/xml.test.ts'],
    [
      { name: 'the key 007 becomes 7', find: 'parseTagValue: false', replace: 'parseTagValue: true' },
      { name: 'blanks at the end of a key are lost', find: 'trimValues: false', replace: 'trimValues: true' },
      {
        name: 'a key with a control character becomes another key',
        find: 'if (NOT_XML.test(text)) {',
        replace: 'if (text === null) {',
      },
    ],
  ),
];
