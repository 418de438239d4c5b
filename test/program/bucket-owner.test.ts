import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import {
  BACKUP_DIR,
  type Outcome,
  PREFIX,
  someBytes,
  TIMESTAMP,
  Workplace,
} from '../../lab/program/plugin.ts';
import { startTestServer, type TestServer } from '../../lab/test-server.ts';
import { MiB } from '../../src/base/bytes.ts';

/** A Requester Pays bucket of one account, and keys of another. */
const OWNER = '444455556666';
let server: TestServer;
let place: Workplace;
beforeEach(async () => {
  server = await startTestServer({
    bucketOwner: OWNER,
    requesterPays: true,
    credentials: [{ accessKeyId: 'testkey', secretAccessKey: 'testsecret', account: '777788889999' }],
  });
  place = new Workplace();
});
afterEach(async () => {
  place[Symbol.dispose]();
  await server.stop();
});

const PAID = { requester_pays: 'on', expected_bucket_owner: OWNER };
const FILE = `backups/20260102/${TIMESTAMP}/gpbackup_${TIMESTAMP}_metadata.sql`;
const LARGE = `${BACKUP_DIR}/gpbackup_0_${TIMESTAMP}`;
const TABLE = `${LARGE}_16385`;
const large = someBytes(9 * MiB);

/** What commands ask in a bucket without locks and archives. */
const OPERATIONS = [
  'AbortMultipartUpload',
  'CompleteMultipartUpload',
  'CreateMultipartUpload',
  'DeleteObject',
  'DeleteObjects',
  'GetObject',
  'HeadObject',
  'ListMultipartUploads',
  'ListObjectsV2',
  'PutObject',
  'UploadPart',
] as const;

type Options = Readonly<Record<string, string>>;

async function run(options: Options, args: readonly string[], stdin?: Uint8Array): Promise<Outcome> {
  const [command = '', ...rest] = args;
  const given = stdin === undefined ? {} : { stdin: Uint8Array.from(stdin) };
  return await place.run([command, place.config(server, options), ...rest], given);
}

/** Every command that asks the server, in an order in which each finds what it needs. */
function commands(): readonly (readonly [args: readonly string[], stdin?: Uint8Array])[] {
  const file = place.path(FILE);
  mkdirSync(dirname(file), { recursive: true });
  place.write(FILE, 'text');
  mkdirSync(place.path('tree/below'), { recursive: true });
  place.write('tree/below/x', 'x');
  const offsets = place.write('offsets', '2 0 10 5000000 5000010');
  const tree = place.path('tree');
  return [
    [['setup_plugin_for_backup', BACKUP_DIR, 'coordinator', '-1']],
    [['backup_file', file]],
    [['backup_data', TABLE], someBytes(1000)],
    [['backup_data', LARGE], large],
    [['setup_plugin_for_restore', BACKUP_DIR, 'coordinator', '-1']],
    [['restore_file', file]],
    [['restore_data', LARGE]],
    [['restore_data_subset', LARGE, offsets]],
    [['list_directory']],
    [['delete_directory', `backups/20260102/${TIMESTAMP}/gpbackup_0_${TIMESTAMP}_16385`]],
    [['delete_backup', TIMESTAMP]],
    [['backup_directory', tree]],
    [['backup_directory_parallel', tree, '2']],
    [['restore_directory', tree]],
    [['restore_directory_parallel', tree, '2']],
  ];
}

describe('requester_pays and expected_bucket_owner', () => {
  test('every command succeeds, and every request of every operation says both', async () => {
    for (const [args, stdin] of commands()) {
      const { exitCode, stderr } = await run(PAID, args, stdin);
      expect([args[0], exitCode, stderr]).toEqual([args[0], 0, '']);
    }
    // What is asked in trouble only.
    server.faults.add({
      when: { operation: 'CompleteMultipartUpload', nth: 1, times: 1 },
      do: { kind: 'loseAnswer' },
    });
    expect((await run(PAID, ['backup_data', LARGE], large)).exitCode).toBe(0);
    server.faults.add({
      when: { operation: 'UploadPart', partNumber: 2 },
      do: { kind: 'answer', status: 400, code: 'EntityTooLarge' },
    });
    expect((await run(PAID, ['backup_data', LARGE], large)).exitCode).toBe(1);
    expect(server.objects.uploads('backups')).toEqual([]);
    await server.objects.put('backups', `${PREFIX}x`, 'x');
    server.faults.add({
      when: { operation: 'DeleteObjects', nth: 1, times: 1 },
      do: { kind: 'answer', status: 501, code: 'NotImplemented' },
    });
    expect((await run(PAID, ['delete_backup', TIMESTAMP])).exitCode).toBe(0);

    const seen = new Set(server.requests.map(({ operation }) => operation));
    expect(OPERATIONS.filter((operation) => !seen.has(operation))).toEqual([]);
    for (const { operation, headers } of server.requests) {
      const said = [headers.get('x-amz-request-payer'), headers.get('x-amz-expected-bucket-owner')];
      expect([operation, ...said]).toEqual([operation, 'requester', OWNER]);
    }
  }, 60_000);

  test.each([
    [
      'another owner is refused',
      { ...PAID, expected_bucket_owner: '123456789012' },
      'expected_bucket_owner: 123456789012',
    ],
    ['whoever does not say that he pays is refused', { expected_bucket_owner: OWNER }, 'requester_pays: on'],
  ])(
    '%s in every command that asks the server, and the hint names the option',
    async (_rule, options, hint) => {
      await server.objects.put('backups', `${PREFIX}gpbackup_0_${TIMESTAMP}`, large);
      const all = commands().filter(
        ([[command]]) => !['restore_file', 'backup_directory'].includes(command ?? ''),
      );
      for (const [args, stdin] of all) {
        const { exitCode, stderr } = await run(options, args, stdin);
        const [message = '', hintLine = ''] = stderr.split('\n').slice(-3);
        expect([args[0], exitCode, message.includes('HTTP 403'), hintLine.includes(hint)]).toEqual([
          args[0],
          1,
          true,
          true,
        ]);
      }
      expect(server.objects.keys('backups')).toHaveLength(1);
    },
    60_000,
  );
});

test('the owner of the bucket need not pay, and without the options nothing is said', async () => {
  const own = await startTestServer({ requesterPays: true });
  try {
    const config = place.config(own);
    expect((await place.run(['backup_data', config, TABLE], { stdin: 'data' })).exitCode).toBe(0);
    const [{ headers } = { headers: new Map<string, string>() }] = own.requests;
    expect([...headers.keys()].filter((name) => /payer|owner/.test(name))).toEqual([]);
  } finally {
    await own.stop();
  }
});
