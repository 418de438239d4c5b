import { expect, test } from 'bun:test';
import { Secret } from '../../../src/base/secret.ts';
import { atProxy, proxyOf, throughProxy } from '../../../src/s3/http/proxy.ts';
import { TransportError } from '../../../src/s3/http/transport-error.ts';

test.each([
  ['http://proxy.example', 'http://proxy.example:80', undefined],
  ['https://proxy.example', 'https://proxy.example:443', undefined],
  ['http://proxy.example:3128/', 'http://proxy.example:3128', undefined],
  ['http://[::1]:3128', 'http://[::1]:3128', undefined],
  ['http://user@proxy.example', 'http://proxy.example:80', 'user:'],
  ['http://user:password@proxy.example', 'http://proxy.example:80', 'user:password'],
  ['http://user:p%40ss%2F@proxy.example', 'http://proxy.example:80', 'user:p@ss/'],
  ['http://user:50%@proxy.example', 'http://proxy.example:80', 'user:50%'],
  ['http://user:50%zz@proxy.example', 'http://proxy.example:80', 'user:50%zz'],
  ['http://user:gr%C3%B6%C3%9Fe@proxy.example', 'http://proxy.example:80', 'user:größe'],
])('%s is %s with the credentials %p', (url, origin, credentials) => {
  const proxy = proxyOf(new Secret(url));
  expect(proxy.origin).toBe(origin);
  expect(proxy.authorization?.reveal()).toBe(
    credentials === undefined ? undefined : `Basic ${Buffer.from(credentials).toString('base64')}`,
  );
});

const proxy = proxyOf(new Secret('http://user:password@proxy.example:3128'));

test('a failure of the proxy keeps its code and names the proxy, never the password', () => {
  const failure = atProxy(proxy, new TransportError('EPROXYREFUSED', 'it answers 407'));
  expect([failure.code, failure.message]).toEqual([
    'EPROXYREFUSED',
    'proxy http://proxy.example:3128: it answers 407',
  ]);
});

test('only a connection that was not made is the fault of the proxy', () => {
  const refused = new TransportError('ECONNREFUSED', 'the connection was refused');
  expect((throughProxy(proxy, refused) as Error).message).toContain('proxy http://proxy.example:3128: ');
  for (const other of [new TransportError('ECONNRESET', 'closed'), new Error('other')]) {
    expect(throughProxy(proxy, other)).toBe(other);
  }
});
