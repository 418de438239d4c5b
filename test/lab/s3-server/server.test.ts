import { afterEach, expect, test } from 'bun:test';
import { X509Certificate } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../../../lab/program/until.ts';
import {
  type Credential,
  type S3Server,
  type S3ServerOptions,
  startS3Server,
} from '../../../lab/s3-server/server.ts';
import { RawConnection } from '../../conformance/raw-connection.ts';
import { expectError } from '../../conformance/rule.ts';
import { type RequestOptions, sendSigned } from '../../conformance/signed-request.ts';

const running: S3Server[] = [];

async function start(options: S3ServerOptions = {}): Promise<S3Server> {
  const server = await startS3Server(options);
  running.push(server);
  return server;
}

afterEach(async () => {
  for (const server of running.splice(0)) await server.stop();
});

async function send(server: S3Server, request: Partial<RequestOptions>, as: Partial<Credential> = {}) {
  return sendSigned(
    { ...server, ...as, endpoint: server.url },
    { method: 'GET', path: '/backups/x', ...request },
  );
}

const temporary: Credential = { accessKeyId: 'temporary', secretAccessKey: 'secret', sessionToken: 'token' };

test('a temporary credential needs its session token', async () => {
  const server = await start({ credentials: [temporary] });
  await server.objects.put('backups', 'x', 'text');
  const { sessionToken: _token, ...withoutToken } = temporary;
  expect((await send(server, {}, temporary)).status).toBe(200);
  expectError(await send(server, {}, withoutToken), 400, 'InvalidToken');
  expectError(await send(server, {}, { ...temporary, sessionToken: 'other' }), 400, 'InvalidToken');
});

test('an expired credential is ExpiredToken', async () => {
  const server = await start({ credentials: [{ ...temporary, expired: true }] });
  expectError(await send(server, {}, temporary), 400, 'ExpiredToken');
});

test('a server in another region says so', async () => {
  const server = await start({ region: 'eu-central-1' });
  const location = await send(server, { path: '/backups', query: { location: '' } });
  expect(location.body.toString()).toContain('>eu-central-1</LocationConstraint>');
  const refused = await sendSigned(
    { ...server, region: 'us-east-1', endpoint: server.url },
    { method: 'HEAD', path: '/backups' },
  );
  expect([refused.status, refused.headers.get('x-amz-bucket-region')]).toEqual([400, 'eu-central-1']);
});

test('the clock decides about skew, and dates the answers', async () => {
  const server = await start();
  server.clock = () => new Date('2031-05-06T07:08:09Z');
  const answer = await send(server, {});
  expectError(answer, 403, 'RequestTimeTooSkewed');
  expect(answer.headers.get('date')).toBe('Tue, 06 May 2031 07:08:09 GMT');
  expectError(await send(server, { date: server.clock() }), 404, 'NoSuchKey');
});

test('deny answers AccessDenied, for DeleteObjects key by key', async () => {
  const server = await start({
    credentials: [
      {
        accessKeyId: 'testkey',
        secretAccessKey: 'testsecret',
        deny: (operation, key) =>
          operation === 'PutObject' || (operation === 'DeleteObject' && key === 'kept'),
      },
    ],
  });
  for (const key of ['kept', 'gone']) await server.objects.put('backups', key, 'x');
  expectError(await send(server, { method: 'PUT', body: 'x' }), 403, 'AccessDenied');
  const body = '<Delete><Object><Key>kept</Key></Object><Object><Key>gone</Key></Object></Delete>';
  const headers = { 'content-md5': Bun.MD5.hash(body, 'base64') };
  const request = { method: 'POST', path: '/backups', query: { delete: '' }, body, headers };
  const document = (await send(server, request)).body.toString();
  expect(document).toContain('<Error><Key>kept</Key><Code>AccessDenied</Code>');
  expect(document).toContain('<Deleted><Key>gone</Key></Deleted>');
  expect(server.objects.keys('backups')).toEqual(['kept']);
});

test('what is not there is AccessDenied for those who may not list', async () => {
  const server = await start({
    credentials: [
      {
        accessKeyId: 'testkey',
        secretAccessKey: 'testsecret',
        deny: (operation) => operation === 'ListObjectsV2',
      },
    ],
  });
  expectError(await send(server, {}), 403, 'AccessDenied');
});

