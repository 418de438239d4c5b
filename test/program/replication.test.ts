import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { expectJson } from '../../lab/program/json-output.ts';
import { type Outcome, someBytes, Workplace } from '../../lab/program/plugin.ts';
import { until } from '../../lab/program/until.ts';
import { setFiles } from '../../lab/sets.ts';
import { startTestServer, type TestServer } from '../../lab/test-server.ts';
import { PeakMemory } from '../soak/peak-memory.ts';

/** Real sets of backups: one that others are built on, one on it, one on both. */
const FULL = '20261125025319';
const NEXT = '20261125025323';
const LAST = '20261125025328';
const SINGLE = '20261125025334';
const FAILED = '20261125025227';

let first: TestServer;
let second: TestServer;
let place: Workplace;

beforeEach(async () => {
  first = await startTestServer({ buckets: ['backups', 'copies'] });
  second = await startTestServer({
    buckets: ['copies'],
    credentials: [{ accessKeyId: 'otherkey', secretAccessKey: 'othersecret' }],
  });
  place = new Workplace();
});
afterEach(async () => {
  place[Symbol.dispose]();
  await first.stop();
  await second.stop();
});

async function seed(...timestamps: string[]): Promise<void> {
  for (const timestamp of timestamps) {
    for (const { key, content } of setFiles(timestamp)) {
      await first.objects.put('backups', key, content, { lastModified: new Date('2026-11-25') });
    }
  }
}

type Options = Readonly<Record<string, string>>;

/** The second site in another bucket of the same server. */
const WITHIN: Options = { folder: 'warehouse', remote_bucket: 'copies', remote_folder: 'site-2' };

/** The second site on another server. */
function between(): Options {
  return {
    ...WITHIN,
    remote_endpoint: second.url,
    remote_aws_access_key_id: 'otherkey',
    remote_aws_secret_access_key: 'othersecret',
  };
}

const SITES = [
  ['within one server', () => WITHIN, () => first],
  ['between two servers', between, () => second],
] as const;

async function run(options: Options, ...args: string[]): Promise<Outcome> {
  const [command = '', ...rest] = args;
  return await place.run([command, place.config(first, options), ...rest]);
}

function expectDone({ exitCode, stderr }: Outcome, warnings = ''): void {
  expect([exitCode, stderr]).toEqual([0, warnings]);
}

/** Whether all objects of a set are at the second site with the same bytes. */
async function isWhole(server: TestServer, timestamp: string): Promise<boolean> {
  const files = setFiles(timestamp);
  const same = await Promise.all(
    files.map(async ({ key, content }) => {
      const there = await server.objects.get('copies', key.replace('warehouse/', 'site-2/'));
      return there?.equals(content) === true;
    }),
  );
  return same.every(Boolean) && server.objects.keys('copies', 'site-2/').length === files.length;
}

