import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { someBytes } from '../../lab/program/plugin.ts';
import { startTestServer, type TestServer } from '../../lab/test-server.ts';
import { MiB } from '../../src/base/bytes.ts';
import { Secret } from '../../src/base/secret.ts';
import { ProcessLog } from '../../src/log/log.ts';
import { staticCredentials } from '../../src/s3/auth/credentials.ts';
import type { S3Client } from '../../src/s3/client.ts';
import { Transport } from '../../src/s3/http/transport.ts';
import { openStore } from '../../src/s3/open.ts';
import { BufferPool } from '../../src/transfer/buffer-pool.ts';
import { growingSchedule } from '../../src/transfer/part-schedule.ts';
import { FAR_RANGES } from '../../src/transfer/range-plan.ts';
import { copyWithin, describeSource, type Sites } from '../../src/transfer/replicate-object.ts';

async function failureOf(promise: Promise<unknown>): Promise<string> {
  return await promise.then(
    () => '',
    (error: unknown) => String(error),
  );
}

/** A copy that is larger than one request may copy: the limit is low here, as 5 GB take minutes. */
const LARGEST = 5 * MiB;
const PAIR = { key: 'first/k', replica: 'second/k' };
const bytes = someBytes(2 * LARGEST + 12_345);

let server: TestServer;
let sites: Sites;
beforeEach(async () => {
  server = await startTestServer({ buckets: ['backups', 'copies'] });
  sites = {
    from: clientOf('backups'),
    to: clientOf('copies'),
    download: { plans: { far: FAR_RANGES, near: FAR_RANGES }, verify: true },
    upload: {
      schedule: growingSchedule(10_000),
      pool: new BufferPool(64 * MiB, 8),
      policy: { checksum: 'auto', payloadSigning: 'auto' },
    },
  };
});
afterEach(async () => await server.stop());

function clientOf(bucket: string): S3Client {
  return openStore({
    bucket,
    region: 'us-east-1',
    endpoint: { scheme: 'http', host: `127.0.0.1:${server.port}` },
    awsScheme: 'https',
    dualStack: 'auto',
    fips: false,
    accelerate: false,
    urlStyle: 'path',
    hostNamesBucket: false,
    credentials: staticCredentials({
      accessKeyId: 'testkey',
      secretAccessKey: new Secret('testsecret'),
      sessionToken: undefined,
    }),
    transport: new Transport({
      trust: () => ({ rejectUnauthorized: true }),
      proxy: undefined,
      userAgent: 'test',
    }),
    retryPolicy: { timeout: 10_000, reachTimeout: 10_000, maxRetries: 5 },
    concurrency: 100,
    log: new ProcessLog(() => {}),
    signal: new AbortController().signal,
  });
}

async function copy(): Promise<void> {
  await copyWithin(sites, PAIR, await describeSource(sites.from, PAIR.key), LARGEST);
}

/** In the order of the parts. */
const partsCopied = (): readonly (string | undefined)[] =>
  server.requests
    .filter(({ operation, status }) => operation === 'UploadPartCopy' && status === 200)
    .toSorted((one, other) => (one.partNumber ?? 0) - (other.partNumber ?? 0))
    .map(({ headers }) => headers.get('x-amz-copy-source-range'));

