import { describe, expect, test } from 'bun:test';
import {
  FailedAnswer,
  readErrorDocument,
  readFailedAnswer,
  redirectOf,
} from '../../../src/s3/errors/failed-answer.ts';
import type { WireAnswer } from '../../../src/s3/http/answer.ts';

const DOCUMENT = `<?xml version="1.0" encoding="UTF-8"?>
<Error><Code>NoSuchKey</Code><Message>The key does not exist.</Message><Key>a</Key><RequestId>4442587FB7D0A2F9</RequestId></Error>`;

function answer(
  status: number,
  body: readonly string[],
  headers: Record<string, string> = {},
): WireAnswer & { read: number } {
  return {
    status,
    headers: new Headers(headers),
    read: 0,
    bytes: () => Promise.reject(new Error('an error document is read piece by piece')),
    async *pieces() {
      for (const text of body) {
        this.read += 1;
        yield new TextEncoder().encode(text);
      }
    },
  };
}

describe('an error document', () => {
  test('tells code, message without its full stop, and request id', async () => {
    expect(await readErrorDocument(DOCUMENT)).toEqual({
      code: 'NoSuchKey',
      message: 'The key does not exist',
      requestId: '4442587FB7D0A2F9',
      region: undefined,
    });
  });

  test('may name the region that the request was to be signed for', async () => {
    const { region } = await readErrorDocument('<Error><Code>X</Code><Region>eu-west-1</Region></Error>');
    expect(region).toBe('eu-west-1');
  });

  test('tells nothing of empty fields', async () => {
    expect(await readErrorDocument('<Error><Code> </Code><Message/></Error>')).toEqual({
      code: undefined,
      message: undefined,
      requestId: undefined,
      region: undefined,
    });
  });

  test.each([
    '',
    'Bad Gateway',
    '<html><body>502</body></html>',
    DOCUMENT.slice(0, -20),
    '<Errors/>',
    '<Error',
  ])('is none: %p', async (text) => {
    expect(await readErrorDocument(text)).toEqual({});
  });

  test.each([
    ['a line break', '\n'],
    ['blanks', '  \t\r\n '],
    ['a byte order mark', '\uFEFF'],
  ])('may have %s in front', async (_, before) => {
    expect((await readErrorDocument(before + DOCUMENT)).code).toBe('NoSuchKey');
  });

  test('of unreasonable length is cut', async () => {
    const { message } = await readErrorDocument(`<Error><Message>${'x'.repeat(10_000)}</Message></Error>`);
    expect(message).toHaveLength(300);
  });
});

describe('a failed answer', () => {
  test('is read from however many pieces it comes in', async () => {
    const failure = await readFailedAnswer(answer(404, DOCUMENT.split(/(?<=k)/)));
    expect(failure).toBeInstanceOf(FailedAnswer);
    expect(failure).toMatchObject({
      status: 404,
      code: 'NoSuchKey',
      message: 'The key does not exist',
      requestId: '4442587FB7D0A2F9',
    });
  });

  test('is not read beyond 64 KiB of a page that never ends', async () => {
    const endless = answer(
      502,
      Array.from({ length: 1000 }, () => 'x'.repeat(1024)),
    );
    const failure = await readFailedAnswer(endless);
    expect(failure.status).toBe(502);
    expect(endless.read).toBeLessThanOrEqual(65);
  });

  test('takes request id and region from the headers where the document has none', async () => {
    const headers = { 'x-amz-request-id': 'H1', 'x-amz-bucket-region': 'eu-west-1' };
    expect(await readFailedAnswer(answer(301, [], headers))).toMatchObject({
      requestId: 'H1',
      region: 'eu-west-1',
    });
    expect((await readFailedAnswer(answer(404, [DOCUMENT], headers))).requestId).toBe('4442587FB7D0A2F9');
  });

  test.each([
    [404, 'NotFound', 'not found'],
    [412, 'PreconditionFailed', 'precondition failed'],
    [416, 'InvalidRange', 'invalid range'],
    [502, '', 'the server refused'],
  ])('to HEAD has no document: HTTP %p is %p, in words %p', async (status, code, words) => {
    expect(await readFailedAnswer(answer(status, []))).toMatchObject({ code, message: words });
  });

  test('without a message has its code in words', async () => {
    const failure = await readFailedAnswer(answer(400, ['<Error><Code>BadDigest</Code></Error>']));
    expect(failure.message).toBe('bad digest');
  });
});

describe('who has answered', () => {
  const REQUEST_ID = { 'x-amz-request-id': '1' };
  test.each([
    ['an error document', [DOCUMENT], {}, true],
    ['no document, but a request id', [], REQUEST_ID, true],
    ['a page', ['<html>The plain HTTP request was sent to HTTPS port</html>'], {}, false],
    ['nothing', [], {}, false],
  ])('%s: of an S3 server or not', async (_, body, headers, ofStore) => {
    expect((await readFailedAnswer(answer(400, body, headers))).ofStore).toBe(ofStore);
  });
});

test.each([
  ['https://user:secret@other.example:9000/path?token=secret', 'https://other.example:9000'],
  ['/relative', undefined],
  ['', undefined],
  ['javascript:alert(1)', undefined],
])('of the Location %p a message may show %p', (location, shown) => {
  expect(redirectOf(new Headers({ location }))).toBe(shown);
});

const page = (title: string): string =>
  `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>400 Bad Request</h1></center>\r\n</body>\r\n</html>\r\n`;

describe('a page of nginx about the certificate of the client', () => {
  test.each([
    ['400 No required SSL certificate was sent', 'the server requires a client certificate'],
    ['400 The SSL certificate error', 'the server does not accept the client certificate'],
  ])('%s: %s', async (title, message) => {
    const failed = await readFailedAnswer(answer(400, [page(title)]));
    expect([failed.code, failed.message, failed.ofStore]).toEqual([
      'ClientCertificateRefused',
      message,
      false,
    ]);
  });

  test('is no other page', async () => {
    const failed = await readFailedAnswer(answer(400, [page('400 Bad Request')]));
    expect([failed.code, failed.ofStore]).toEqual(['', false]);
  });
});
