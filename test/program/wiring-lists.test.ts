import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { PREFIX, TIMESTAMP, Workplace } from '../../lab/program/plugin.ts';
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

/** Keys of list_directory's table. */
async function listed(): Promise<string[]> {
  const { exitCode, stdout, stderr } = await place.run(['list_directory', place.config(server)]);
  expect([exitCode, stderr]).toEqual([0, '']);
  const [, ...rows] = stdout.toString().trimEnd().split('\n');
  return rows.map((row) => row.replace(/ +\d+$/, ''));
}

const page = (content: string): FaultAction => ({
  kind: 'answer',
  status: 200,
  body: `<ListBucketResult><KeyCount>1</KeyCount>${content}</ListBucketResult>`,
});

test('each page is asked for with the prefix', async () => {
  for (let index = 0; index < 1005; index += 1)
    await server.objects.put('backups', `gp/test/${String(index).padStart(4, '0')}`, '');
  await server.objects.put('backups', 'gp/zzz', '');
  expect((await listed()).length).toBe(1005);
  const prefixes = server.requests.map(({ query }) => query.get('prefix'));
  expect(prefixes).toEqual(['gp/test/', 'gp/test/']);
});

test('a folder whose name begins the same is not listed', async () => {
  await server.objects.put('backups', 'gp/test/a', '');
  await server.objects.put('backups', 'gp/test2/b', '');
  expect(await listed()).toEqual(['gp/test/a']);
});

describe('keys', () => {
  test('that look encoded are what they are', async () => {
    const keys = ['gp/test/50%25+tax', 'gp/test/a%20b+c', 'gp/test/d e'];
    for (const key of keys) await server.objects.put('backups', key, '');
    expect(await listed()).toEqual(keys);
  });

  test('that are announced as encoded are decoded, a plus as a blank', async () => {
    server.faults.add({
      when: { operation: 'ListObjectsV2' },
      do: page(
        '<EncodingType>url</EncodingType><IsTruncated>false</IsTruncated><Contents><Key>gp/test/a%2Bb+c%25</Key><Size>1</Size></Contents>',
      ),
    });
    expect(await listed()).toEqual(['gp/test/a+b c%']);
  });

  test('without a size are an error, not objects of no size', async () => {
    server.faults.add({
      when: { operation: 'ListObjectsV2', times: Infinity },
      do: page('<IsTruncated>false</IsTruncated><Contents><Key>gp/test/a</Key></Contents>'),
    });
    const { exitCode, stderr } = await place.run(['list_directory', place.config(server)]);
    expect([exitCode, stderr.includes('size')]).toEqual([1, true]);
  });
});

test('set-up for restore sees what is on a second page', async () => {
  const names = Array.from({ length: 1005 }, (_, index) => `gpbackup_0_${TIMESTAMP}_${10_000 + index}.gz`);
  // The contents of segment 1 are on the first page, its data file would be there too.
  for (const name of [...names, `gpbackup_1_${TIMESTAMP}_toc.yaml`, `gpbackup_${TIMESTAMP}_report`])
    await server.objects.put('backups', PREFIX + name, 'report');
  const config = place.config(server);
  const args = [
    'setup_plugin_for_restore',
    config,
    `/data/gpseg-1/${PREFIX.slice(8, -1)}`,
    'coordinator',
    '-1',
  ];
  const { exitCode, stderr } = await place.run(args);
  expect([exitCode, stderr.includes('segment 1')]).toEqual([1, true]);
});
