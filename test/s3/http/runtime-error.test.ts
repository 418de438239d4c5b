import { describe, expect, test } from 'bun:test';
import { transportErrorOf } from '../../../src/s3/http/runtime-error.ts';
import { TransportError } from '../../../src/s3/http/transport-error.ts';

const NEVER = new AbortController().signal;

function told(code: string, message: string): TransportError {
  const error = transportErrorOf(Object.assign(new TypeError(message), { code }), NEVER);
  if (!(error instanceof TransportError)) throw new Error('not a TransportError');
  return error;
}

describe('an error of the runtime is told without what a URL may hide', () => {
  test.each([
    [
      'Malformed_HTTP_Response',
      'Malformed_HTTP_Response fetching "http://user:SECRET@h:1/SECRET?token=SECRET". For more information, pass `verbose: true` in the second argument to fetch()',
      'the answer is not HTTP',
    ],
    [
      'SomethingNew',
      'SomethingNew fetching "http://user:SECRET@h:1/SECRET?token=SECRET". For more information, pass `verbose: true`',
      'SomethingNew',
    ],
    ['Too_Many_Things', 'Too_Many_Things fetching "http://h/?t=SECRET"', 'Too Many Things'],
    [
      'ERR_PROXY_TUNNEL',
      'the proxy http://user:SECRET@proxy.example:3128/?SECRET answered 503',
      'the proxy http://proxy.example:3128 answered 503',
    ],
    ['EODD', 'EODD: socks5://user:SECRET@h:1/x failed', 'socks5://h:1 failed'],
    [
      'ECONNREFUSED',
      'ECONNREFUSED: Unable to connect. Is the computer able to access the url?',
      'the connection was refused',
    ],
  ])('%s', (code, message, words) => {
    const error = told(code, message);
    expect(error.message).not.toContain('SECRET');
    if (words.startsWith('socks5')) expect(error.message).toEndWith(' failed');
    else expect(error.message).toBe(words);
  });
});

test('another service has a code of ours', () => {
  expect(told('Malformed_HTTP_Response', 'x').code).toBe('ENOTHTTP');
});

test('a refusal of the proxy is told from one of its faults', () => {
  expect(told('ERR_PROXY_TUNNEL', 'proxy answered 407').code).toBe('EPROXYREFUSED');
  expect(told('ERR_PROXY_TUNNEL', 'proxy answered 503').code).toBe('ERR_PROXY_TUNNEL');
});

test('after an abort it is the reason', () => {
  const ending = new AbortController();
  ending.abort(new TransportError('ESTALLED', 'nothing came'));
  expect(transportErrorOf(new Error('aborted'), ending.signal)).toBe(ending.signal.reason);
});

test('what has no code is not of the network and stays as it is', () => {
  const defect = new TypeError('x is not a function');
  expect(transportErrorOf(defect, NEVER)).toBe(defect);
});
