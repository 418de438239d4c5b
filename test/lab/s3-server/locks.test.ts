import { afterEach, describe, expect, test } from 'bun:test';
import { type S3Server, type S3ServerOptions, startS3Server } from '../../../lab/s3-server/server.ts';
import type { RawAnswer } from '../../conformance/raw-connection.ts';
import { expectError } from '../../conformance/rule.ts';
import { md5Of } from '../../conformance/rules/integrity.ts';
import { type RequestOptions, sendSigned } from '../../conformance/signed-request.ts';

const MODE = 'x-amz-object-lock-mode';
const UNTIL = 'x-amz-object-lock-retain-until-date';
const LATER = '2099-01-01T00:00:00Z';
const MD5 = { 'content-md5': md5Of('x') };
const LOCK = { ...MD5, [MODE]: 'GOVERNANCE', [UNTIL]: LATER };

let server: S3Server | undefined;
afterEach(async () => {
  await server?.stop();
});

async function start(options: S3ServerOptions): Promise<S3Server> {
  server = await startS3Server(options);
  return server;
}

async function send(request: Partial<RequestOptions>): Promise<RawAnswer> {
  if (server === undefined) throw new Error('no server');
  return sendSigned({ ...server, endpoint: server.url }, { method: 'GET', path: '/backups/x', ...request });
}

const put = async (headers: Record<string, string>): Promise<RawAnswer> =>
  await send({ method: 'PUT', body: 'x', headers });

describe('Object Lock', () => {
  test.each([
    ['a mode alone', { ...MD5, [MODE]: 'GOVERNANCE' }, 'InvalidArgument'],
    ['a date alone', { ...MD5, [UNTIL]: LATER }, 'InvalidArgument'],
    ['a mode that is none', { ...LOCK, [MODE]: 'STRICT' }, 'InvalidArgument'],
    ['a date of the past', { ...LOCK, [UNTIL]: '2020-01-01T00:00:00Z' }, 'InvalidArgument'],
    ['a date that is none', { ...LOCK, [UNTIL]: 'tomorrow' }, 'InvalidArgument'],
    ['no checksum', { [MODE]: 'GOVERNANCE', [UNTIL]: LATER }, 'InvalidRequest'],
    ['a hold that is none', { ...MD5, 'x-amz-object-lock-legal-hold': 'yes' }, 'InvalidArgument'],
  ])('%s is refused', async (_, headers, code) => {
    await start({ lock: {} });
    expectError(await put(headers), 400, code);
  });

  test('a version is deleted by a bypass, and by nothing else', async () => {
    await start({ lock: {} });
    const versionId = (await put(LOCK)).headers.get('x-amz-version-id') ?? '';
    expectError(await send({ method: 'DELETE', query: { versionId } }), 403, 'AccessDenied');
    expect((await send({ method: 'DELETE' })).headers.get('x-amz-delete-marker')).toBe('true');
    expect((await send({ method: 'HEAD' })).status).toBe(404);
    expect((await send({ query: { versionId } })).body.toString()).toBe('x');
    const headers = { 'x-amz-bypass-governance-retention': 'true' };
    expect((await send({ method: 'DELETE', query: { versionId }, headers })).status).toBe(204);
    expectError(await send({ query: { versionId } }), 404, 'NoSuchVersion');
  });

  test('no bypass deletes what is in mode COMPLIANCE', async () => {
    await start({ lock: {} });
    const versionId = (await put({ ...LOCK, [MODE]: 'COMPLIANCE' })).headers.get('x-amz-version-id') ?? '';
    const headers = { 'x-amz-bypass-governance-retention': 'true' };
    expectError(await send({ method: 'DELETE', query: { versionId }, headers }), 403, 'AccessDenied');
  });

  test('without versions a locked key is neither written again nor deleted', async () => {
    await start({ lock: { byDefault: { mode: 'GOVERNANCE', days: 1 }, versions: false } });
    expect((await put(MD5)).status).toBe(200);
    expectError(await put(MD5), 403, 'AccessDenied');
    expectError(await send({ method: 'DELETE' }), 403, 'AccessDenied');
  });
});

const ask = async (body: string): Promise<RawAnswer> =>
  await send({ method: 'POST', query: { restore: '' }, body, headers: { 'content-md5': md5Of(body) } });
const request = (tier: string, days = '<Days>1</Days>'): string =>
  `<RestoreRequest>${days}<GlacierJobParameters><Tier>${tier}</Tier></GlacierJobParameters></RestoreRequest>`;
const fill = async (storageClass: string, delay = 0): Promise<void> => {
  const { objects } = await start({ restoreDelay: delay });
  await objects.put('backups', 'x', 'x', { headers: { 'x-amz-storage-class': storageClass } });
};

describe('an archive', () => {
  test('is read after it was asked for, and its time', async () => {
    await fill('GLACIER', 60_000);
    expectError(await send({}), 403, 'InvalidObjectState');
    expect((await send({ method: 'HEAD' })).headers.has('x-amz-restore')).toBe(false);
    expect((await ask(request('Standard'))).status).toBe(202);
    expectError(await ask(request('Standard')), 409, 'RestoreAlreadyInProgress');
    expect((await send({ method: 'HEAD' })).headers.get('x-amz-restore')).toBe('ongoing-request="true"');
    if (server !== undefined) server.clock = () => new Date(Date.now() + 61_000);
    expect((await send({ method: 'HEAD' })).headers.get('x-amz-restore')).toContain(
      'ongoing-request="false"',
    );
    expect((await send({})).body.toString()).toBe('x');
    expect((await ask(request('Bulk'))).status).toBe(200);
  });

  test.each([
    ['STANDARD', request('Standard'), 403, 'InvalidObjectState'],
    ['GLACIER_IR', request('Standard'), 403, 'InvalidObjectState'],
    ['DEEP_ARCHIVE', request('Expedited'), 400, 'InvalidArgument'],
    ['GLACIER', request('Standard', ''), 400, 'MalformedXML'],
    ['GLACIER', request('Soon'), 400, 'MalformedXML'],
  ] as const)('%s refuses %s', async (storageClass, body, status, code) => {
    await fill(storageClass);
    expectError(await ask(body), status, code);
  });
});
