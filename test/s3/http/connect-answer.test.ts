import { describe, expect, test } from 'bun:test';
import { ConnectAnswer } from '../../../src/s3/http/connect-answer.ts';

const read = (...pieces: string[]): string | undefined => {
  const answer = new ConnectAnswer();
  let rest: Uint8Array | undefined;
  for (const piece of pieces) rest = answer.read(Buffer.from(piece, 'latin1'));
  return rest === undefined ? undefined : Buffer.from(rest).toString('latin1');
};

describe('an open tunnel', () => {
  test.each([
    [['HTTP/1.1 200 OK\r\n\r\n'], ''],
    [['HTTP/1.0 200 Connection established\r\nProxy-Agent: x\r\n\r\n'], ''],
    [['HTTP/1.1 200\r\n\r\n'], ''],
    [['HTTP/1.1 204 No Content\r\n\r\n'], ''],
    [['HTTP/1.1 200 OK\r\n\r\nfirst bytes'], 'first bytes'],
    ['HTTP/1.1 200 OK\r\nA: b\r\n\r\n'.split(''), ''],
    [['HTTP/1.1 200 OK\r\n\r', '\n', ''], ''],
  ])('%p', (pieces, rest) => {
    expect(read(...pieces)).toBe(rest);
  });
});

test('an incomplete head is waited for', () => {
  expect(read('HTTP/1.1 200 OK\r\nA: b\r\n')).toBeUndefined();
});

describe('no tunnel', () => {
  test.each([
    [
      'HTTP/1.1 407 Proxy Authentication Required\r\n\r\n',
      'EPROXYREFUSED',
      'it answers CONNECT with HTTP 407 Proxy Authentication Required',
    ],
    ['HTTP/1.0 401 Unauthorized\r\n\r\n', 'EPROXYREFUSED', 'it answers CONNECT with HTTP 401 Unauthorized'],
    ['HTTP/1.1 403 Forbidden\r\n\r\n<html>', 'EPROXYREFUSED', 'it answers CONNECT with HTTP 403 Forbidden'],
    ['HTTP/1.1 502\r\n\r\n', 'ERR_PROXY_TUNNEL', 'it answers CONNECT with HTTP 502'],
    ['HTTP/1.1 302 Found\r\nLocation: /login\r\n\r\n', 'ERR_PROXY_TUNNEL', 'HTTP 302'],
    ['SSH-2.0-OpenSSH\r\n\r\n', 'ERR_PROXY_TUNNEL', 'not that of an http proxy'],
    ['x'.repeat(20_000), 'ERR_PROXY_TUNNEL', 'not that of an http proxy'],
  ])('%p', (text, code, message) => {
    const failure = (): unknown => {
      try {
        return read(text);
      } catch (error) {
        return error;
      }
    };
    expect(failure()).toMatchObject({ code });
    expect(String(failure())).toContain(message);
  });
});
