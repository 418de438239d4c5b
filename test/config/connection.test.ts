import { describe, expect, test } from 'bun:test';
import type { SignInConfig } from '../../src/config/config.ts';
import { configOf, problemsOf } from './sample.ts';

describe('where the server is', () => {
  test('must be named by one of region and endpoint', async () => {
    expect(await problemsOf({ region: undefined })).toEqual([
      'one of "region" (for AWS) and "endpoint" (for any other server) must be given',
    ]);
  });

  test('is AWS with a region alone', async () => {
    const { endpoint, region } = (await configOf()).connection.address;
    expect({ endpoint, region }).toEqual({ endpoint: undefined, region: 'eu-west-1' });
  });

  test('is the endpoint, for which the region still signs', async () => {
    const { endpoint, region } = (await configOf({ endpoint: 'host', region: 'eu-west-1' })).connection
      .address;
    expect({ endpoint, region }).toEqual({
      endpoint: { scheme: 'https', host: 'host', path: '' },
      region: 'eu-west-1',
    });
  });

  test('has no region when an endpoint is given and none is written: its host name may contain one', async () => {
    expect(
      (await configOf({ endpoint: 'host', region: undefined })).connection.address.region,
    ).toBeUndefined();
    const source = { endpoint_source: 'http://lookup', region: undefined };
    expect((await configOf(source)).connection.address.region).toBeUndefined();
  });
});

describe('an endpoint', () => {
  test.each([
    ['s3.example', 'on', 'https', 's3.example'],
    ['s3.example', 'off', 'http', 's3.example'],
    ['s3.example:9000', 'on', 'https', 's3.example:9000'],
    ['s3.example:9000', 'off', 'http', 's3.example:9000'],
    ['http://s3.example', 'on', 'http', 's3.example'],
    ['https://s3.example', 'on', 'https', 's3.example'],
    ['HTTPS://S3.Example/', 'on', 'https', 's3.example'],
    ['http://s3.example:9000/', 'on', 'http', 's3.example:9000'],
    ['10.1.2.3:80', 'off', 'http', '10.1.2.3'],
    ['10.1.2.3:80', 'on', 'https', '10.1.2.3:80'],
    ['s3.example:443', 'on', 'https', 's3.example'],
    ['s3.example:443', 'off', 'http', 's3.example:443'],
    ['[::1]:9000', 'off', 'http', '[::1]:9000'],
    ['[2001:db8::1]', 'on', 'https', '[2001:db8::1]'],
    ['http://[::1]', 'on', 'http', '[::1]'],
    [' s3.example ', 'on', 'https', 's3.example'],
    ['localhost:9000', 'off', 'http', 'localhost:9000'],
  ] as const)('%p with encryption %s is %s and %s', async (endpoint, encryption, scheme, host) => {
    expect((await configOf({ endpoint, encryption })).connection.address.endpoint).toEqual({
      scheme,
      host,
      path: '',
    });
  });

  test.each([
    ['https://gw.example/s3', '/s3'],
    ['https://gw.example/s3/', '/s3'],
    ['gw.example:8443/a/b//c/', '/a/b/c'],
    ['https://gw.example//s3/./x/../y', '/s3/y'],
    ['https://gw.example/a%20b%2Fc', '/a%20b%2Fc'],
    ["https://gw.example/~it's(1)*", '/~it%27s%281%29%2A'],
    ['https://gw.example/ü%', '/%C3%BC%25'],
    ['https://gw.example/%7e%ff%2f', '/%7E%FF%2F'],
  ])('%p has the path %p, which stands in front of the bucket', async (endpoint, path) => {
    expect((await configOf({ endpoint })).connection.address.endpoint?.path).toBe(path);
  });

  test('that begins with https:// does not contradict an encryption that is neither on nor off', async () => {
    expect(await problemsOf({ endpoint: 'https://s3.example', encryption: 'yes' })).toEqual([
      'option "encryption" is "yes": must be on or off',
    ]);
  });

  test('that begins with https:// contradicts encryption: off', async () => {
    for (const endpoint of ['https://s3.example', 'HTTPS://s3.example:9000/']) {
      expect(await problemsOf({ endpoint, encryption: 'off' })).toEqual([
        'option "encryption" is "off", but "endpoint" begins with https://: write http:// in "endpoint", or leave out "encryption"',
      ]);
    }
    expect(
      (await configOf({ endpoint: 'http://s3.example', encryption: 'on' })).connection.address.endpoint
        ?.scheme,
    ).toBe('http');
  });

  test.each([
    'https://s3.example?x=1',
    'https://user@s3.example',
    'https://user:password@s3.example',
    'https://:password@s3.example',
  ])('%p is refused, and not shown: only a host, a port and a path are possible', async (endpoint) => {
    expect(await problemsOf({ endpoint })).toEqual([
      'option "endpoint": must be http://host[:port] or https://host[:port], with a path at most',
    ]);
  });

  test.each([
    'ftp://s3.example',
    'https://s3.example/#part',
    'http://',
    '::1',
    'a b',
    's3.example:99999',
    's3.example:port',
    'file:///etc',
    's3.ex\nample',
    's3.example\0',
    'http://s3.\texample',
  ])('%p is refused: it is not an http or https URL', async (endpoint) => {
    const [problem = '', ...others] = await problemsOf({ endpoint });
    expect(problem).toMatch(/^option "endpoint" is ".*": must be http:\/\/host\[:port\] or https:/);
    expect(others).toEqual([]);
  });
});

