import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { BACKUP_DIR, type Outcome, PREFIX, TIMESTAMP, Workplace } from '../../lab/program/plugin.ts';
import { startTestServer, type TestServer } from '../../lab/test-server.ts';

let server: TestServer;
let place: Workplace;
let mayList = true;
beforeEach(async () => {
  mayList = true;
  const deny = (operation: string): boolean => !mayList && operation === 'ListObjectsV2';
  server = await startTestServer({
    credentials: [{ accessKeyId: 'testkey', secretAccessKey: 'testsecret', deny }],
  });
  place = new Workplace();
});
afterEach(async () => {
  place[Symbol.dispose]();
  await server.stop();
});

async function put(...names: string[]): Promise<void> {
  for (const name of names) await server.objects.put('backups', PREFIX + name, 'x');
}

async function setup(scope = 'coordinator -1', options: Record<string, string> = {}): Promise<Outcome> {
  return await place.shell(
    `$PLUGIN setup_plugin_for_restore ${place.config(server, options)} ${BACKUP_DIR} ${scope}`,
  );
}

const COORDINATOR_FILES = [
  `gpbackup_${TIMESTAMP}_metadata.sql`,
  `gpbackup_${TIMESTAMP}_toc.yaml`,
  `gpbackup_${TIMESTAMP}_report`,
];

describe('a backup that is there', () => {
  test.each(['master "-1"', 'coordinator "-1"', 'segment_host'])(
    'at scope %s: one listing, nothing on stdout or stderr',
    async (scope) => {
      await put(...COORDINATOR_FILES, `gpbackup_0_${TIMESTAMP}_16385.gz`, `gpbackup_1_${TIMESTAMP}_16385.gz`);
      expect(await setup(scope)).toEqual({ exitCode: 0, stdout: Buffer.alloc(0), stderr: '' });
      expect(server.requests.map(({ operation }) => operation)).toEqual(['ListObjectsV2']);
    },
  );

  test.each(['', '.gz', '.zst'])('with single data files "%s" and their contents', async (extension) => {
    for (const segment of [0, 1, 12])
      await put(`gpbackup_${segment}_${TIMESTAMP}${extension}`, `gpbackup_${segment}_${TIMESTAMP}_toc.yaml`);
    expect((await setup()).exitCode).toBe(0);
  });

  test('more than a page of keys', async () => {
    await put(...Array.from({ length: 2100 }, (_, oid) => `gpbackup_0_${TIMESTAMP}_${oid}`));
    expect((await setup()).exitCode).toBe(0);
    expect(server.requests.length).toBe(3);
  });
});

test('no backup is an error that names the place', async () => {
  await server.objects.put('backups', `gp/test/backups/20260102/20260102030499/gpbackup_x`, 'x');
  const { exitCode, stderr } = await setup();
  expect(exitCode).toBe(1);
  expect(stderr).toContain(`there is no backup ${TIMESTAMP} in s3://backups/${PREFIX}`);
  expect(stderr).toContain('HINT: ');
});

test('segments whose contents are there and whose data file is not are named', async () => {
  await put(...COORDINATOR_FILES, `gpbackup_0_${TIMESTAMP}_toc.yaml`, `gpbackup_0_${TIMESTAMP}.gz`);
  await put(
    `gpbackup_1_${TIMESTAMP}_toc.yaml`,
    `gpbackup_10_${TIMESTAMP}_toc.yaml`,
    `gpbackup_2_${TIMESTAMP}_16385.gz`,
  );
  const { exitCode, stderr } = await setup();
  expect(exitCode).toBe(1);
  expect(stderr).toContain('the data file of segment 1, 10 is missing');
});

test('without permission to list, but to read: a warning in the log, no failure', async () => {
  await put(...COORDINATOR_FILES);
  mayList = false;
  expect(await setup()).toEqual({ exitCode: 0, stdout: Buffer.alloc(0), stderr: '' });
  expect((await place.logLines()).join('\n')).toMatch(/\[WARNING\]:-.*listing is not permitted/);
});

test.each(['AccessDenied', 'Forbidden', 'AllAccessDisabled'])(
  'a 403 of another name (%s) is no permission to list as well',
  async (code) => {
    await put(...COORDINATOR_FILES);
    server.faults.add({
      when: { operation: 'ListObjectsV2', times: Infinity },
      do: { kind: 'answer', status: 403, code },
    });
    expect((await setup()).exitCode).toBe(0);
  },
);

test('without permission to list, and without the backup: an error', async () => {
  mayList = false;
  const { exitCode, stderr } = await setup();
  expect([exitCode, stderr.includes(`gpbackup_${TIMESTAMP}_report`)]).toEqual([1, true]);
});

test.each(['InvalidAccessKeyId', 'SignatureDoesNotMatch', 'NotSignedUp', 'AccessDenied'])(
  'a 403 that a restore would meet as well (%s) is an error',
  async (code) => {
    await put(...COORDINATOR_FILES);
    server.faults.add({ when: { times: Infinity }, do: { kind: 'answer', status: 403, code } });
    expect((await setup()).exitCode).toBe(1);
  },
);

test('scope segment sends nothing', async () => {
  expect((await setup('segment 3')).exitCode).toBe(0);
  expect(server.requests.length).toBe(0);
});

test('a folder that is no backup folder is an error', async () => {
  const { exitCode, stderr } = await place.run([
    'setup_plugin_for_restore',
    place.config(server),
    '/tmp',
    'coordinator',
  ]);
  expect([exitCode, stderr.includes('(expected …/backups/YYYYMMDD/YYYYMMDDHHMMSS)')]).toEqual([1, true]);
});

const page = (token: string): string =>
  `<?xml version="1.0"?><ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>${token}</NextContinuationToken><Contents><Key>${PREFIX}a</Key><Size>1</Size></Contents></ListBucketResult>`;

test('an empty or repeated continuation token is an error, not an endless or short listing', async () => {
  for (const token of ['', 'the-same']) {
    server.faults.clear();
    server.faults.add({
      when: { operation: 'ListObjectsV2', times: Infinity },
      do: { kind: 'answer', status: 200, body: page(token) },
    });
    const { exitCode, stderr } = await setup();
    expect(exitCode).toBe(1);
    expect(stderr).toContain('continuation token is');
  }
});