test('what the server does not know is NotImplemented, never something else', async () => {
  const server = await start();
  await server.objects.put('backups', 'x', 'text');
  const unknown: Partial<RequestOptions>[] = [
    { query: { acl: '' } },
    { query: { torrent: '' } },
    { method: 'PUT', body: '', payloadHash: 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD' },
    { method: 'PATCH' },
  ];
  for (const request of unknown) expectError(await send(server, request), 501, 'NotImplemented');
  expect((await server.objects.get('backups', 'x'))?.toString()).toBe('text');
});

test('a checksum of another algorithm than CRC32 is InvalidRequest, not ignored', async () => {
  const server = await start();
  const headers = { 'x-amz-checksum-crc64nvme': 'AAAAAAAAAAA=' };
  expectError(await send(server, { method: 'PUT', body: 'x', headers }), 400, 'InvalidRequest');
});

test('keys with control characters are listed as numeric references', async () => {
  const server = await start();
  await server.objects.put('backups', 'tab\tbell\u0007', 'x');
  const listed = await send(server, { path: '/backups', query: { 'list-type': '2' } });
  expect(listed.body.toString()).toContain('<Key>tab&#x9;bell&#x7;</Key>');
});

test('a list of 10,000 parts is read whole', async () => {
  const server = await start();
  const created = await send(server, { method: 'POST', query: { uploads: '' } });
  const uploadId = /<UploadId>(.*)<\/UploadId>/.exec(created.body.toString())?.[1] ?? '';
  const part = await send(server, { method: 'PUT', query: { partNumber: '10000', uploadId }, body: 'x' });
  const etag = part.headers.get('etag') ?? '';
  const missing = Array.from({ length: 10_000 }, (_, index) => {
    return `<Part><PartNumber>${index + 1}</PartNumber><ETag>${etag.replaceAll('"', '&quot;')}</ETag></Part>`;
  });
  const document = `<CompleteMultipartUpload>${missing.join('')}</CompleteMultipartUpload>`;
  const refused = await send(server, { method: 'POST', query: { uploadId }, body: document });
  expectError(refused, 400, 'InvalidPart');
  expect(refused.body.toString()).toContain('<PartNumber>1</PartNumber>');
});

test('a chunked body is MissingContentLength', async () => {
  const server = await start();
  const tamper = { 'content-length': undefined, 'transfer-encoding': 'chunked' };
  expectError(await send(server, { method: 'PUT', tamper }), 411, 'MissingContentLength');
});

test('what is no HTTP is 400, and the connection ends', async () => {
  const server = await start();
  const connection = await RawConnection.open(server.url);
  await connection.send('NONSENSE\r\n\r\n');
  expect((await connection.answer()).status).toBe(400);
  await connection.ended();
  connection.close();
});

test('a client that expects 100-continue gets its refusal without having sent the body', async () => {
  const server = await start();
  const connection = await RawConnection.open(server.url);
  await connection.send(
    'PUT /backups/x HTTP/1.1\r\nhost: localhost\r\ncontent-length: 5\r\nexpect: 100-continue\r\n\r\n',
  );
  expect((await connection.answer()).status).toBe(403);
  await connection.ended();
  connection.close();
});

test('requests are recorded with what the client said, and what was answered', async () => {
  const server = await start();
  await server.objects.put('backups', 'a b', 'text');
  await send(server, { path: '/backups/a%20b', headers: { range: 'bytes=0-1' } });
  await send(server, { method: 'PUT', query: { partNumber: '7', uploadId: 'u' }, body: 'four' });
  expect(server.requests).toMatchObject([
    { operation: 'GetObject', bucket: 'backups', key: 'a b', range: 'bytes=0-1', status: 206, bodyLength: 0 },
    { operation: 'UploadPart', key: 'x', partNumber: 7, status: 404, bodyLength: 4 },
  ]);
});

test('a folder holds one file for each body, and none for what was deleted, replaced or cut off', async () => {
  const directory = await mkdtemp(join(tmpdir(), 's3-server-'));
  try {
    const server = await start({ directory });
    for (const body of ['first', 'second']) await send(server, { method: 'PUT', body });
    await send(server, { method: 'PUT', path: '/backups/bad', body: 'x', payloadHash: '0'.repeat(64) });
    expect((await send(server, {})).body.toString()).toBe('second');
    expect(await readdir(directory)).toHaveLength(1);
    await send(server, { method: 'DELETE' });
    // The file of an answer that has just been read stays until its reader has closed it.
    await until(async () => (await readdir(directory)).length === 0);
  } finally {
    await rm(directory, { recursive: true });
  }
});

test('discard counts and checks large bodies, and keeps small ones', async () => {
  const server = await start({ discard: true });
  const body = Buffer.alloc(1024 * 1024, 'x');
  const put = await send(server, { method: 'PUT', body });
  expect(put.headers.get('etag')).toBe(`"${Bun.MD5.hash(body, 'hex')}"`);
  expect(server.objects.head('backups', 'x')?.size).toBe(body.length);
  expectError(await send(server, {}), 500, 'InternalError');
  await send(server, { method: 'PUT', body: 'small' });
  expect((await send(server, {})).body.toString()).toBe('small');
});

test('https: the certificate is good for 127.0.0.1, localhost and the buckets’ hosts', async () => {
  const server = await start({ tls: true });
  const ca = server.certificate ?? '';
  for (const host of ['127.0.0.1', 'localhost']) {
    expect((await fetch(`https://${host}:${server.port}/backups`, { tls: { ca } })).status).toBe(403);
  }
  expect(new X509Certificate(ca).checkHost('backups.localhost')).toBe('backups.localhost');
  const untrusting = fetch(`https://localhost:${server.port}/backups`).then(
    () => 'trusted',
    () => 'not trusted',
  );
  expect(await untrusting).toBe('not trusted');
});