describe.each(SITES)('%s', (title, options, server) => {
  test('a backup is replicated, a second time is an error, and deleting it twice is none', async () => {
    await seed(FULL);
    const done = await run(options(), 'replicate_backup', FULL);
    expectDone(done);
    const count = setFiles(FULL).length;
    expect(done.stdout.toString()).toMatch(
      new RegExp(
        `^replicated ${FULL} from s3://backups/warehouse to s3://copies/site-2: ${count} objects, [\\d.]+ KB \\((the server copied|through this host)\\)\\n$`,
      ),
    );
    expect(await isWhole(server(), FULL)).toBe(true);
    // The bytes went the way that is told.
    const copies = first.requests.filter(({ operation }) => operation === 'CopyObject').length;
    expect([copies, first.requests.filter(({ operation }) => operation === 'GetObject').length > 5]).toEqual(
      title === 'within one server' ? [count, false] : [0, true],
    );

    const again = await run(options(), 'replicate_backup', FULL);
    expect([again.exitCode, again.stdout.toString()]).toEqual([1, '']);
    expect(again.stderr).toContain(`the backup ${FULL} is already replicated: all ${count} objects`);

    const deleted = await run(options(), 'delete_replica', FULL);
    expectDone(deleted);
    expect(deleted.stdout.toString()).toContain(`deleted ${count} objects`);
    expect(server().objects.keys('copies')).toEqual([]);
    expect(first.objects.keys('backups').length).toBe(count);
    const twice = await run(options(), 'delete_replica', FULL);
    expectDone(twice);
    expect(twice.stdout.toString()).toContain('already deleted');
  });

  test('killed at 20 moments and started again it ends whole, and copies nothing twice', async () => {
    await seed(FULL);
    const config = place.config(first, options());
    const before = new Set<string>();
    for (let kill = 0; kill < 20; kill += 1) {
      const child = place.start(['replicate_backup', config, FULL], { stdin: new Uint8Array(0) });
      // After so many requests of this run: lists first, then the copies.
      const moment = server().requests.length + 1 + Math.floor(Math.random() * 8);
      await Promise.race([child.exited, until(() => server().requests.length >= moment)]);
      child.kill('SIGKILL');
      await child.exited;
      for (const key of server().objects.keys('copies')) before.add(key);
      // Half of a replica is never taken for the whole.
      const keys = server().objects.keys('copies');
      const hasReport = keys.some((key) => key.endsWith('_report'));
      expect(hasReport && !(await isWhole(server(), FULL))).toBe(false);
    }
    const { exitCode, stderr } = await place.run(['replicate_backup', config, FULL]);
    expect(exitCode === 0 ? '' : stderr).toMatch(/^$|already replicated/);
    expect(await isWhole(server(), FULL)).toBe(true);
    expect(server().objects.uploads('copies')).toEqual([]);
  });

  test('what an interrupted run left is not copied again', async () => {
    await seed(FULL);
    const lost = { kind: 'answer', status: 400, code: 'EntityTooLarge' } as const;
    server().faults.add({
      when: { operation: title === 'within one server' ? 'CopyObject' : 'PutObject', nth: 10 },
      do: lost,
    });
    if (title === 'within one server') {
      // A copy that is refused is tried through this host, which is refused as well.
      server().faults.add({ when: { operation: 'PutObject' }, do: lost });
    }
    const stopped = await run(options(), 'replicate_backup', FULL);
    expect([stopped.exitCode, stopped.stderr.includes('EntityTooLarge')]).toEqual([1, true]);
    const there = server().objects.keys('copies').length;
    expect(there).toBeGreaterThan(0);
    const done = await run(options(), 'replicate_backup', FULL);
    expectDone(done);
    expect(done.stdout.toString()).toContain(`, ${there} were there already (`);
    expect(await isWhole(server(), FULL)).toBe(true);
  });

  test('an incremental backup is told to lack its bases, and comes with them by --chain', async () => {
    await seed(FULL, NEXT, LAST);
    const alone = await run(options(), 'replicate_backup', LAST);
    expectDone(
      alone,
      `gpbackup_s3_plugin: ${LAST} is incremental and can not be restored from the second site: ${FULL}; ${NEXT} are not there (replicate_backup with --chain copies all of them)\n`,
    );
    expectDone(await run(options(), 'replicate_backup', LAST, '--chain'));
    for (const timestamp of [FULL, NEXT, LAST]) {
      const keys = setFiles(timestamp).map(({ key }) => key.replace('warehouse/', 'site-2/'));
      const there = new Set(server().objects.keys('copies'));
      expect(keys.filter((key) => !there.has(key))).toEqual([]);
    }
    const again = await run(options(), 'replicate_backup', LAST, '--chain');
    expect([again.exitCode, again.stderr.includes('with all that it is built on')]).toEqual([1, true]);
  });

  test('another object at the second site is neither replaced nor followed by others', async () => {
    await seed(FULL);
    const [file] = setFiles(FULL).filter(({ key }) => key.endsWith('.gz'));
    const key = file?.key.replace('warehouse/', 'site-2/') ?? '';
    await server().objects.put('copies', key, new Uint8Array(file?.content.length ?? 0));
    const { exitCode, stderr } = await run(options(), 'replicate_backup', FULL);
    expect([exitCode, stderr.split('\n')[0]]).toEqual([
      1,
      `gpbackup_s3_plugin: the backup ${FULL} can't be replicated: 1 object at the second site differ or can't be proved to be the same: s3://copies/${key}`,
    ]);
    expect(server().objects.keys('copies')).toEqual([key]);
  });

  test('an older report is replaced, and that is told', async () => {
    await seed(FULL);
    const report = `site-2/backups/20261125/${FULL}/gpbackup_${FULL}_report`;
    await server().objects.put('copies', report, '');
    const done = await run(options(), 'replicate_backup', FULL);
    expectDone(
      done,
      `gpbackup_s3_plugin: ${FULL}: older ones at the second site (copies) are replaced: gpbackup_${FULL}_report\n`,
    );
    expect(await isWhole(server(), FULL)).toBe(true);
  });

  test('a replica restores with the options swapped', async () => {
    await seed(SINGLE);
    expectDone(await run(options(), 'replicate_backup', SINGLE));
    const swapped = place.config(
      server(),
      {
        bucket: 'copies',
        folder: 'site-2',
        ...(title === 'within one server'
          ? {}
          : { aws_access_key_id: 'otherkey', aws_secret_access_key: 'othersecret' }),
      },
      'swapped.yaml',
    );
    const folder = `/data/backups/20261125/${SINGLE}`;
    const setUp = await place.run(['setup_plugin_for_restore', swapped, folder, 'coordinator', '-1']);
    expectDone(setUp);
    const [data] = setFiles(SINGLE).filter(({ key }) => key.endsWith('.gz'));
    const restored = await place.run(['restore_data', swapped, `/${data?.key ?? ''}`]);
    expect([restored.exitCode, restored.stdout.equals(data?.content ?? new Uint8Array(0))]).toEqual([
      0,
      true,
    ]);
  });

  test('the bench of the plugins: a set of an empty report and data, as set-up and backup_data leave it', async () => {
    const timestamp = '99999999999999';
    const folder = `/tmp/testseg/backups/99999999/${timestamp}`;
    const config = place.config(first, options());
    expectDone(await place.run(['setup_plugin_for_backup', config, folder, 'master', '"-1"']));
    const path = `${folder}/testdata_${timestamp}.txt`;
    expectDone(await place.run(['backup_data', config, path], { stdin: 'some data' }));
    const done = await place.run(['replicate_backup', config, timestamp]);
    expect(done.exitCode).toBe(0);
    expect(done.stderr).toMatch(/99999999999999 is (?:not finished|a backup that failed)/);
    const twice = await place.run(['replicate_backup', config, timestamp]);
    expect([twice.exitCode, twice.stderr.includes('already replicated')]).toEqual([1, true]);
    const key = `site-2/backups/99999999/${timestamp}/testdata_${timestamp}.txt`;
    expect((await server().objects.get('copies', key))?.toString()).toBe('some data');
  });

  test('names of any characters arrive as they are', async () => {
    const timestamp = '20260102030405';
    const name = 'odd +%20%2B ?&=#"\'<é>\\.txt';
    const key = `warehouse/backups/20260102/${timestamp}/${name}`;
    await first.objects.put('backups', key, 'odd', { lastModified: new Date(0) });
    expect((await run(options(), 'replicate_backup', timestamp)).exitCode).toBe(0);
    expect(server().objects.keys('copies')).toEqual([key.replace('warehouse/', 'site-2/')]);
  });
});

