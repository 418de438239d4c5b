import { afterEach, expect, test } from 'bun:test';
import { BACKUP_DIR, PREFIX, someBytes, TIMESTAMP, Workplace } from '../../lab/program/plugin.ts';
import { type S3ServerOptions, startTestServer, type TestServer } from '../../lab/test-server.ts';

let server: TestServer;
let place: Workplace;
afterEach(async () => {
  place[Symbol.dispose]();
  await server.stop();
});

async function start(options: S3ServerOptions = {}): Promise<string> {
  server = await startTestServer(options);
  place = new Workplace();
  return place.config(server, { write_once: 'on' });
}

const SUCCESS = { exitCode: 0, stderr: '' };
const SIZES = [
  ['in one request', 1000, 'PutObject'],
  ['in parts', 20 * 1024 * 1024, 'CompleteMultipartUpload'],
] as const;
const NAME = `gpbackup_0_${TIMESTAMP}_16384`;

async function run(
  args: readonly string[],
  stdin = new Uint8Array(0),
): Promise<{ exitCode: number; stderr: string }> {
  const { exitCode, stderr } = await place.run(args, { stdin });
  return { exitCode, stderr };
}

const store = async (config: string, size: number): Promise<{ exitCode: number; stderr: string }> =>
  await run(['backup_data', config, `${BACKUP_DIR}/${NAME}`], someBytes(size));

const EXISTS = new RegExp(
  `^gpbackup_s3_plugin: s3://backups/${PREFIX}${NAME} is already there, and is not replaced\\nHINT: each object is written once: .*\\n$`,
);

function expectRefused({ exitCode, stderr }: { exitCode: number; stderr: string }): void {
  expect([exitCode, stderr.replace(EXISTS, '')]).toEqual([1, '']);
}

test.each(SIZES)('%s: an object that is there is not replaced', async (_, size) => {
  const config = await start();
  expect(await store(config, size)).toEqual(SUCCESS);
  expectRefused(await store(config, size));
  // Nothing is left of the second one, and its bytes were not sent.
  expect(server.objects.uploads('backups')).toEqual([]);
  expect(
    server.requests.filter(({ operation }) => operation === 'CreateMultipartUpload').length,
  ).toBeLessThan(2);
});

test.each(SIZES)('%s: an object that comes in between is not replaced', async (_, size, operation) => {
  const config = await start();
  server.faults.add({
    when: { operation: 'HeadObject' },
    do: { kind: 'answer', status: 404, code: 'NotFound' },
  });
  await server.objects.put('backups', PREFIX + NAME, 'of another');
  expectRefused(await store(config, size));
  expect((await server.objects.get('backups', PREFIX + NAME))?.toString()).toBe('of another');
  expect(server.objects.uploads('backups')).toEqual([]);
  expect(server.requests.some((request) => request.operation === operation)).toBe(true);
});

test.each(SIZES)('%s: our own object whose answer was lost is a success', async (_, size, operation) => {
  const config = await start();
  server.faults.add({ when: { operation }, do: { kind: 'loseAnswer' } });
  expect(await store(config, size)).toEqual(SUCCESS);
  expect((await server.objects.get('backups', PREFIX + NAME))?.length).toBe(size);
});

test('our own object that may not be read is told as one in doubt', async () => {
  const config = await start({
    credentials: [
      {
        accessKeyId: 'testkey',
        secretAccessKey: 'testsecret',
        deny: (operation) => operation === 'HeadObject',
      },
    ],
  });
  server.faults.add({ when: { operation: 'PutObject' }, do: { kind: 'loseAnswer' } });
  const { exitCode, stderr } = await store(config, 10);
  expect([exitCode, stderr.includes("it may be this upload's own after 2 tries")]).toEqual([1, true]);
});

test.each(SIZES)('%s: a conflict of two writers is tried again', async (_, size, operation) => {
  const config = await start();
  server.faults.add({
    when: { operation },
    do: { kind: 'answer', status: 409, code: 'ConditionalRequestConflict' },
  });
  expect(await store(config, size)).toEqual(SUCCESS);
});

test.each([['coordinator'], ['segment_host']])(
  'a backup to a bucket whose policy demands the condition, from the set-up at scope %s on',
  async (scope) => {
    const config = await start({ conditions: 'demanded' });
    for (const _ of [1, 2]) {
      expect(await run(['setup_plugin_for_backup', config, BACKUP_DIR, scope])).toEqual(SUCCESS);
    }
    expect(server.objects.keys('backups')).toEqual([]);
    expect(await store(config, 20 * 1024 * 1024)).toEqual(SUCCESS);
    const report = `gpbackup_${TIMESTAMP}_report`;
    const path = `${place.folder}/backups/20260102/${TIMESTAMP}/${report}`;
    await Bun.write(path, 'report');
    expect(await run(['backup_file', config, path])).toEqual(SUCCESS);
    expect((await server.objects.get('backups', PREFIX + report))?.toString()).toBe('report');
  },
);

test.each(['report', 'config.yaml'])('the %s, which gpbackup writes twice, is replaced', async (type) => {
  const config = await start();
  const name = `gpbackup_${TIMESTAMP}_${type}`;
  await server.objects.put('backups', PREFIX + name, '');
  const path = `${place.folder}/backups/20260102/${TIMESTAMP}/${name}`;
  for (const text of ['first', 'second']) {
    await Bun.write(path, text);
    expect(await run(['backup_file', config, path])).toEqual(SUCCESS);
    expect((await server.objects.get('backups', PREFIX + name))?.toString()).toBe(text);
  }
});

test.each([
  ['ignored', 'the server replaced s3://backups/'],
  ['unknown', 'HTTP 501 NotImplemented'],
] as const)('a server whose conditions are %s is told at the set-up', async (conditions, message) => {
  const config = await start({ conditions });
  const { exitCode, stderr } = await run([
    'setup_plugin_for_backup',
    config,
    BACKUP_DIR,
    'coordinator',
    '-1',
  ]);
  expect([exitCode, stderr.includes(message), stderr.includes('leave out write_once')]).toEqual([
    1,
    true,
    true,
  ]);
});

test.each(['auto', 'off'])('write_once: %s sends no condition', async (value) => {
  await start();
  const config = place.config(server, { write_once: value });
  for (const _ of [1, 2]) expect(await store(config, 10)).toEqual(SUCCESS);
  expect(server.requests.some(({ headers }) => headers.has('if-none-match'))).toBe(false);
});
