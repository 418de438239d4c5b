import { describe, expect, test } from 'bun:test';
import { MiB } from '../../src/base/bytes.ts';
import { OPTION_NAMES, OPTIONS, type OptionDefinition } from '../../src/config/options.ts';
import { configOf, problemsOf } from './sample.ts';

test('the fewest options make a complete config, everything else at its default', async () => {
  expect(await configOf()).toEqual({
    bucket: 'backups',
    folder: 'gp',
    connection: {
      address: {
        accessPoint: undefined,
        region: 'eu-west-1',
        endpoint: undefined,
        awsScheme: 'https',
        dualStack: 'auto',
        fips: false,
        accelerate: false,
        endpointSource: undefined,
        urlStyle: 'auto',
        hostNamesBucket: false,
      },
      signIn: {
        from: 'host',
        source: 'auto',
        keys: undefined,
        profile: { name: undefined, credentialsFile: undefined, configFile: undefined },
        role: undefined,
        stsEndpoint: undefined,
        webIdentityTokenFile: undefined,
        process: undefined,
        cache: true,
      },
      tls: {
        caFile: undefined,
        caPath: undefined,
        verifyTls: true,
        clientCertificate: undefined,
        minVersion: '1.2',
      },
      proxy: undefined,
      noProxy: undefined,
      requests: { requesterPays: false, expectedBucketOwner: undefined, headers: new Map() },
      retry: { timeout: 600_000, maxRetries: undefined },
    },
    protection: { payloadSigning: 'auto', checksum: 'auto' },
    objects: {
      sse: undefined,
      kmsKeyId: undefined,
      kmsContext: undefined,
      bucketKey: undefined,
      customerKeyFile: undefined,
      storageClass: undefined,
      storageClassMinSize: 131_072,
      tags: undefined,
      acl: undefined,
      lock: undefined,
      legalHold: false,
      bypassGovernance: false,
      writeOnce: false,
      fromArchive: 'off',
    },
    bandwidth: { backup: undefined, restore: undefined },
    backup: { partSize: undefined, concurrency: 8, maxParts: 10_000 },
    restore: { rangeSize: undefined, concurrency: undefined },
    maxMemory: 192 * MiB,
    uploadSecrets: false,
    logVerbosity: 'info',
    statistics: true,
    warnings: [],
    setUpWarnings: [],
    secrets: [],
    hasOwnSecrets: false,
    second: undefined,
    replicates: false,
    failsOver: false,
  });
});

test('every option arrives where it belongs', async () => {
  const config = await configOf({
    endpoint: 's3.example:9000',
    encryption: 'off',
    endpoint_source: 'http://lookup.example/host',
    url_style: 'virtual',
    remove_duplicate_bucket: 'true',
    http_proxy: 'http://proxy.example:3128',
    payload_signing: 'off',
    checksum: 'crc32',
    ca_file: '/etc/ca.pem',
    verify_tls: 'off',
    retry_timeout: '90s',
    max_request_retries: '0',
    backup_multipart_chunksize: '500MB',
    backup_max_concurrent_requests: '2',
    max_upload_parts: '1000',
    restore_multipart_chunksize: '10 MB',
    restore_max_concurrent_requests: '3',
    max_memory: '1GB',
    upload_secrets: 'on',
    logger_verbosity: 'debug',
    statistics: 'off',
    restore_subset: 'on',
    pgport: '5432',
    backup_plugin_version: '2.0.0',
  });
  expect(config.connection).toMatchObject({
    address: {
      endpoint: { scheme: 'http', host: 's3.example:9000' },
      urlStyle: 'virtual',
      hostNamesBucket: true,
    },
    tls: { caFile: '/etc/ca.pem', verifyTls: false },
    retry: { timeout: 90_000, maxRetries: 0 },
  });
  expect(config.protection).toEqual({ payloadSigning: 'off', checksum: 'crc32' });
  expect(config.connection.address.endpointSource?.href).toBe('http://lookup.example/host');
  expect(config.connection.proxy?.reveal()).toBe('http://proxy.example:3128/');
  expect(config.backup).toEqual({ partSize: 500 * MiB, concurrency: 2, maxParts: 1000 });
  expect(config.restore).toEqual({ rangeSize: 10 * MiB, concurrency: 3 });
  expect(config).toMatchObject({
    maxMemory: 1024 * MiB,
    uploadSecrets: true,
    logVerbosity: 'debug',
    statistics: false,
  });
});