describe('what can not be replicated', () => {
  test('a backup that is not there: exit code 5', async () => {
    const { exitCode, stderr } = await run(WITHIN, 'replicate_backup', FULL);
    expect([exitCode, stderr.split('\n')[0]]).toEqual([
      5,
      `gpbackup_s3_plugin: there is no backup ${FULL} in s3://backups/warehouse/backups/20261125/${FULL}/`,
    ]);
  });

  test.each(['replicate_backup', 'delete_replica'])(
    'without a second site: %s ends with 2',
    async (command) => {
      const { exitCode, stderr } = await run({ folder: 'warehouse' }, command, FULL);
      expect([exitCode, stderr.includes('"remote_bucket" is not set')]).toEqual([2, true]);
    },
  );

  test('a failed backup is copied, and that is told', async () => {
    await seed(FAILED);
    const { exitCode, stderr } = await run(WITHIN, 'replicate_backup', FAILED);
    expect([exitCode, stderr.includes(`${FAILED} is a backup that failed`)]).toEqual([0, true]);
  });

  test('a second site that does not answer: exit code 4, and its options are named', async () => {
    await seed(FULL);
    const options = { ...between(), remote_endpoint: 'http://127.0.0.1:1', retry_timeout: '1s' };
    const { exitCode, stderr } = await run(options, 'replicate_backup', FULL);
    expect([exitCode, stderr.includes('the same options with remote_ in front')]).toEqual([4, true]);
  });
});

