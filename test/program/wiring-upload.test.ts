import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { mkdirSync, symlinkSync } from 'node:fs';
import {
  BACKUP_DIR,
  type Outcome,
  PREFIX,
  someBytes,
  TIMESTAMP,
  Workplace,
} from '../../lab/program/plugin.ts';
import { until } from '../../lab/program/until.ts';
import { startTestServer, type TestServer } from '../../lab/test-server.ts';
import { ScriptedStore } from './scripted-store.ts';

const NAME = `gpbackup_0_${TIMESTAMP}_16385`;
const KEY = `${PREFIX}${NAME}`;
/** Three parts of 5 MB, the last one smaller. */
const DATA = someBytes(5 * 1024 * 1024 * 2 + 12_345);

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

async function backup(
  options: Record<string, string> = {},
  data: Uint8Array = DATA,
  to: { readonly url: string } = server,
): Promise<Outcome> {
  const config = place.config(to, { backup_multipart_chunksize: '5MB', ...options });
  return await place.run(['backup_data', config, `${BACKUP_DIR}/${NAME}`], { stdin: data });
}

async function expectStored(outcome: Outcome, data: Uint8Array = DATA): Promise<void> {
  expect(outcome).toEqual({ exitCode: 0, stdout: Buffer.alloc(0), stderr: '' });
  expect(Bun.hash((await server.objects.get('backups', KEY)) ?? '')).toBe(Bun.hash(data));
  expect(server.objects.uploads('backups')).toEqual([]);
}

const of = (operation: string): TestServer['requests'] =>
  server.requests.filter((request) => request.operation === operation);

const xml = (text: string): Response => new Response(text, { headers: { etag: '"e"' } });

describe('Complete', () => {
  test('a result without an ETag does not count: it is asked again', async () => {
    server.faults.add({
      when: { operation: 'CompleteMultipartUpload' },
      do: { kind: 'answer', status: 200, body: '<CompleteMultipartUploadResult/>' },
    });
    await expectStored(await backup());
    expect(of('CompleteMultipartUpload')).toHaveLength(2);
  });

  test('whose answer was lost counts only if the object has the size of the parts too', async () => {
    server.faults.add({ when: { operation: 'CompleteMultipartUpload' }, do: { kind: 'loseAnswer' } });
    server.faults.add({
      when: { operation: 'HeadObject', times: Infinity },
      do: { kind: 'headers', set: { 'content-length': '5' } },
    });
    expect((await backup()).exitCode).toBe(1);
    expect(of('HeadObject').length).toBeGreaterThanOrEqual(1);
  });

  test('carries the CRC32 of the whole', async () => {
    await expectStored(await backup());
    const [complete] = of('CompleteMultipartUpload');
    expect(complete?.headers.get('x-amz-checksum-crc32')).toMatch(/^[\w+/]{6}==$/);
  });

  test('a result that begins with white space, sent while the parts are joined, is one', async () => {
    await using store = new ScriptedStore(async (request, url) => {
      await request.arrayBuffer();
      if (url.searchParams.has('uploads'))
        return xml('<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>');
      if (request.method === 'PUT') return xml('');
      return xml(
        ' \n \n<?xml version="1.0"?><CompleteMultipartUploadResult><ETag>"e-3"</ETag></CompleteMultipartUploadResult>',
      );
    });
    const outcome = await backup({}, DATA, store);
    expect([outcome.exitCode, outcome.stderr]).toEqual([0, '']);
    expect(store.requests.filter((request) => request.endsWith('uploadId=u'))).toHaveLength(4);
  });

  test('may take longer than any other request', async () => {
    server.faults.add({
      when: { operation: 'CompleteMultipartUpload' },
      do: { kind: 'delayAnswer', ms: 5000 },
    });
    // The watchdog's time is 4 s here.
    await expectStored(await backup({ retry_timeout: '20s' }));
    expect(of('CompleteMultipartUpload')).toHaveLength(1);
  });
});

describe('Create', () => {
  test('an answer without an upload id does not count', async () => {
    server.faults.add({
      when: { operation: 'CreateMultipartUpload' },
      do: {
        kind: 'answer',
        status: 200,
        body: '<InitiateMultipartUploadResult><Bucket>backups</Bucket></InitiateMultipartUploadResult>',
      },
    });
    await expectStored(await backup());
    expect(of('CreateMultipartUpload')).toHaveLength(2);
  });

  test('checksum: off asks for none', async () => {
    await expectStored(await backup({ checksum: 'off' }));
    const names = server.requests.flatMap(({ headers }) => [...headers.keys()]);
    expect(names.filter((name) => name.startsWith('x-amz-checksum'))).toEqual([]);
  });

  test('uploads that it may have begun are removed when it fails for good', async () => {
    server.faults.add({
      when: { operation: 'CreateMultipartUpload', times: Infinity },
      do: { kind: 'loseAnswer' },
    });
    expect((await backup({ max_request_retries: '1' })).exitCode).toBe(1);
    expect(of('CreateMultipartUpload')).toHaveLength(2);
    expect(server.objects.uploads('backups')).toEqual([]);
  });
});

