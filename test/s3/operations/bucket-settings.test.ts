import { afterEach, describe, expect, test } from 'bun:test';
import type { S3Operation, S3ServerOptions } from '../../../lab/s3-server/server.ts';
import { startTestServer, type TestServer } from '../../../lab/test-server.ts';
import { Secret } from '../../../src/base/secret.ts';
import { ProcessLog } from '../../../src/log/log.ts';
import { staticCredentials } from '../../../src/s3/auth/credentials.ts';
import type { S3Client } from '../../../src/s3/client.ts';
import { S3Error } from '../../../src/s3/errors/s3-error.ts';
import { Transport } from '../../../src/s3/http/transport.ts';
import { openStore } from '../../../src/s3/open.ts';
import { getBucketEncryption } from '../../../src/s3/operations/get-bucket-encryption.ts';
import { getBucketLifecycle } from '../../../src/s3/operations/get-bucket-lifecycle-configuration.ts';
import { isBucketPublic } from '../../../src/s3/operations/get-bucket-policy-status.ts';
import { getBucketVersioning } from '../../../src/s3/operations/get-bucket-versioning.ts';

let server: TestServer | undefined;
afterEach(async () => {
  await server?.stop();
  server = undefined;
});

async function clientOf(options: S3ServerOptions = {}, bucket = 'backups'): Promise<S3Client> {
  server = await startTestServer(options);
  return openStore({
    bucket,
    region: 'us-east-1',
    endpoint: { scheme: 'http', host: `127.0.0.1:${server.port}` },
    awsScheme: 'http',
    urlStyle: 'auto',
    hostNamesBucket: false,
    dualStack: 'off',
    fips: false,
    accelerate: false,
    credentials: staticCredentials({
      accessKeyId: 'testkey',
      secretAccessKey: new Secret('testsecret'),
      sessionToken: undefined,
    }),
    transport: new Transport({ trust: () => ({ rejectUnauthorized: true }), userAgent: 'test' }),
    retryPolicy: { timeout: 5000, reachTimeout: 5000, maxRetries: 0 },
    concurrency: 5,
    log: new ProcessLog(() => {}),
    signal: new AbortController().signal,
  });
}

/** The next answer to an operation has this body. */
function answers(operation: S3Operation, body: string): void {
  server?.faults.add({
    when: { operation },
    do: { kind: 'rewrite', status: 200, body: async () => Buffer.from(body) },
  });
}

const QUESTIONS = [
  ['GetBucketVersioning', getBucketVersioning],
  ['GetBucketLifecycleConfiguration', getBucketLifecycle],
  ['GetBucketEncryption', getBucketEncryption],
  ['GetBucketPolicyStatus', isBucketPublic],
] as const;

describe('where nothing is set', () => {
  test('that is what is seen', async () => {
    const client = await clientOf();
    expect(await getBucketVersioning(client)).toEqual({ is: 'off' });
    expect(await getBucketLifecycle(client)).toEqual({ is: [] });
    expect(await getBucketEncryption(client)).toEqual({ is: 'none' });
    expect(await isBucketPublic(client)).toEqual({ is: false });
  });
});

