import { describe, expect, test } from 'bun:test';
import { PluginError } from '../../src/base/plugin-error.ts';
import { Secret } from '../../src/base/secret.ts';
import { type Environment, proxyChoice } from '../../src/session/proxy.ts';

const UPPER = 'http://upper.example:1';
const LOWER = 'http://lower.example:2';

/** Origin of the proxy and what names it. */
async function chosen(
  environment: Environment,
  url: string,
  configured?: string,
  excepted?: string,
): Promise<string | undefined> {
  const choice = await proxyChoice(
    configured === undefined ? undefined : new Secret(configured),
    environment,
    excepted,
  );
  const found = choice(new URL(url));
  return found === undefined ? undefined : `${found.proxy.origin} ${found.setting}`;
}

describe('the option http_proxy', () => {
  const option = 'http://user:password@option.example:3128/';
  test.each(['http://store.example', 'https://store.example', 'http://127.0.0.1:9000', 'https://localhost'])(
    'is for every server, whatever the environment says: %s',
    async (url) => {
      const environment = { HTTP_PROXY: UPPER, HTTPS_PROXY: UPPER, NO_PROXY: '*' };
      expect(await chosen(environment, url, option)).toBe('http://option.example:3128 http_proxy');
    },
  );
});

describe('the option no_proxy', () => {
  const option = 'http://option.example:3128/';
  const ENVIRONMENT = { HTTP_PROXY: UPPER, HTTPS_PROXY: UPPER };
  test.each([
    ['store.example', 'https://store.example', true],
    ['.example', 'https://s3.store.example', true],
    ['store.example:9000', 'https://store.example', false],
    ['10.0.0.0/8', 'http://10.1.2.3:9000', true],
    ['fd00::/8', 'https://[fd00::1]', true],
    ['localhost', 'http://localhost:9000', true],
    ['other.example', 'https://store.example', false],
  ])('%s excepts %s: %p, from either proxy', async (list, url, isExcepted) => {
    const direct = isExcepted ? undefined : 'http://option.example:3128 http_proxy';
    expect(await chosen({}, url, option, list)).toBe(direct);
    const found = await chosen(ENVIRONMENT, url, undefined, list);
    if (isExcepted) expect(found).toBeUndefined();
    else expect(found).toStartWith(UPPER);
  });

  test('counts in addition to NO_PROXY for a proxy of the environment', async () => {
    const environment = { ...ENVIRONMENT, NO_PROXY: 'a.example' };
    expect(await chosen(environment, 'https://a.example', undefined, 'b.example')).toBeUndefined();
    expect(await chosen(environment, 'https://b.example', undefined, 'b.example')).toBeUndefined();
    expect(await chosen(environment, 'https://c.example', undefined, 'b.example')).toStartWith(UPPER);
  });
});

describe('proxies of the environment', () => {
  const CASES: readonly (readonly [environment: Environment, url: string, chosen: string | undefined])[] = [
    [{}, 'https://store.example', undefined],
    [{ HTTPS_PROXY: UPPER }, 'https://store.example', `${UPPER} HTTPS_PROXY in the environment`],
    [{ https_proxy: LOWER }, 'https://store.example', `${LOWER} https_proxy in the environment`],
    [
      { HTTPS_PROXY: UPPER, https_proxy: LOWER },
      'https://store.example',
      `${UPPER} HTTPS_PROXY in the environment`,
    ],
    [
      { HTTPS_PROXY: '', https_proxy: LOWER },
      'https://store.example',
      `${LOWER} https_proxy in the environment`,
    ],
    [{ HTTPS_PROXY: UPPER }, 'http://store.example', undefined],
    [{ HTTP_PROXY: UPPER }, 'http://store.example', `${UPPER} HTTP_PROXY in the environment`],
    [{ http_proxy: LOWER }, 'http://store.example', `${LOWER} http_proxy in the environment`],
    [{ HTTP_PROXY: UPPER }, 'https://store.example', undefined],
    [{ HTTP_PROXY: UPPER, REQUEST_METHOD: 'GET' }, 'http://store.example', undefined],
    [
      { HTTPS_PROXY: UPPER, REQUEST_METHOD: 'GET' },
      'https://store.example',
      `${UPPER} HTTPS_PROXY in the environment`,
    ],
    [{ ALL_PROXY: UPPER, all_proxy: LOWER }, 'https://store.example', undefined],
    [{ ALL_PROXY: UPPER, all_proxy: LOWER }, 'http://store.example', undefined],
    [
      { HTTPS_PROXY: 'proxy.example:3128' },
      'https://store.example',
      'http://proxy.example:3128 HTTPS_PROXY in the environment',
    ],
    [
      { HTTPS_PROXY: 'http://u:p@proxy.example' },
      'https://store.example',
      'http://proxy.example:80 HTTPS_PROXY in the environment',
    ],
    [
      { HTTPS_PROXY: 'https://proxy.example' },
      'https://store.example',
      'https://proxy.example:443 HTTPS_PROXY in the environment',
    ],
    [{ HTTPS_PROXY: UPPER, NO_PROXY: 'store.example' }, 'https://store.example', undefined],
    [{ HTTPS_PROXY: UPPER, no_proxy: 'store.example' }, 'https://store.example', undefined],
    [
      { HTTPS_PROXY: UPPER, NO_PROXY: 'a.example', no_proxy: 'store.example' },
      'https://store.example',
      `${UPPER} HTTPS_PROXY in the environment`,
    ],
  ];
  test.each(CASES)('%p, %s: %p', async (environment, url, expected) => {
    expect(await chosen(environment, url)).toBe(expected);
  });

  test.each([
    'http://localhost:9000',
    'http://127.0.0.1',
    'https://127.9.9.9',
    'https://[::1]:9000',
    'http://169.254.169.254/latest',
    'http://[fd00:ec2::254]/latest',
  ])('this host and the metadata of the instance are reached directly: %s', async (url) => {
    expect(await chosen({ HTTP_PROXY: UPPER, HTTPS_PROXY: UPPER }, url)).toBeUndefined();
  });

  test.each([
    'socks5://user:pa55word@proxy.example:1080',
    'ftp://proxy.example',
    'http://user:pa55word@',
    'a b',
  ])('one that can’t be used is named, without its password: %s', async (text) => {
    const choice = await proxyChoice(undefined, { HTTPS_PROXY: text });
    expect(choice(new URL('http://store.example'))).toBeUndefined();
    const use = (): unknown => choice(new URL('https://store.example'));
    expect(use).toThrow(PluginError);
    expect(use).toThrow('HTTPS_PROXY in the environment: must be http://host[:port] or https://host[:port]');
    expect(use).not.toThrow('pa55word');
  });
});