describe('a proxy', () => {
  test.each([
    ['http://proxy.example:3128', 'http://proxy.example:3128/'],
    ['proxy.example:3128', 'http://proxy.example:3128/'],
    ['http://user:p%40ss@proxy.example:3128', 'http://user:p%40ss@proxy.example:3128/'],
    ['https://proxy.example', 'https://proxy.example/'],
    ['http://proxy.example:3128/', 'http://proxy.example:3128/'],
    ['http://proxy.example:3128/path/', 'http://proxy.example:3128/'],
    ['HTTP://user:pw@Proxy.Example:80', 'http://user:pw@proxy.example/'],
    ['user:pw@proxy.example:3128/', 'http://user:pw@proxy.example:3128/'],
    ['token@proxy.example', 'http://token@proxy.example/'],
    ['http://user:@proxy.example', 'http://user:@proxy.example/'],
    ['http://user:a%b@proxy.example', 'http://user:a%25b@proxy.example/'],
    ['http://user:100%@proxy.example', 'http://user:100%25@proxy.example/'],
    ['http://user:%41%zz@proxy.example', 'http://user:%2541%25zz@proxy.example/'],
    ['http://user:%zz%41@proxy.example', 'http://user:%25zz%2541@proxy.example/'],
    ['http://user:%ff@proxy.example', 'http://user:%FF@proxy.example/'],
    ['http://us%40er:p@ss@proxy.example', 'http://us%40er:p%40ss@proxy.example/'],
    ['http://user:a:b@proxy.example', 'http://user:a%3Ab@proxy.example/'],
    ['http://user:a/b#c?d@proxy.example', 'http://user:a%2Fb%23c%3Fd@proxy.example/'],
    ['http://user:a b+c&d=e;f,g@proxy.example', 'http://user:a%20b%2Bc%26d%3De%3Bf%2Cg@proxy.example/'],
    [
      'http://user:!$\'()*[]{}|\\^`"<>~@proxy.example',
      'http://user:%21%24%27%28%29%2A%5B%5D%7B%7D%7C%5C%5E%60%22%3C%3E~@proxy.example/',
    ],
    ['http://user:pässwörd@proxy.example', 'http://user:p%C3%A4ssw%C3%B6rd@proxy.example/'],
    ['http://user:pw@[::1]:3128', 'http://user:pw@[::1]:3128/'],
  ])('%p is taken', async (http_proxy, href) => {
    expect((await configOf({ http_proxy })).connection.proxy?.reveal()).toBe(href);
  });

  test.each([
    'socks5://user:pa55word@proxy.example',
    'http://user:pa55word@',
    'http://user:pa55word',
    'user:pa55word',
    'http://user:pa55word proxy.example',
  ])('with a password is never shown, also when it can’t be used (%p)', async (http_proxy) => {
    expect(await problemsOf({ http_proxy })).toEqual([
      'option "http_proxy": must be http://host[:port] or https://host[:port]',
    ]);
  });

  test('with a password does not show it in any text form of the config', async () => {
    const { connection } = await configOf({ http_proxy: 'http://user:pa55word@proxy.example' });
    expect(JSON.stringify(connection) + Bun.inspect(connection)).not.toContain('pa55word');
  });
});