const DATA = `warehouse/backups/20260102/20260102030405/gpbackup_0_20260102030405`;
const COPY = DATA.replace('warehouse/', 'site-2/');
const replicateData = async (options: Options): Promise<Outcome> =>
  await run(options, 'replicate_backup', '20260102030405');

describe('bytes', () => {
  const large = someBytes(30 * 1024 * 1024);

  test('of a large object go in parts, with its metadata and a checksum of the whole', async () => {
    const config = place.config(first, { folder: 'warehouse' });
    expectDone(await place.run(['backup_data', config, `/${DATA}`], { stdin: large }));
    expect((await replicateData(between())).exitCode).toBe(0);
    expect(Bun.hash((await second.objects.get('copies', COPY)) ?? '')).toBe(Bun.hash(large));
    const { headers, crc32 } = second.objects.head('copies', COPY) ?? {};
    expect(crc32).toBe(first.objects.head('backups', DATA)?.crc32 ?? '');
    expect(headers?.['x-amz-meta-gpbackup-source']).toBe(first.objects.head('backups', DATA)?.etag ?? '');
    const again = await replicateData(between());
    expect([again.exitCode, again.stderr.includes('already replicated')]).toEqual([1, true]);
  });

  test('of many large objects take no more memory than max_memory', async () => {
    for (let segment = 0; segment < 4; segment += 1)
      await first.objects.put('backups', DATA.replace('_0_', `_${segment}_`), large);
    using peaks = new PeakMemory();
    const config = place.config(first, { ...between(), max_memory: '96MB' });
    const args = ['replicate_backup', config, '20260102030405'];
    const child = place.start(args, { stdin: new Uint8Array(0) });
    peaks.watch(child.pid);
    expect(await child.exited).toBe(0);
    peaks.forget(child.pid, 'replicate_backup');
    // The limit, and what the runtime takes for a moment.
    for (const { bytes } of peaks.ended) expect(bytes).toBeLessThan(130 * 1024 * 1024);
    expect(second.objects.keys('copies').length).toBe(4);
  });

  test.each([
    ['CRC32 of its metadata', { headers: { 'x-amz-meta-gpbackup-crc32': '00000001' } }],
    ['MD5, which its ETag is', { etag: '0'.repeat(32) }],
  ])('that are not those of the %s are not stored', async (_, options) => {
    for (const bytes of [someBytes(1000), large]) {
      await first.objects.put('backups', DATA, bytes, options);
      const { exitCode, stderr } = await replicateData(between());
      expect([exitCode, stderr.includes(`s3://backups/${DATA} is damaged`)]).toEqual([1, true]);
      expect([second.objects.keys('copies'), second.objects.uploads('copies')]).toEqual([[], []]);
    }
  });

  test('of an object that is replaced meanwhile are not mixed', async () => {
    await first.objects.put('backups', DATA, large);
    first.faults.add({
      when: { operation: 'GetObject', nth: 3 },
      do: { kind: 'answer', status: 412, code: 'PreconditionFailed' },
    });
    const { exitCode } = await replicateData(between());
    expect([exitCode, second.objects.keys('copies')]).toEqual([1, []]);
  });

  test('of an object that is replaced before they are read are not taken for those that were looked at', async () => {
    await first.objects.put('backups', DATA, someBytes(1000));
    first.faults.add({
      when: { operation: 'HeadObject' },
      do: {
        kind: 'afterwards',
        run: async () => await first.objects.put('backups', DATA, someBytes(1000, 7)),
      },
    });
    const { exitCode, stderr } = await replicateData(between());
    expect([exitCode, stderr.includes('is damaged'), second.objects.keys('copies')]).toEqual([1, false, []]);
  });

  test('are waited for no longer when a signal comes, and nothing is left', async () => {
    await first.objects.put('backups', DATA, large);
    second.faults.add({
      when: { operation: 'UploadPart', partNumber: 2 },
      do: { kind: 'stallRequest', afterBytes: 1000 },
    });
    const args = ['replicate_backup', place.config(first, between()), '20260102030405'];
    const child = place.start(args, { stdin: new Uint8Array(0) });
    await until(() => second.requests.some(({ partNumber }) => partNumber === 2));
    child.kill('SIGTERM');
    expect(await child.exited).toBe(143);
    expect([second.objects.keys('copies'), second.objects.uploads('copies')]).toEqual([[], []]);
  });

  test('a server that says 200 to a copy and an error in its body is asked again', async () => {
    await first.objects.put('backups', DATA, someBytes(1000));
    first.faults.add({
      when: { operation: 'CopyObject' },
      do: { kind: 'okWithError', code: 'InternalError' },
    });
    const { exitCode, stdout } = await replicateData(WITHIN);
    expect([exitCode, stdout.toString().includes('(the server copied)')]).toEqual([0, true]);
    expect((await first.objects.get('copies', COPY))?.length).toBe(1000);
    expect(first.requests.filter(({ operation }) => operation === 'CopyObject').length).toBe(2);
  });

  test('a server that does not copy gets them through this host', async () => {
    await first.objects.put('backups', DATA, someBytes(1000));
    first.faults.add({
      when: { operation: 'CopyObject' },
      do: { kind: 'answer', status: 501, code: 'NotImplemented' },
    });
    const { exitCode, stdout } = await replicateData(WITHIN);
    expect([exitCode, stdout.toString().includes('(through this host)')]).toEqual([0, true]);
    expect((await first.objects.get('copies', COPY))?.length).toBe(1000);
  });

  test('the objects of the second site are stored as its options say', async () => {
    await first.objects.put('backups', DATA, someBytes(200_000));
    const options = { remote_storage_class: 'STANDARD_IA', remote_tags: 'site=2', remote_sse: 'AES256' };
    for (const [sites, server] of [
      [WITHIN, first],
      [between(), second],
    ] as const) {
      expect((await replicateData({ ...sites, ...options })).exitCode).toBe(0);
      const { headers } = server.objects.head('copies', COPY) ?? {};
      expect(headers).toMatchObject({
        'x-amz-storage-class': 'STANDARD_IA',
        'x-amz-tagging-count': '1',
        'x-amz-server-side-encryption': 'AES256',
      });
    }
  });
});

