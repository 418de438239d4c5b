import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { expectJson } from '../../lab/program/json-output.ts';
import { type Outcome, Workplace } from '../../lab/program/plugin.ts';
import { startTestServer, type TestServer } from '../../lab/test-server.ts';

let server: TestServer;
let place: Workplace;
let denied: (operation: string, key: string) => boolean;
beforeEach(async () => {
  denied = () => false;
  const deny = (operation: string, key: string): boolean => denied(operation, key);
  server = await startTestServer({
    credentials: [{ accessKeyId: 'testkey', secretAccessKey: 'testsecret', deny }],
  });
  place = new Workplace();
});
afterEach(async () => {
  place[Symbol.dispose]();
  await server.stop();
});

const HOUR = 3_600_000;
const SET = 'gp/test/backups/20260102/20260102030405';

function ago(hours: number): Date {
  return new Date(Date.now() - hours * HOUR);
}

/** An upload that began so many hours ago, with parts of 1000 bytes that came so many hours ago. */
async function begin(key: string, hours: number, parts: readonly number[] = []): Promise<void> {
  await server.objects.beginUpload('backups', key, {
    initiated: ago(hours),
    parts: parts.map((each) => ({ size: 1000, lastModified: ago(each) })),
  });
}

async function abort(...flags: readonly string[]): Promise<Outcome> {
  return await place.run(['abort_uploads', place.config(server), ...flags]);
}

function left(): string[] {
  return server.objects.uploads('backups').map(({ key }) => key);
}

interface Row {
  readonly key: string;
  readonly action: string;
  readonly parts: number | null;
  readonly bytes: number | null;
  readonly age_seconds: number | null;
  readonly reason: string | null;
}

test('removes old uploads below the folder, and none elsewhere', async () => {
  await begin(`${SET}/gpbackup_0_20260102030405.gz`, 100, [99, 98]);
  await begin(`${SET}/gpbackup_1_20260102030405.gz`, 48);
  await begin('gp/test2/x', 100);
  await begin('gp/x', 100);
  await begin('x', 100);
  await server.objects.put('backups', `${SET}/gpbackup_0_20260102030405.gz`, 'kept');
  const { exitCode, stderr, stdout } = await abort();
  expect([exitCode, stderr]).toEqual([0, '']);
  expect(stdout.toString()).toEndWith('removed 2 of 2 unfinished uploads, 2 KB; 0 stay\n');
  expect(left()).toEqual(['gp/test2/x', 'gp/x', 'x']);
  expect(server.objects.keys('backups').length).toBe(1);
  const log = await place.logLines();
  expect(log.filter((line) => line.includes('removed the unfinished upload of')).length).toBe(2);
});

test('one that is being written stays, however long ago it began', async () => {
  await begin(`${SET}/gpbackup_0_20260102030405`, 30, [29, 10, 0.1]);
  await begin(`${SET}/gpbackup_1_20260102030405`, 2);
  const { stdout } = await abort('--json');
  const { uploads, kept } = expectJson<{ uploads: Row[]; kept: number }>('abort_uploads', stdout).result;
  expect(kept).toBe(2);
  expect(uploads.map(({ action, parts, bytes }) => [action, parts, bytes])).toEqual([
    ['keep', 3, 3000],
    ['keep', null, null],
  ]);
  expect(left().length).toBe(2);
  expect((await abort('--older-than', '5m')).stdout.toString()).toContain('removed 2 of 2');
});

test('--dry-run tells the same and removes nothing', async () => {
  await begin(`${SET}/a`, 72, [71]);
  const { exitCode, stdout } = await abort('--dry-run');
  expect([exitCode, stdout.toString().split('\n').at(-2)]).toEqual([
    0,
    'would remove 1 of 1 unfinished upload, 1000 B; 0 stay',
  ]);
  expect(stdout.toString()).toMatch(new RegExp(`^${SET}/a .* 2d +1 +1000B +abort$`, 'm'));
  expect(left()).toEqual([`${SET}/a`]);
});

test('without an upload there is nothing to do', async () => {
  const { exitCode, stdout } = await abort();
  expect([exitCode, stdout.toString()]).toEqual([0, 'removed 0 of 0 unfinished uploads, 0 B; 0 stay\n']);
});

test('uploads of many pages are all found', async () => {
  for (let index = 0; index < 1001; index += 1) await begin(`${SET}/gpbackup_${index}_20260102030405`, 50);
  expect((await abort()).stdout.toString()).toEndWith(
    'removed 1001 of 1001 unfinished uploads, 0 B; 0 stay\n',
  );
  expect(left()).toEqual([]);
});

describe('what is refused is told', () => {
  test('a list that is denied', async () => {
    await begin(`${SET}/a`, 72);
    denied = (operation) => operation === 'ListMultipartUploads';
    const { exitCode, stderr } = await abort();
    expect([exitCode, stderr]).toEqual([
      4,
      expect.stringContaining('ListMultipartUploads') as unknown as string,
    ]);
    expect(left()).toEqual([`${SET}/a`]);
  });

  test('parts that may not be listed: the upload stays, since they may still come', async () => {
    await begin(`${SET}/a`, 72);
    denied = (operation) => operation === 'ListParts';
    const { exitCode, stdout } = await abort();
    expect(exitCode).toBe(0);
    expect(stdout.toString()).toContain('keep    nobody can tell whether parts of it still come: ListParts');
    expect(left()).toEqual([`${SET}/a`]);
  });

  test('an upload that may not be removed', async () => {
    await begin(`${SET}/a`, 72);
    denied = (operation) => operation === 'AbortMultipartUpload';
    const { exitCode, stderr } = await abort();
    expect([exitCode, stderr]).toEqual([
      4,
      expect.stringContaining('AbortMultipartUpload') as unknown as string,
    ]);
  });

  test.each(['1', 'x', '-1d', '1d2h', '1mo'])('--older-than %s', async (text) => {
    await begin(`${SET}/a`, 72);
    const { exitCode } = await abort('--older-than', text, '--dry-run');
    expect(exitCode).toBe(/^\d+$/.test(text) ? 0 : 2);
  });
});

test('a server that lists uploads by their exact key only is named', async () => {
  server.faults.add({
    when: { operation: 'ListMultipartUploads', times: Infinity },
    do: { kind: 'headers', set: { server: 'MinIO' } },
  });
  const { exitCode, stderr } = await abort();
  expect([exitCode, stderr]).toEqual([
    0,
    expect.stringContaining('MinIO lists unfinished') as unknown as string,
  ]);
});
