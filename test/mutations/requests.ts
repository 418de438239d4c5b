import { mutationsOf } from './mutation.ts';

const CONNECTIONS = 'test/program/connections.test.ts';
const DOWNLOAD_FAULTS = 'test/program/download-faults.test.ts';
const UPLOAD_FAULTS = 'test/program/upload-faults.test.ts';
const WIRING_RETRIES = 'test/program/wiring-retries.test.ts';
const PATIENCE_WIRING = 'test/session/patience-wiring.test.ts';

/** One request: addressed, signed, sent, answered. */
export const REQUESTS = [
  ...mutationsOf(
    'src/s3/client.ts',
    [WIRING_RETRIES, UPLOAD_FAULTS, DOWNLOAD_FAULTS],
    [
      {
        name: 'SlowDown never halves the requests in parallel',
        find: '      this.#server.throttles += 1;\n      this.#parts.throttle.slowDown(performance.now());',
        replace: '',
        tests: [WIRING_RETRIES],
      },
      {
        name: 'after SlowDown the requests in parallel stay few for ever',
        find: 'throttle.succeeded();',
        replace: '',
        tests: [WIRING_RETRIES],
      },
      {
        name: 'a request that has ended keeps its place',
        find: 'throttle.leave();',
        replace: '',
        tests: [WIRING_RETRIES, 'test/program/directories.test.ts'],
      },
      {
        name: 'progress does not start the time budget of a request again',
        find: 'retries.progressed(now);',
        replace: '',
        tests: ['test/s3/client.test.ts', 'test/program/wiring-retries.test.ts'],
      },

      {
        name: 'after a connection stood still, bodies are still taken in one piece',
        find: 'this.#server.slow = true;',
        replace: '',
        tests: [WIRING_RETRIES],
      },
      {
        name: 'a signal does not end the pause before the next try',
        find: 'await pause(delay, this.#parts.signal)',
        replace: 'await pause(delay, new AbortController().signal)',
        tests: ['test/program/wiring-retries.test.ts'],
      },
      {
        name: 'Retry-After is not waited for',
        find: "? parseRetryAfter(failure.headers.get('retry-after'), Date.now())",
        replace: '? undefined',
        tests: [UPLOAD_FAULTS],
      },
      {
        name: 'a server that never answered is waited for as long as one that did',
        find: 'reached: this.#server.reached,',
        replace: 'reached: true,',
        tests: [PATIENCE_WIRING],
      },
      {
        name: 'an answer does not count as having reached the server',
        find: 'this.#server.reached = true;',
        replace: '',
        tests: [PATIENCE_WIRING],
      },
      {
        name: 'credentials that have expired are used again',
        find: 'if (sentWith !== undefined) this.#parts.credentials.refresh(sentWith);',
        replace: '',
        tests: ['test/s3/client.test.ts', 'test/program/sign-in-renewal.test.ts'],
      },
      {
        name: 'a bucket of another region is not followed there',
        find: "if (this.#server.moveTo(failure.region, sentTo)) return 'again';",
        replace: '',
        tests: ['test/s3/client.test.ts'],
      },

      {
        name: 'an error of the client counts as an answer',
        find: 'answer.status <= 299',
        replace: 'answer.status <= 499',
        tests: [DOWNLOAD_FAULTS],
      },
      {
        name: "the server's clock is not learnt",
        find: "if (verdict === 'server clock') this.#server.learnClock(failure.headers.get('date'));",
        replace: '',
        tests: [UPLOAD_FAULTS],
      },
      {
        name: 'a server at a distance counts as one nearby',
        find: 'Math.min(this.#server.latency, elapsed)',
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
        find: 'return new S3Client({ ...this.#parts, ...changes }, this.#server);',
        replace: 'return new S3Client({ ...this.#parts, ...changes });',
        tests: [UPLOAD_FAULTS],
      },
    ],
  ),
  ...mutationsOf(
    'src/s3/address.ts',
    ['test/s3/address.test.ts'],
    [
      {
        name: 'a bucket with dots goes into the host name',
        find: 'aws && /^[a-z0-9-]+$/.test(bucket)',
        replace: 'aws',
      },
      {
        name: 'url_style is not kept to',
        find: "urlStyle === 'auto' ? natural : urlStyle",
        replace: 'natural',
      },
      {
        name: 'remove_duplicate_bucket has no effect',
        find: 'if (choice.hostNamesBucket) return',
        replace: "if (choice.bucket === '') return",
      },
      {
        name: '".." between slashes of a key is sent',
        find: 'if (hasDotParts(key)) {',
        replace: "if (key.split('/').includes('.')) {",
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
    'src/s3/open.ts',
    [CONNECTIONS, 'test/program/providers.test.ts'],
    [
      {
        name: 'the region of the endpoint’s host is not signed for',
        find: 'place.region ?? regionOf(host)',
        replace: 'place.region',
        tests: ['test/program/providers.test.ts'],
      },
      {
        name: 'the option region is not signed for',
        find: "place.region ?? regionOf(host) ?? 'us-east-1'",
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
  ...mutationsOf(
    'src/s3/patience.ts',
    ['test/s3/patience.test.ts'],
    [
      {
        name: 'a connection that stands still is noticed after retry_timeout only',
        find: 'Math.min(LONGEST_STALL, budget / 5)',
        replace: 'budget',
      },
      {
        name: 'further tries get no more time than the first',
        find: 'first * 2 ** Math.min(failedTries, 3)',
        replace: 'first',
      },
      {
        name: 'large bodies get no more time than small ones',
        find: 'this.stall + (bytes / SLOWEST) * 1000 * (this.stall / LONGEST_STALL)',
        replace: 'this.stall',
      },
      {
        name: 'a short request is waited for long after its time is up',
        find: 'Math.min(grown, Math.max(first, left))',
        replace: 'grown',
      },
    ],
  ),
  ...mutationsOf(
    'src/s3/wire-request.ts',
    ['test/s3/client.test.ts', 'test/program/wiring-retries.test.ts'],
    [
      {
        name: 'the number of failed tries is not handed to the next one',
        find: 'patience.ofTry(first, retries.tries, length, left)',
        replace: 'patience.ofTry(first, 0, length, left)',
        tests: ['test/s3/client.test.ts'],
      },
      {
        name: 'the body of a further try gets no more time than that of the first',
        find: 'piecePatience: ofTry(patience.stall)',
        replace: 'piecePatience: patience.stall',
        tests: ['test/program/wiring-retries.test.ts'],
      },
      {
        name: 'bodies that a checksum protects are hashed as well',
        find: "request.signBody === false ? 'UNSIGNED-PAYLOAD'",
        replace: "request.signBody === null ? 'UNSIGNED-PAYLOAD'",
        tests: ['test/program/connections.test.ts'],
      },
      {
        name: 'a part behind a gateway that holds bodies gets no time',
        find: 'patience.ofHead(length, work)',
        replace: 'patience.ofHead(0, work)',
        tests: ['test/program/upload-faults.test.ts', 'test/program/wiring-upload.test.ts'],
      },
      {
        name: 'a server that wants Content-MD5 never gets it',
        find: "wantsMd5 && body !== undefined ? { 'content-md5'",
        replace: "body === null ? { 'content-md5'",
        tests: ['test/program/wrong-server.test.ts', 'test/program/providers.test.ts'],
      },
    ],
  ),
];