const on = (): Options => ({ ...between(), replication: 'on' });

test('objects that are encrypted with keys of their owner are copied, from one key to another', async () => {
  await using secure = await Secure.start();
  const [one, other] = ['1', '2'].map((digit) => place.write(`key-${digit}`, digit.repeat(64)));
  const options = { sse_customer_key_file: one ?? '', remote_sse_customer_key_file: other ?? '' };
  const stored = await secure.run(options, ['backup_data', `/${DATA}`], someBytes(1000));
  expect([stored.exitCode, stored.stderr]).toEqual([0, '']);
  const { exitCode, stdout, stderr } = await secure.run(options, ['replicate_backup', '20260102030405']);
  expect([exitCode, stdout.toString().includes('(the server copied)')], stderr).toEqual([0, true]);
  const swapped = {
    sse_customer_key_file: other ?? '',
    bucket: 'copies',
    folder: 'site-2',
    remote_folder: 'x',
  };
  const restored = await secure.run(swapped, ['restore_data', `/${DATA}`]);
  expect([restored.exitCode, restored.stdout.equals(someBytes(1000))], restored.stderr).toEqual([0, true]);
});

/** A server that speaks TLS. */
class Secure implements AsyncDisposable {
  readonly server: TestServer;

  private constructor(server: TestServer) {
    this.server = server;
  }