function revealed(signIn: SignInConfig, name: 'secretAccessKey' | 'sessionToken'): string | undefined {
  return signIn.from === 'file' ? signIn[name]?.reveal() : undefined;
}

describe('keys', () => {
  const both = { aws_access_key_id: 'AKIA', aws_secret_access_key: 'the-secret' };

  test('are used as they are written', async () => {
    const { signIn } = (await configOf({ ...both, aws_session_token: 'the-token' })).connection;
    expect(signIn).toMatchObject({ from: 'file', accessKeyId: 'AKIA' });
    expect([revealed(signIn, 'secretAccessKey'), revealed(signIn, 'sessionToken')]).toEqual([
      'the-secret',
      'the-token',
    ]);
  });

  test('without a token have none', async () => {
    expect(revealed((await configOf(both)).connection.signIn, 'sessionToken')).toBeUndefined();
  });

  test('may be absent: the AWS chain is asked then', async () => {
    expect((await configOf()).connection.signIn).toMatchObject({ from: 'host', source: 'auto' });
  });

  test.each(['aws_access_key_id', 'aws_secret_access_key'])(
    'go together: %s alone is refused',
    async (name) => {
      const problems = await problemsOf({ [name]: 'whatever-it-is' });
      expect(problems).toEqual([
        '"aws_access_key_id" and "aws_secret_access_key" go together: set both, or neither to use the AWS credential chain',
      ]);
    },
  );

  test.each(['aws_access_key_id', 'aws_session_token'])(
    'that no header can carry are refused and not shown: %s',
    async (name) => {
      for (const value of ['AK\0IA', 'AKIA ', 'AK\nIA', 'AKIÄ', 'AK\u{1f600}', '\u001b[31mAKIA']) {
        expect(await problemsOf({ ...both, [name]: value })).toEqual([
          `option "${name}" must be ASCII letters, digits and punctuation, without spaces`,
        ]);
      }
    },
  );

  test('are needed for a token', async () => {
    expect(await problemsOf({ aws_session_token: 'the-token' })).toEqual([
      '"aws_session_token" needs "aws_access_key_id" and "aws_secret_access_key"',
    ]);
  });
});

describe('TLS', () => {
  test('a key or its password without a certificate is a problem', async () => {
    const problem = '"client_key_file" and "client_key_password_file" need "client_cert_file"';
    expect(await problemsOf({ client_key_file: '/key.pem' })).toEqual([problem]);
    expect(await problemsOf({ client_key_password_file: '/password' })).toEqual([problem]);
  });

  test('the key is in the file of the certificate where none is named', async () => {
    const { tls } = (await configOf({ client_cert_file: '/client.pem' })).connection;
    expect(tls.clientCertificate).toEqual({
      certFile: '/client.pem',
      keyFile: '/client.pem',
      keyPasswordFile: undefined,
    });
  });

  test('what has no effect by http is told', async () => {
    const given = { client_cert_file: '/client.pem', tls_min_version: '1.3' };
    for (const http of [{ endpoint: 'http://host' }, { encryption: 'off' }]) {
      const { warnings } = await configOf({ ...given, ...http });
      expect(warnings).toEqual([
        'client_cert_file has no effect on the server: it is reached by http',
        'tls_min_version has no effect on the server: it is reached by http',
      ]);
    }
    expect((await configOf({ ...given, endpoint: 'https://host' })).warnings).toEqual([]);
    expect((await configOf({ encryption: 'off', tls_min_version: '1.2' })).warnings).toEqual([]);
  });

  test('each entry of no_proxy that would except nothing is a problem', async () => {
    expect(await problemsOf({ no_proxy: 'good.example,http://bad,10.0.0.0/33' })).toHaveLength(2);
  });
});