describe('a copy that the server makes in parts', () => {
  test('has the bytes, the checksum and the metadata of its source', async () => {
    const headers = { 'x-amz-meta-note': 'kept', 'x-amz-meta-gpbackup-upload': 'token' };
    await server.objects.put('backups', PAIR.key, bytes, { withChecksum: true, headers });
    await copy();
    expect(partsCopied()).toEqual(['bytes=0-5242879', 'bytes=5242880-10485759', 'bytes=10485760-10498104']);
    expect(Bun.hash((await server.objects.get('copies', PAIR.replica)) ?? '')).toBe(Bun.hash(bytes));
    const replica = server.objects.head('copies', PAIR.replica);
    const source = server.objects.head('backups', PAIR.key);
    expect(replica?.crc32).toBe(source?.crc32 ?? '');
    expect(replica?.headers['x-amz-meta-note']).toBe('kept');
    expect(replica?.headers['x-amz-meta-gpbackup-source']).toBe(source?.etag ?? '');
    expect(replica?.headers['x-amz-meta-gpbackup-upload']).not.toBe('token');
    expect(server.objects.uploads('copies')).toEqual([]);
  });

  test('asks again for a part whose answer is 200 and an error', async () => {
    await server.objects.put('backups', PAIR.key, bytes);
    server.faults.add({
      when: { operation: 'UploadPartCopy', partNumber: 2 },
      do: { kind: 'okWithError', code: 'InternalError' },
    });
    await copy();
    expect(Bun.hash((await server.objects.get('copies', PAIR.replica)) ?? '')).toBe(Bun.hash(bytes));
  });

  test('leaves nothing of one that fails', async () => {
    await server.objects.put('backups', PAIR.key, bytes);
    server.faults.add({
      when: { operation: 'UploadPartCopy', partNumber: 3 },
      do: { kind: 'answer', status: 400, code: 'InvalidRequest' },
    });
    expect(await failureOf(copy())).toContain('UploadPartCopy s3://copies/second/k failed');
    expect([server.objects.keys('copies'), server.objects.uploads('copies')]).toEqual([[], []]);
  });

  test('is not made of bytes that are not those of the stored checksum', async () => {
    await server.objects.put('backups', PAIR.key, bytes, {
      headers: { 'x-amz-meta-gpbackup-crc32': '00000001' },
    });
    expect(await failureOf(copy())).toContain('is not what was copied: its CRC32 is');
    expect([server.objects.keys('copies'), server.objects.uploads('copies')]).toEqual([[], []]);
  });

  test('is not made of an object that is replaced meanwhile', async () => {
    await server.objects.put('backups', PAIR.key, bytes);
    const source = await describeSource(sites.from, PAIR.key);
    await server.objects.put('backups', PAIR.key, bytes.subarray(1));
    expect(await failureOf(copyWithin(sites, PAIR, source, LARGEST))).toContain(
      'HTTP 412 PreconditionFailed',
    );
    expect(server.objects.keys('copies')).toEqual([]);
  });
});

describe('a copy in one request', () => {
  test('leaves the metadata to the server where the source can be recognised by it', async () => {
    const headers = { 'x-amz-meta-gpbackup-upload': 'token', 'content-type': 'text/plain' };
    await server.objects.put('backups', PAIR.key, bytes, { headers, etag: `${'0'.repeat(32)}-2` });
    await copyWithin(sites, PAIR, await describeSource(sites.from, PAIR.key));
    expect(server.objects.head('copies', PAIR.replica)?.headers).toEqual(headers);
  });

  test('notes the ETag of its source where nothing else would prove it the same', async () => {
    const headers = { 'x-amz-meta-note': 'kept', 'content-type': 'text/plain' };
    await server.objects.put('backups', PAIR.key, bytes, { headers, etag: `${'0'.repeat(32)}-2` });
    await copyWithin(sites, PAIR, await describeSource(sites.from, PAIR.key));
    expect(server.objects.head('copies', PAIR.replica)?.headers).toEqual({
      ...headers,
      'x-amz-meta-gpbackup-source': `${'0'.repeat(32)}-2`,
    });
  });

  test('of what was cut on its way is an error', async () => {
    await server.objects.put('backups', PAIR.key, bytes);
    const source = await describeSource(sites.from, PAIR.key);
    server.faults.add({
      when: { operation: 'HeadObject' },
      do: { kind: 'answer', status: 200, headers: { 'content-length': '5', etag: '"x"' } },
    });
    expect(await failureOf(copyWithin(sites, PAIR, source))).toContain(
      'is not what was copied: 5 bytes in place of',
    );
  });
});