describe('what is set', () => {
  test('is seen', async () => {
    const client = await clientOf({
      versioning: true,
      encryption: { byDefault: 'aws:kms' },
      bucketPolicy: 'public',
      lifecycle: [
        { id: 'a', prefix: 'x/', tag: { key: 'k', value: 'v' }, expireDays: 3 },
        { id: 'b', disabled: true, abortDays: 7, noncurrentDays: 1 },
        { id: 'c', prefix: 'y', transition: { days: 5, storageClass: 'GLACIER' } },
      ],
    });
    expect(await getBucketVersioning(client)).toEqual({ is: 'on' });
    expect(await getBucketEncryption(client)).toEqual({ is: { algorithm: 'aws:kms', kmsKeyId: undefined } });
    expect(await isBucketPublic(client)).toEqual({ is: true });
    const rule = {
      enabled: true,
      narrowed: false,
      expires: undefined,
      expiresVersions: false,
      abortDays: undefined,
      transitions: [],
    };
    expect(await getBucketLifecycle(client)).toEqual({
      is: [
        { ...rule, id: 'a', prefix: 'x/', narrowed: true, expires: 'after 3 days' },
        { ...rule, id: 'b', prefix: '', enabled: false, abortDays: 7, expiresVersions: true },
        { ...rule, id: 'c', prefix: 'y', transitions: [{ storageClass: 'GLACIER', when: 'after 5 days' }] },
      ],
    });
  });

  test('is seen in the forms of older rules and other servers', async () => {
    const client = await clientOf();
    answers(
      'GetBucketLifecycleConfiguration',
      `<s3:LifecycleConfiguration xmlns:s3="http://s3.amazonaws.com/doc/2006-03-01/"><s3:Rule>
<s3:Prefix>old/</s3:Prefix><s3:Status>Enabled</s3:Status>
<s3:Expiration><s3:Date>2030-01-02T00:00:00Z</s3:Date></s3:Expiration></s3:Rule>
<s3:Rule><s3:Filter><s3:ObjectSizeGreaterThan>5</s3:ObjectSizeGreaterThan></s3:Filter><s3:Status>Enabled</s3:Status>
<s3:Expiration><s3:ExpiredObjectDeleteMarker>true</s3:ExpiredObjectDeleteMarker></s3:Expiration></s3:Rule>
</s3:LifecycleConfiguration>`,
    );
    const rules = await getBucketLifecycle(client);
    expect(
      'is' in rules ? rules.is.map(({ prefix, narrowed, expires }) => [prefix, narrowed, expires]) : rules,
    ).toEqual([
      ['old/', false, 'on 2030-01-02'],
      ['', true, undefined],
    ]);
  });

  test('suspended versions are none that go on', async () => {
    const client = await clientOf();
    answers(
      'GetBucketVersioning',
      '<VersioningConfiguration><Status>Suspended</Status></VersioningConfiguration>',
    );
    expect(await getBucketVersioning(client)).toEqual({ is: 'suspended' });
  });
});

describe.each(QUESTIONS)('%s', (operation, ask) => {
  test('that is denied is not seen', async () => {
    const keys = { accessKeyId: 'testkey', secretAccessKey: 'testsecret' };
    const client = await clientOf({ credentials: [{ ...keys, deny: () => true }] });
    expect(await ask(client)).toEqual({ unseen: 'denied' });
  });

  test.each([
    [501, 'NotImplemented'],
    [405, 'MethodNotAllowed'],
    [404, 'NoSuchKey'],
    [400, 'InvalidArgument'],
  ])('that a server answers with %i %s is not known to it', async (status, code) => {
    const client = await clientOf();
    server?.faults.add({ when: { operation }, do: { kind: 'answer', status, code } });
    expect(await ask(client)).toEqual({ unseen: 'unknown to the server' });
  });

  test('that a server takes for a list is not known to it', async () => {
    const client = await clientOf();
    answers(operation, '<ListBucketResult><Name>backups</Name></ListBucketResult>');
    expect(await ask(client)).toEqual({ unseen: 'unknown to the server' });
  });

  test('of a bucket that is not there is an error', async () => {
    expect(ask(await clientOf({}, 'elsewhere'))).rejects.toThrow(S3Error);
  });

  test('with an answer that is cut is an error', async () => {
    const client = await clientOf();
    const roots = [
      'VersioningConfiguration',
      'LifecycleConfiguration',
      'ServerSideEncryptionConfiguration',
      'PolicyStatus',
    ];
    answers(operation, `<${roots[QUESTIONS.findIndex(([name]) => name === operation)]}><Rule>`);
    expect(ask(client)).rejects.toThrow(S3Error);
  });
});
