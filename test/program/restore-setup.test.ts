import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { BACKUP_DIR, type Outcome, PREFIX, TIMESTAMP, Workplace } from '../../lab/program/plugin.ts';
import { SETS_FOLDER, setFiles } from '../../lab/sets.ts';
import { startTestServer, type TestServer } from '../../lab/test-server.ts';
import { baseName } from '../../src/backup/file-name.ts';

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
  for (const name of names) await server.objects.put('backups', PREFIX + name, 'x'.repeat(20));
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
      const [first, ...rest] = server.requests.map(({ operation }) => operation);
      expect(first).toBe('ListObjectsV2');
      // The coordinator reads its table of contents as well.
      expect(rest).toEqual(scope === 'segment_host' ? [] : ['GetObject']);
    },
  );

  test.each(['', '.gz', '.zst'])('with single data files "%s" and their contents', async (extension) => {
    for (const segment of [0, 1, 12])
      await put(`gpbackup_${segment}_${TIMESTAMP}${extension}`, `gpbackup_${segment}_${TIMESTAMP}_toc.yaml`);
    expect((await setup()).exitCode).toBe(0);
  });

  test('more than a page of keys', async () => {
    const name = `gpbackup_0_${TIMESTAMP}`;
    // The first key and the last: the data of a segment and its table of contents.
    await put(name, ...Array.from({ length: 2100 }, (_, oid) => `${name}_${oid}`), `${name}_toc.yaml`);
    expect((await setup()).exitCode).toBe(0);
    expect(server.requests.length).toBe(3);
  });
});

/** A real set's files below the server's folder. @param change of its config file and table of contents */
async function putSet(
  set: string,
  without: RegExp = /^$/,
  change = (text: string): string => text,
): Promise<void> {
  for (const { key, content } of setFiles(set)) {
    if (without.test(baseName(key))) continue;
    const isChanged = /_\d{14}_(?:config|toc)\.yaml$/.test(key) && !/gpbackup_\d_/.test(key);
    const bytes = isChanged ? change(new TextDecoder().decode(content)) : content;
    await server.objects.put('backups', key.replace(SETS_FOLDER, 'gp/test'), bytes);
  }
}

async function setupOf(set: string, scope = 'coordinator'): Promise<Outcome> {
  const folder = `/data/gpseg-1/backups/${set.slice(0, 8)}/${set}`;
  return await place.run(['setup_plugin_for_restore', place.config(server), folder, scope]);
}

const FULL = '20261125025319';
const INCREMENTAL = '20261125025323';
const SINGLE = '20261125025334';

describe('a real set', () => {
  test.each([
    [FULL, '25 objects, 57.2KB: 20 data files of 2 segments, 10 tables'],
    [INCREMENTAL, '19 objects'],
    [SINGLE, '9 objects'],
  ])('%s is whole, and the log says what was checked', async (set, text) => {
    await putSet(set);
    for (const scope of ['coordinator', 'segment_host'])
      expect(await setupOf(set, scope)).toEqual({ exitCode: 0, stdout: Buffer.alloc(0), stderr: '' });
    const [first = '', second = ''] = await place.logLines();
    expect(first).toContain(`the backup can be read: ${text}`);
    expect(first).toMatch(/data files of 2 segments, \d+ tables in s3:/);
    expect(second).toMatch(/data files of 2 segments in s3:/);
  });

  test.each([
    [FULL, /_0_\d+_64872\.gz$/, ['sales.customers (OID 64872) has no data file of segment 0']],
    [FULL, /_6(4872|4928)\.gz$/, ['sales.customers (OID 64872) has no data file', 'sales.countries']],
    [FULL, /gpbackup_1_/, ['(OID 64872) has no data file of segment 1', 'and 5 more']],
    [SINGLE, /gpbackup_1_\d+\.gz$/, ['the data file of segment 1 is missing']],
    [SINGLE, /gpbackup_1_/, ['the data file of segment 1 is missing']],
  ])('%s without %p is refused, and what is missing is named', async (set, without, texts) => {
    await putSet(set, without);
    const { exitCode, stderr } = await setupOf(set);
    expect([exitCode, stderr.includes(`the backup ${set} in s3://backups/`)]).toEqual([1, true]);
    for (const text of texts) expect(stderr).toContain(text);
    expect(stderr).toMatch(/HINT: .*restore another backup/);
  });

  test('an empty stream stored in the place of a lost one lets the rest be restored, as the hint says', async () => {
    await putSet(FULL, /_0_\d+_64872\.gz$/);
    expect((await setupOf(FULL)).exitCode).toBe(1);
    const path = `/data/gpseg0/backups/20261125/${FULL}/gpbackup_0_${FULL}_64872.gz`;
    const line = `gzip -c </dev/null | $PLUGIN backup_data ${place.config(server)} ${path}`;
    expect((await place.shell(line)).exitCode).toBe(0);
    expect((await setupOf(FULL)).exitCode).toBe(0);
  });

  test('a table without rows and files is a warning in the log', async () => {
    await putSet(FULL, /_64934\.gz$/);
    expect(await setupOf(FULL)).toMatchObject({ exitCode: 0, stderr: '' });
    const warnings = (await place.logLines()).filter((line) => line.includes('[WARNING]'));
    expect(warnings.join('\n')).toContain('sales.empty (OID 64934) has no data file');
  });

  test('a config file without the number of segments, and a table of contents of another form: not refused', async () => {
    await putSet(FULL, /^$/, (text) =>
      text.replace(/^segmentcount.*\n/m, '').replace('dataentries:', 'other:'),
    );
    expect(await setupOf(FULL)).toMatchObject({ exitCode: 0, stderr: '' });
  });

  test('a table of contents that may not be read is a warning in the log', async () => {
    await putSet(FULL);
    server.faults.add({
      when: { operation: 'GetObject' },
      do: { kind: 'answer', status: 403, code: 'AccessDenied' },
    });
    expect(await setupOf(FULL)).toMatchObject({ exitCode: 0, stderr: '' });
    expect((await place.logLines()).join('\n')).toContain('[WARNING]:-the tables are not checked');
  });
});