  static async start(): Promise<Secure> {
    return new Secure(await startTestServer({ buckets: ['backups', 'copies'], tls: true }));
  }

  async run(
    options: Options,
    [command = '', ...rest]: readonly string[],
    stdin = new Uint8Array(0),
  ): Promise<Outcome> {
    const ca = place.write('ca.pem', this.server.certificate ?? '');
    const config = place.config(this.server, { ...WITHIN, ca_file: ca, ...options });
    return await place.run([command, config, ...rest], { stdin });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server.stop();
  }
}

describe('delete_backup with replication: on', () => {
  test('deletes the replica too, and says so', async () => {
    await seed(FULL);
    expectDone(await run(between(), 'replicate_backup', FULL));
    const { length } = setFiles(FULL);
    const done = await run(on(), 'delete_backup', FULL);
    expectDone(done);
    expect(done.stdout.toString()).toMatch(
      new RegExp(
        `^deleted ${length} objects, .* in s3://backups/warehouse/.*\\ndeleted ${length} objects, .* in s3://copies/site-2/.*\\n$`,
      ),
    );
    expect([first.objects.keys('backups'), second.objects.keys('copies')]).toEqual([[], []]);
    const again = await run(on(), 'delete_backup', FULL);
    expectDone(again);
    expect(again.stdout.toString()).toContain('(already deleted)');
  });

  test('leaves the replica without it', async () => {
    await seed(FULL);
    expectDone(await run(between(), 'replicate_backup', FULL));
    expectDone(await run(between(), 'delete_backup', FULL));
    expect(second.objects.keys('copies').length).toBe(setFiles(FULL).length);
  });

  test('says what is left where the second site can not be reached', async () => {
    await seed(FULL);
    const options = { ...on(), remote_endpoint: 'http://127.0.0.1:1', retry_timeout: '1s' };
    const { exitCode, stderr } = await run(options, 'delete_backup', FULL);
    expect([exitCode, stderr.includes(`the backup ${FULL} is deleted, but not its replica: `)]).toEqual([
      1,
      true,
    ]);
    expect(first.objects.keys('backups')).toEqual([]);
  });
});

const folder = (timestamp: string): string => `/data/gpseg-1/backups/20261125/${timestamp}`;

const hook = async (options: Options, timestamp: string, scope = 'master'): Promise<Outcome> =>
  await run(options, 'cleanup_plugin_for_backup', folder(timestamp), scope, '"-1"');

