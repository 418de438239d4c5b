import { mutationsOf } from './mutation.ts';

/** What a failure means, and what is told of it. */
export const ERRORS = [
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
    ['test/s3/errors/failed-answer.test.ts', 'test/program/upload-faults.test.ts'],
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
    'src/session/hint.ts',
    ['test/session/hint.test.ts', 'test/program/messages.test.ts'],
    [
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
    'src/s3/errors/s3-error-of.ts',
    ['test/s3/client.test.ts'],
    [
      {
        name: 'the hint names the wrong region',
        find: 'serverRegion: answer?.region,',
        replace: 'serverRegion: region,',
      },
      {
        name: 'a fault that may pass is told as one that stays',
        find: "retryable: verdict !== 'final'",
        replace: 'retryable: false',
      },
    ],
  ),
];
