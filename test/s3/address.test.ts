import { describe, expect, test } from 'bun:test';
import { UsageError } from '../../src/base/plugin-error.ts';
import { type AddressChoice, addressOf, pathOf, placeOf } from '../../src/s3/address.ts';

const onAws: AddressChoice = {
  bucket: 'backups',
  region: 'eu-west-1',
  endpoint: undefined,
  awsScheme: 'https',
  dualStack: 'auto',
  fips: false,
  accelerate: false,
  urlStyle: 'auto',
  hostNamesBucket: false,
  providerStyle: 'path',
};
const own: AddressChoice = { ...onAws, endpoint: { scheme: 'http', host: 's3.example:9000' } };

describe('on AWS', () => {
  test('the bucket is in the host name', () => {
    expect(addressOf(onAws)).toEqual({
      scheme: 'https',
      host: 'backups.s3.dualstack.eu-west-1.amazonaws.com',
      root: '',
      pathHost: { host: 's3.dualstack.eu-west-1.amazonaws.com', root: '/backups' },
      aws: true,
    });
  });

  test.each([
    ['us-east-1', 's3.dualstack.us-east-1.amazonaws.com'],
    ['us-gov-west-1', 's3.dualstack.us-gov-west-1.amazonaws.com'],
    ['cn-north-1', 's3.dualstack.cn-north-1.amazonaws.com.cn'],
    ['cn-northwest-1', 's3.dualstack.cn-northwest-1.amazonaws.com.cn'],
    ['us-iso-east-1', 's3.us-iso-east-1.c2s.ic.gov'],
    ['eusc-de-east-1', 's3.eusc-de-east-1.amazonaws.eu'],
  ])('the region %s has the host %s: dual-stack where there is one', (region, host) => {
    expect(addressOf({ ...onAws, region }).host).toBe(`backups.${host}`);
  });

  test('dual_stack: off takes the plain host', () => {
    expect(addressOf({ ...onAws, dualStack: 'off' })).toMatchObject({
      host: 'backups.s3.eu-west-1.amazonaws.com',
      pathHost: { host: 's3.eu-west-1.amazonaws.com', root: '/backups' },
    });
  });

  test('dual_stack: on takes the dual-stack host in every region', () => {
    const { host } = addressOf({ ...onAws, region: 'us-iso-east-1', dualStack: 'on' });
    expect(host).toBe('backups.s3.dualstack.us-iso-east-1.c2s.ic.gov');
  });

  test('an endpoint that is a host of AWS stays as it is written', () => {
    const endpoint = { scheme: 'https', host: 's3.eu-west-1.amazonaws.com' } as const;
    expect(addressOf({ ...onAws, endpoint }).host).toBe('s3.eu-west-1.amazonaws.com');
  });

  test('http where encryption is off', () => {
    expect(addressOf({ ...onAws, awsScheme: 'http' }).scheme).toBe('http');
  });

  test('a bucket with dots goes into the path: the wildcard certificate covers one label', () => {
    const { host, root } = addressOf({ ...onAws, bucket: 'my.backups' });
    expect({ host, root }).toEqual({ host: 's3.dualstack.eu-west-1.amazonaws.com', root: '/my.backups' });
  });

  test('url_style: path puts the bucket into the path', () => {
    const { host, root } = addressOf({ ...onAws, urlStyle: 'path' });
    expect({ host, root }).toEqual({ host: 's3.dualstack.eu-west-1.amazonaws.com', root: '/backups' });
  });

  test('url_style: virtual is obeyed for a bucket with dots as well', () => {
    const { host, root } = addressOf({ ...onAws, bucket: 'my.backups', urlStyle: 'virtual' });
    expect({ host, root }).toEqual({ host: 'my.backups.s3.dualstack.eu-west-1.amazonaws.com', root: '' });
  });
});

