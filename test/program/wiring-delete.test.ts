import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import {
  BACKUP_DIR,
  type Outcome,
  PREFIX,
  someBytes,
  TIMESTAMP,
  Workplace,
} from '../../lab/program/plugin.ts';
import { until } from '../../lab/program/until.ts';
import type { FaultAction } from '../../lab/test-server.ts';
import { startTestServer, type TestServer } from '../../lab/test-server.ts';

let server: TestServer;
let place: Workplace;
beforeEach(async () => {
  server = await startTestServer();
  place = new Workplace();
});
afterEach(async () => {
  place[Symbol.dispose]();
  await server.stop();
});

async function deleteBackup(): Promise<Outcome> {
  return await place.run(['delete_backup', place.config(server), TIMESTAMP]);
}

const of = (operation: string): TestServer['requests'] =>
  server.requests.filter((request) => request.operation === operation);

const NAMES = ['a', 'b', 'c'];
async function fill(): Promise<void> {
  for (const name of NAMES) await server.objects.put('backups', PREFIX + name, 'x');
}

const answer = (body: string): FaultAction => ({ kind: 'answer', status: 200, body });
const deleted = answer(
  `<DeleteResult>${NAMES.map((name) => `<Deleted><Key>${PREFIX}${name}</Key></Deleted>`).join('')}</DeleteResult>`,
);

describe('DeleteObjects', () => {
  test('keys that its answer leaves out are deleted one by one, however often it leaves them out', async () => {
    await fill();
    server.faults.add({
      when: { operation: 'DeleteObjects', times: Infinity },
      do: answer('<DeleteResult/>'),
    });
    expect((await deleteBackup()).exitCode).toBe(0);
    expect(server.objects.keys('backups')).toEqual([]);
  });

  test('carries Content-MD5', async () => {
    await fill();
    expect((await deleteBackup()).exitCode).toBe(0);
    expect(of('DeleteObjects').map(({ headers }) => headers.has('content-md5'))).toEqual([true]);
  });

  test('keys that are still listed afterwards are deleted again', async () => {
    await fill();
    server.faults.add({ when: { operation: 'DeleteObjects' }, do: deleted });
    expect((await deleteBackup()).exitCode).toBe(0);
    expect(server.objects.keys('backups')).toEqual([]);
  });

  test('keys that are listed whatever is deleted are an error, not an endless loop', async () => {
    await fill();
    server.faults.add({ when: { operation: 'DeleteObjects', times: Infinity }, do: deleted });
    const { exitCode, stderr } = await deleteBackup();
    expect([exitCode, stderr.includes('not empty')]).toEqual([1, true]);
    expect(of('DeleteObjects').length).toBeLessThanOrEqual(10);
  });
});

interface Listed {
  readonly uploads: readonly (readonly [key: string, id: string])[];
  readonly next?: readonly [key: string, id: string];
  readonly encoded?: boolean;
}

const listing = ({ uploads, next, encoded = false }: Listed): FaultAction =>
  answer(
    [
      '<ListMultipartUploadsResult>',
      encoded ? '<EncodingType>url</EncodingType>' : '',
      `<IsTruncated>${next !== undefined}</IsTruncated>`,
      next === undefined
        ? ''
        : `<NextKeyMarker>${next[0]}</NextKeyMarker><NextUploadIdMarker>${next[1]}</NextUploadIdMarker>`,
      ...uploads.map(([key, id]) => `<Upload><Key>${key}</Key><UploadId>${id}</UploadId></Upload>`),
      '</ListMultipartUploadsResult>',
    ].join(''),
  );

const aborted = (): (readonly [string, string | undefined])[] =>
  of('AbortMultipartUpload').map(({ key, query }) => [key, query.get('uploadId')] as const);

describe('unfinished uploads', () => {
  test('outside the backup that a server lists are not aborted', async () => {
    server.faults.add({
      when: { operation: 'UploadPart', times: Infinity },
      do: { kind: 'stallRequest', afterBytes: 1 },
    });
    const path = `${BACKUP_DIR.replaceAll(TIMESTAMP, '20260102030406')}/gpbackup_0_20260102030406_1`;
    const other = place.start(['backup_data', place.config(server), path], { stdin: someBytes(20_000_000) });
    await until(() => of('UploadPart').length > 0);
    const [upload] = server.objects.uploads('backups');
    server.faults.add({
      when: { operation: 'ListMultipartUploads', times: Infinity },
      do: listing({ uploads: [[upload?.key ?? '', upload?.uploadId ?? '']] }),
    });
    const { exitCode } = await deleteBackup();
    const left = server.objects.uploads('backups').map(({ uploadId }) => uploadId);
    other.kill('SIGKILL');
    await other.exited;
    expect([exitCode, left, aborted()]).toEqual([0, [upload?.uploadId ?? ''], []]);
  });

  test('of a second page are aborted, which begins where the first one ended', async () => {
    const first = listing({ uploads: [[`${PREFIX}a`, '1']], next: [`${PREFIX}a`, '1'] });
    const second = listing({
      uploads: [
        [`${PREFIX}a`, '2'],
        [`${PREFIX}b`, '3'],
      ],
    });
    server.faults.add({ when: { operation: 'ListMultipartUploads' }, do: first });
    server.faults.add({ when: { operation: 'ListMultipartUploads', nth: 2 }, do: second });
    expect((await deleteBackup()).exitCode).toBe(0);
    expect(aborted()).toEqual([
      [`${PREFIX}a`, '1'],
      [`${PREFIX}a`, '2'],
      [`${PREFIX}b`, '3'],
    ]);
    const { query } = of('ListMultipartUploads')[1] ?? {};
    expect([query?.get('prefix'), query?.get('key-marker'), query?.get('upload-id-marker')]).toEqual([
      PREFIX,
      `${PREFIX}a`,
      '1',
    ]);
  });

  test('of keys that are listed encoded are aborted by their key', async () => {
    const page = listing({ uploads: [[`${PREFIX}a%2Bb+c`, '1']], encoded: true });
    server.faults.add({ when: { operation: 'ListMultipartUploads' }, do: page });
    expect((await deleteBackup()).exitCode).toBe(0);
    expect(aborted()).toEqual([[`${PREFIX}a+b c`, '1']]);
  });

  test('in a list that repeats itself do not keep the command for ever', async () => {
    await fill();
    const page = listing({ uploads: [[`${PREFIX}a`, '1']], next: [`${PREFIX}a`, '1'] });
    server.faults.add({ when: { operation: 'ListMultipartUploads', times: Infinity }, do: page });
    expect((await deleteBackup()).exitCode).toBe(0);
    expect(server.objects.keys('backups')).toEqual([]);
    expect(of('ListMultipartUploads').length).toBeLessThanOrEqual(3);
  });
});