describe('problems', () => {
  test('of a bad value name the option, the value and what is allowed', async () => {
    expect(await problemsOf({ encryption: 'yes' })).toEqual([
      'option "encryption" is "yes": must be on or off',
    ]);
  });

  test('are reported together, in the order of the options', async () => {
    const problems = await problemsOf({
      bucket: undefined,
      folder: '..',
      region: undefined,
      max_memory: '1',
      encryption: '?',
      aws_access_key_id: 'AKIA',
      colour: 'red',
    });
    expect(problems.map((problem) => /"([a-z_]+)"/.exec(problem)?.[1])).toEqual([
      'colour',
      'bucket',
      'folder',
      'encryption',
      'max_memory',
      'aws_access_key_id',
      'region',
    ]);
  });

  test.each([
    ['bukket', 'bucket'],
    ['Region', 'region'],
    ['aws_secret_key', 'aws_secret_access_key'],
    ['backup_multipart_chunk_size', 'backup_multipart_chunksize'],
    ['restore-subset', 'restore_subset'],
  ])('of the unknown option %p name the nearest known one, %p', async (name, known) => {
    expect(await problemsOf({ [name]: 'x' })).toEqual([`unknown option "${name}", did you mean "${known}"?`]);
  });

  test.each(['colour', '', 'x', '__proto__', 'constructor', 'toString'])(
    'of the unknown option %p name none when none is near',
    async (name) => {
      const problems = await problemsOf(Object.fromEntries([[name, 'x']]));
      expect(problems).toEqual([`unknown option "${name}"`]);
    },
  );

  test.each(['bucket', 'folder'])('say that %s is missing, and what it is', async (name) => {
    const [problem = '', ...others] = await problemsOf({ [name]: undefined });
    expect(problem).toStartWith(`option "${name}" is missing: The `);
    expect(others).toEqual([]);
  });

  test('say that executablepath is missing, or empty', async () => {
    expect(await problemsOf({}, {})).toEqual(['"executablepath" is missing']);
    expect(await problemsOf({}, { executablepath: '' })).toEqual(['"executablepath" is missing']);
  });

  test('name an option that is next to "options" instead of below it', async () => {
    const top = { executablepath: '/bin/x', bucket: 'b' };
    expect(await problemsOf({}, top)).toEqual(['"bucket" belongs under "options:"']);
  });

  test('show long values and control characters in a form that stays one short line', async () => {
    const [problem = ''] = await problemsOf({ encryption: `a\nb\u0000${'x'.repeat(500)}` });
    expect(problem).toStartWith('option "encryption" is "a?b?xxx');
    expect(problem.length).toBeLessThan(150);
  });
});

describe('an empty value, as gpbackup writes what is not set,', () => {
  test.each(OPTION_NAMES.map((name) => [name] as const))('of %s is the same as none', async (name) => {
    const definition: OptionDefinition = OPTIONS[name];
    const others = name === 'region' ? { endpoint: 'host' } : {};
    for (const empty of ['', '  ', ...(definition.zeroIsUnset === true ? ['0', ' 00 '] : [])]) {
      const written = { ...others, [name]: empty };
      const absent = { ...others, [name]: undefined };
      if (definition.required === true) expect(await problemsOf(written)).toEqual(await problemsOf(absent));
      else expect(await configOf(written)).toEqual(await configOf(absent));
    }
  });
});

describe('names', () => {
  test.each(['backups', 'My_Backups', 'a.b-c', '0'])('the bucket %p is taken', async (bucket) => {
    expect((await configOf({ bucket })).bucket).toBe(bucket);
  });

  test.each(['a/b', 'a b', '../x', '-a', 'a?b', 'ü', 'a@b', 'a:b:c'])(
    'the bucket %p is refused',
    async (bucket) => {
      const [problem = ''] = await problemsOf({ bucket });
      expect(problem).toStartWith(`option "bucket" is "${bucket}": must be letters, digits`);
    },
  );

  test.each(['eu west', 'eu/west', 'eu.example.com', 'x@y'])('the region %p is refused', async (region) => {
    const [problem = ''] = await problemsOf({ region });
    expect(problem).toStartWith(`option "region" is "${region}": must be letters, digits`);
  });

  test.each([
    ['gp', 'gp'],
    ['/gp/', 'gp'],
    ['///a/b///', 'a/b'],
    ['a b/c+d', 'a b/c+d'],
    ['...', '...'],
    ['a//b', 'a/b'],
    ['./a', 'a'],
    ['a/./b/.', 'a/b'],
    ['/', ''],
    ['//', ''],
    ['.', ''],
    ['./', ''],
    ['.a', '.a'],
  ])('the folder %p is %p', async (written, folder) => {
    expect((await configOf({ folder: written })).folder).toBe(folder);
  });

  test.each(['..', 'a/../b', '../a', 'a/..', '/..', 'a\tb', 'a\u0000b'])(
    'the folder %p is refused',
    async (folder) => {
      const [problem = ''] = await problemsOf({ folder });
      expect(problem).toMatch(
        /^option "folder" is ".*": must be a path without ".." parts and control characters$/,
      );
    },
  );
});