describe('cleanup_plugin_for_backup with replication: on', () => {
  test.each(['master', 'coordinator'])(
    'replicates a backup that has succeeded, at scope %s',
    async (scope) => {
      await seed(FULL);
      expectDone(await hook(on(), FULL, scope));
      expect(await isWhole(second, FULL)).toBe(true);
      expect((await place.logLines()).join('\n')).toContain(
        `replicated ${FULL} from s3://backups/warehouse to`,
      );
      // As a hook that is called twice.
      expectDone(await hook(on(), FULL, scope));
    },
  );

  test.each([
    ['one that failed', FAILED, 'master', on],
    ['at another scope', FULL, 'segment_host', on],
    ['at the scope of a segment', FULL, 'segment', on],
    ['without the option', FULL, 'master', between],
  ] as const)('does not: %s', async (_, timestamp, scope, options) => {
    await seed(timestamp);
    expectDone(await hook(options(), timestamp, scope));
    expect([second.requests.length, second.objects.keys('copies')]).toEqual([0, []]);
  });

  test('does not after a restore', async () => {
    await seed(FULL);
    expectDone(await run(on(), 'cleanup_plugin_for_restore', folder(FULL), 'master', '"-1"'));
    expect(second.requests.length).toBe(0);
  });

  test('tells that it failed, and leaves the backup as it is', async () => {
    await seed(FULL);
    const options = { ...on(), remote_endpoint: 'http://127.0.0.1:1', retry_timeout: '1s' };
    const { exitCode, stderr } = await hook(options, FULL);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(`the backup ${FULL} is complete, but not replicated: `);
    expect(stderr).toContain(`HINT: replicate it later: gpbackup_s3_plugin replicate_backup CONFIG ${FULL}`);
    expect(first.objects.keys('backups').length).toBe(setFiles(FULL).length);
  });
});

test('--json of each command is what its schema says', async () => {
  await seed(FULL);
  const replicated = await run(WITHIN, 'replicate_backup', FULL, '--json');
  const { result } = expectJson<{ copied: number; method: string }>('replicate_backup', replicated.stdout);
  expect([result.copied, result.method]).toEqual([setFiles(FULL).length, 'server-side copy']);
  for (const already of [false, true]) {
    const deleted = await run(WITHIN, 'delete_replica', FULL, '--json');
    const answer = expectJson<{ already_deleted: boolean }>('delete_replica', deleted.stdout);
    expect(answer.result.already_deleted).toBe(already);
  }
  const both = await run({ ...WITHIN, replication: 'on' }, 'delete_backup', FULL, '--json');
  const { replica } = expectJson<{ replica: { where: string } }>('delete_backup', both.stdout).result;
  expect(replica.where).toBe(`s3://copies/site-2/backups/20261125/${FULL}/`);
});

test('versions of a replica are hidden and told, and locks keep them', async () => {
  await using locked = await Locked.start();
  await locked.seed(FULL);
  const options = {
    ...WITHIN,
    remote_object_lock_mode: 'COMPLIANCE',
    remote_object_lock_retention: '36500d',
  };
  expectDone(await locked.run(options, 'replicate_backup', FULL));
  const { exitCode, stderr } = await locked.run(options, 'delete_replica', FULL);
  expect([exitCode, stderr.includes('locked until')]).toEqual([1, true]);
  // Nothing of it was asked of the first site.
  expect(locked.server.objects.keys('backups').length).toBe(setFiles(FULL).length);
});

/** A server whose buckets have Object Lock. */
class Locked implements AsyncDisposable {
  readonly server: TestServer;

  private constructor(server: TestServer) {
    this.server = server;
  }

  static async start(): Promise<Locked> {
    return new Locked(await startTestServer({ buckets: ['backups', 'copies'], lock: {} }));
  }

  async seed(timestamp: string): Promise<void> {
    for (const { key, content } of setFiles(timestamp))
      await this.server.objects.put('backups', key, content);
  }

  async run(options: Options, ...args: string[]): Promise<Outcome> {
    const [command = '', ...rest] = args;
    return await place.run([command, place.config(this.server, options), ...rest]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server.stop();
  }
}