describe('what is left of an upload', () => {
  test('of another key that begins the same is not touched', async () => {
    const neighbour = `${NAME}0`;
    server.faults.add({
      when: { operation: 'UploadPart', key: `${PREFIX}${neighbour}`, times: Infinity },
      do: { kind: 'stallRequest', afterBytes: 1 },
    });
    const config = place.config(server);
    const other = place.start(['backup_data', config, `${BACKUP_DIR}/${neighbour}`], {
      stdin: someBytes(20_000_000),
    });
    await until(() => of('UploadPart').length > 0);
    server.faults.add({
      when: { operation: 'CreateMultipartUpload', key: KEY },
      do: { kind: 'loseAnswer' },
    });
    const outcome = await backup();
    const left = server.objects.uploads('backups');
    // Some servers know an upload by its id alone.
    const aborted = of('AbortMultipartUpload').map(({ query }) => query.get('uploadId'));
    other.kill('SIGKILL');
    await other.exited;
    expect([outcome.exitCode, outcome.stderr]).toEqual([0, '']);
    expect(left.map(({ key }) => key)).toEqual([`${PREFIX}${neighbour}`]);
    expect(aborted.length).toBeGreaterThanOrEqual(1);
    expect(aborted).not.toContain(left[0]?.uploadId);
  });

  test('is removed twice, since a part may arrive after the first time', async () => {
    server.faults.add({
      when: { operation: 'UploadPart', partNumber: 2, times: Infinity },
      do: { kind: 'answer', status: 403, code: 'AccessDenied' },
    });
    expect((await backup()).exitCode).toBe(1);
    expect(of('AbortMultipartUpload')).toHaveLength(2);
  });

  test('and can’t be removed does not hide why the backup failed', async () => {
    server.faults.add({
      when: { operation: 'UploadPart', partNumber: 2, times: Infinity },
      do: { kind: 'answer', status: 403, code: 'AccessDenied' },
    });
    server.faults.add({
      when: { operation: 'AbortMultipartUpload', times: Infinity },
      do: { kind: 'answer', status: 403, code: 'AllAccessDisabled' },
    });
    const { exitCode, stderr } = await backup();
    expect([exitCode, stderr.includes('UploadPart s3://')]).toEqual([1, true]);
    expect((await place.logLines()).join('\n')).toContain('AbortMultipartUpload');
  });
});

test('the answer to an object that a gateway holds back is waited for', async () => {
  server.faults.add({ when: { operation: 'PutObject' }, do: { kind: 'delayAnswer', ms: 5500 } });
  // The watchdog's time is 4 s here; 8 MB may take 4 s more.
  const data = someBytes(8_000_000);
  await expectStored(await backup({ retry_timeout: '20s', backup_multipart_chunksize: '8MB' }, data), data);
  expect(of('PutObject')).toHaveLength(1);
});

describe('backup_file', () => {
  test('a file that is longer than it says, as one that grows, is stored whole', async () => {
    const folder = place.path(`backups/20260102/${TIMESTAMP}`);
    mkdirSync(folder, { recursive: true });
    // Its size is told as 0.
    symlinkSync('/proc/version', `${folder}/gpbackup_${TIMESTAMP}_report`);
    const outcome = await place.run([
      'backup_file',
      place.config(server),
      `${folder}/gpbackup_${TIMESTAMP}_report`,
    ]);
    expect(outcome).toEqual({ exitCode: 0, stdout: Buffer.alloc(0), stderr: '' });
    const stored = await server.objects.get('backups', `${PREFIX}gpbackup_${TIMESTAMP}_report`);
    expect(stored?.toString()).toBe(await Bun.file('/proc/version').text());
  });

  test('a large file goes up in parts', async () => {
    const folder = place.path(`backups/20260102/${TIMESTAMP}`);
    mkdirSync(folder, { recursive: true });
    await Bun.write(`${folder}/${NAME}`, DATA);
    const config = place.config(server, { backup_multipart_chunksize: '5MB' });
    await expectStored(await place.run(['backup_file', config, `${folder}/${NAME}`]));
    expect(of('UploadPart')).toHaveLength(3);
  });
});