describe('data files that end too early', () => {
  test('an empty single data file in zstd is what gpbackup_helper writes for no rows', async () => {
    await put(...COORDINATOR_FILES);
    await server.objects.put('backups', `${PREFIX}gpbackup_12_${TIMESTAMP}.zst`, new Uint8Array(0));
    expect((await setup('segment_host')).exitCode).toBe(0);
    await server.objects.delete('backups', `${PREFIX}gpbackup_12_${TIMESTAMP}.zst`);
  });

  test.each([
    ['.gz', 0, 1],
    ['.gz', 19, 1],
    ['.gz', 20, 0],
    ['.zst', 0, 1],
    ['.zst', 8, 1],
    ['.zst', 9, 0],
    ['', 0, 0],
  ])('"%s" of %d bytes: exit %d', async (extension, size, exit) => {
    const names = [`gpbackup_0_${TIMESTAMP}_1${extension}`, `gpbackup_12_${TIMESTAMP}${extension}`];
    // gpbackup_helper's zstd library writes nothing for a segment without rows.
    if (extension === '.zst' && size === 0) names.pop();
    for (const name of names) {
      await put(...COORDINATOR_FILES);
      await server.objects.put('backups', PREFIX + name, new Uint8Array(size));
      const { exitCode, stderr } = await setup('segment_host');
      expect([exitCode, stderr.includes(`cut short: ${name}`)]).toEqual([exit, exit === 1]);
      await server.objects.delete('backups', PREFIX + name);
    }
  });

  test('those that gzip, zstd and pigz write of nothing are whole', async () => {
    for (const [program, extension] of [
      ['gzip', 'gz'],
      ['zstd', 'zst'],
      ['pigz', 'gz'],
    ] as const) {
      if (Bun.which(program) === null) continue;
      const made = await Bun.$`${program} -c < /dev/null`.quiet().arrayBuffer();
      await server.objects.put(
        'backups',
        `${PREFIX}gpbackup_0_${TIMESTAMP}_1.${extension}`,
        new Uint8Array(made),
      );
      expect((await setup()).exitCode).toBe(0);
    }
  });
});

test('a set with nothing but the empty report of its set-up is refused', async () => {
  await place.run(['setup_plugin_for_backup', place.config(server), BACKUP_DIR, 'coordinator']);
  const { exitCode, stderr } = await setup();
  expect(exitCode).toBe(1);
  expect(stderr).toContain('contains no data: there is only the empty report of its set-up');
  expect(stderr).toContain('HINT: ');
});

test('a segment number that no cluster has costs nothing', async () => {
  await put(
    ...COORDINATOR_FILES,
    `gpbackup_99999999999_${TIMESTAMP}_1`,
    `gpbackup_99999999999_${TIMESTAMP}_toc.yaml`,
  );
  expect((await setup()).exitCode).toBe(0);
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