const warningsOf = async (options: Record<string, string>): Promise<readonly string[]> =>
  (await configOf(options)).warnings;

describe('warnings', () => {
  test('say that certificates are not checked', async () => {
    expect(await warningsOf({ verify_tls: 'off' })).toEqual([
      'verify_tls is off: the certificate of the server is not checked',
    ]);
  });

  test('say that a value of the Go plugin is beyond what is possible, and what is used', async () => {
    const config = await configOf({
      restore_multipart_chunksize: '10GB',
      backup_max_concurrent_requests: '5000',
    });
    expect(config.restore.rangeSize).toBe(2048 * MiB);
    expect(config.backup.concurrency).toBe(1000);
    expect(config.warnings).toEqual([
      'option "backup_max_concurrent_requests" is "5000": 1000 is used',
      'option "restore_multipart_chunksize" is "10GB": 2GB is used',
    ]);
  });

  test.each([
    [' secret', 'begins or ends with a space or a line break'],
    ['secret\n', 'begins or ends with a space or a line break'],
    ['secret\u00a0', 'begins or ends with a space or a line break'],
    ['“secret”', 'contains typographic quotes'],
    ['sec’ret', 'contains typographic quotes'],
    ['"secret"', 'contains the quotes around it'],
    ["'secret'", 'contains the quotes around it'],
    ['sec\u200bret', 'contains invisible characters'],
    ['sec\u00adret', 'contains invisible characters'],
    ['sec\u2060ret', 'contains invisible characters'],
    ['sec\ufffdret', 'contains characters that were lost when the file was written'],
    ['sécret', 'contains characters outside of ASCII'],
    ['ѕecret', 'contains characters outside of ASCII'],
    ['sec ret', 'contains spaces, line breaks or control characters'],
    ['sec\nret', 'contains spaces, line breaks or control characters'],
    ['sec\tret', 'contains spaces, line breaks or control characters'],
  ])('say that the secret %p %s, and do not show it', async (secret, what) => {
    const keys = { aws_access_key_id: 'AKIA', aws_secret_access_key: secret };
    expect(await warningsOf(keys)).toEqual([`the value of "aws_secret_access_key" ${what}: check it`]);
    const proxy = { http_proxy: `http://user:${encodeURIComponent(secret)}@proxy` };
    expect(await warningsOf(proxy)).toEqual([`the value of "http_proxy" ${what}: check it`]);
  });

  test.each(['wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', 'a"b', "'a", '$&${x}', '#a'])(
    'say nothing of the secret %p',
    async (aws_secret_access_key) => {
      expect(await warningsOf({ aws_access_key_id: 'AKIA', aws_secret_access_key })).toEqual([]);
    },
  );
});

test('every secret of the file is known to whoever makes a copy of it', async () => {
  const { secrets } = await configOf({
    aws_access_key_id: 'AKIA',
    aws_secret_access_key: 'the-secret',
    aws_session_token: 'the-token',
    http_proxy: 'http://user:p%40ss@proxy',
    endpoint_source: 'http://u:pw@lookup/9f8e7d6c5b4a/host?region=eu&token=t%2Fk&x=9f8e7d6c5b4b#frag',
    password_encryption: 'on',
    gpbackup_s3_plugin: 'added',
    request_headers: 'x-auth=of-the-gateway,x-debug=1',
  });
  expect(new Set(secrets.map((secret) => secret.reveal()))).toEqual(
    new Set([
      'the-secret',
      'the-token',
      'added',
      'of-the-gateway',
      'p%40ss',
      'p@ss',
      'pw',
      'frag',
      '9f8e7d6c5b4a',
      't%2Fk',
      't/k',
      '9f8e7d6c5b4b',
    ]),
  );
  expect(JSON.stringify(secrets)).not.toContain('the-secret');
});
