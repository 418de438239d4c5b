import { describe, expect, test } from 'bun:test';
import { configOf, problemsOf } from './sample.ts';

describe('where the server is', () => {
  test('must be told by one of region and endpoint', async () => {
    expect(await problemsOf({ region: undefined })).toEqual([
      'one of "region" (for AWS) and "endpoint" (for any other server) must be given',
    ]);
  });

  test('is AWS with a region alone', async () => {
    const { endpoint, region } = (await configOf()).connection;
    expect({ endpoint, region }).toEqual({ endpoint: undefined, region: 'eu-west-1' });
  });

  test('is the endpoint, for which the region still signs', async () => {
    const { endpoint, region } = (await configOf({ endpoint: 'host', region: 'eu-west-1' })).connection;
    expect({ endpoint, region }).toEqual({
      endpoint: { scheme: 'https', host: 'host' },
      region: 'eu-west-1',
    });
  });

  test('has no region when an endpoint is given and none is written: its host may tell one', async () => {
    expect((await configOf({ endpoint: 'host', region: undefined })).connection.region).toBeUndefined();
    const source = { endpoint_source: 'http://lookup', region: undefined };
    expect((await configOf(source)).connection.region).toBeUndefined();
  });
});

describe('an endpoint', () => {
  test.each([
    ['s3.example', 'on', 'https', 's3.example'],
    ['s3.example', 'off', 'http', 's3.example'],
    ['s3.example:9000', 'on', 'https', 's3.example:9000'],
    ['s3.example:9000', 'off', 'http', 's3.example:9000'],
    ['http://s3.example', 'on', 'http', 's3.example'],
    ['https://s3.example', 'off', 'https', 's3.example'],
    ['HTTPS://S3.Example/', 'off', 'https', 's3.example'],
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
    expect((await configOf({ endpoint, encryption })).connection.endpoint).toEqual({ scheme, host });
  });

  test.each([
    'http://s3.example/path',
    's3.example/bucket',
    'https://s3.example?x=1',
    'https://s3.example/#part',
    'https://user@s3.example',
    'https://user:password@s3.example',
    'https://:password@s3.example',
  ])('%p is refused: scheme, host and port only', async (endpoint) => {
    const problems = await problemsOf({ endpoint });
    expect(problems).toEqual([
      'option "endpoint": must be a scheme, a host and a port only, without a path, a query or a user',
    ]);
  });

  test.each([
    'ftp://s3.example',
    'http://',
    '::1',
    'a b',
    's3.example:99999',
    's3.example:port',
    'file:///etc',
    's3.ex\nample',
    's3.example\0',
    'http://s3.\texample',
  ])('%p is refused: it is no http or https URL', async (endpoint) => {
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

describe('keys', () => {
  const both = { aws_access_key_id: 'AKIA', aws_secret_access_key: 'the-secret' };

  test('are used as they are written', async () => {
    const { keys } = (await configOf({ ...both, aws_session_token: 'the-token' })).connection;
    expect(keys?.accessKeyId).toBe('AKIA');
    expect(keys?.secretAccessKey.reveal()).toBe('the-secret');
    expect(keys?.sessionToken?.reveal()).toBe('the-token');
  });

  test('without a token have none', async () => {
    expect((await configOf(both)).connection.keys?.sessionToken).toBeUndefined();
  });

  test('may be absent: the AWS chain is asked then', async () => {
    expect((await configOf()).connection.keys).toBeUndefined();
  });

  test.each(['aws_access_key_id', 'aws_secret_access_key'])(
    'go together: %s alone is refused',
    async (name) => {
      const problems = await problemsOf({ [name]: 'whatever-it-is' });
      expect(problems).toEqual([
        '"aws_access_key_id" and "aws_secret_access_key" go together: give both, or none for the AWS credential chain',
      ]);
    },
  );

  test.each(['aws_access_key_id', 'aws_session_token'])(
    'that no header can carry are refused and not shown: %s',
    async (name) => {
      for (const value of ['AK\0IA', 'AKIA ', 'AK\nIA', 'AKIÄ', 'AK\u{1f600}', '\u001b[31mAKIA']) {
        expect(await problemsOf({ ...both, [name]: value })).toEqual([
          `option "${name}" must be letters, digits and signs of ASCII, without blanks`,
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