describe('at an endpoint', () => {
  test('the bucket is in the path, and scheme, host and port are as written', () => {
    expect(addressOf(own)).toEqual({ scheme: 'http', host: 's3.example:9000', root: '/backups', aws: false });
  });

  test('the region changes nothing', () => {
    expect(addressOf({ ...own, region: 'cn-north-1' })).toEqual(addressOf(own));
  });

  test('a provider that demands it has the bucket in the host name', () => {
    const { host, root } = addressOf({ ...own, providerStyle: 'virtual' });
    expect({ host, root }).toEqual({ host: 'backups.s3.example:9000', root: '' });
  });

  test('url_style wins over the provider', () => {
    expect(addressOf({ ...own, providerStyle: 'virtual', urlStyle: 'path' }).root).toBe('/backups');
    expect(addressOf({ ...own, providerStyle: 'path', urlStyle: 'virtual' }).host).toBe(
      'backups.s3.example:9000',
    );
  });

  test('remove_duplicate_bucket wins over all: the host is used as it is, the bucket nowhere else', () => {
    const endpoint = { scheme: 'https', host: 'backups.s3.example' } as const;
    for (const urlStyle of ['auto', 'path', 'virtual'] as const) {
      for (const providerStyle of ['path', 'virtual'] as const) {
        const address = addressOf({ ...own, endpoint, urlStyle, providerStyle, hostNamesBucket: true });
        expect(address).toEqual({ scheme: 'https', host: 'backups.s3.example', root: '', aws: false });
      }
    }
  });
});

describe('a key that begins with a slash, whose path the runtime would shorten without a bucket in front', () => {
  test('goes into the path behind the bucket also where the host names the bucket', () => {
    expect(placeOf(addressOf(onAws), '/data/x')).toEqual({
      host: 's3.dualstack.eu-west-1.amazonaws.com',
      path: '/backups//data/x',
    });
    expect(placeOf(addressOf({ ...own, urlStyle: 'virtual' }), '//x')).toEqual({
      host: 's3.example:9000',
      path: '/backups///x',
    });
  });

  test('changes nothing for other keys and for the bucket', () => {
    for (const key of [undefined, 'a//b', 'a/']) {
      const address = addressOf(onAws);
      expect(placeOf(address, key)).toEqual({ host: address.host, path: pathOf(address, key) });
    }
  });

  test('goes past an accelerated host, which takes no bucket in the path', () => {
    expect(placeOf(addressOf({ ...onAws, accelerate: true }), '/data/x')).toEqual({
      host: 's3.dualstack.eu-west-1.amazonaws.com',
      path: '/backups//data/x',
    });
  });

  test('is refused where the bucket can only be in the host name', () => {
    const hostOnly = [
      addressOf({ ...own, providerStyle: 'virtual' }),
      addressOf({ ...own, hostNamesBucket: true }),
    ];
    for (const address of hostOnly) expect(() => placeOf(address, '/data/x')).toThrow(UsageError);
  });
});

describe('the path', () => {
  const inPath = addressOf(own);
  const inHost = addressOf(onAws);

  test.each([
    [undefined, '/backups', '/'],
    ['folder/backups/x', '/backups/folder/backups/x', '/folder/backups/x'],
    ['/leading', '/backups//leading', '//leading'],
    ['a//b/', '/backups/a//b/', '/a//b/'],
    ["it's 100%+", '/backups/it%27s%20100%25%2B', '/it%27s%20100%25%2B'],
    ['dots.in..names...', '/backups/dots.in..names...', '/dots.in..names...'],
  ])('of the key %p is %p, with the bucket in the host %p', (key, path, hostPath) => {
    expect(pathOf(inPath, key)).toBe(path);
    expect(pathOf(inHost, key)).toBe(hostPath);
  });

  test.each(['.', '..', 'a/./b', 'a/../b', '../b', 'a/..', './'])(
    'of the key %p is refused: URL parsers would resolve it into another key',
    (key) => {
      expect(() => pathOf(inPath, key)).toThrow(UsageError);
    },
  );

  test('survives a URL parser unchanged', () => {
    for (const key of ['a//b', '/a', 'a b+c%2F', '%2e%2e/x', '~*!()', 'é/😀', 'a\\b', '?x=1#y', 'x;y:z@']) {
      expect(new URL(`http://s3.example${pathOf(inPath, key)}`).pathname).toBe(pathOf(inPath, key));
    }
  });
});
