import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import {
  BACKUP_DIR,
  type Outcome,
  OWN_MOUNTS,
  PREFIX,
  TIMESTAMP,
  Workplace,
} from '../../lab/program/plugin.ts';
import { until } from '../../lab/program/until.ts';
import { startTestServer, type TestServer } from '../../lab/test-server.ts';

const isRoot = process.getuid?.() === 0;
const NOBODY = 65534;
const SILENT = { exitCode: 0, stdout: Buffer.alloc(0), stderr: '' };

let server: TestServer;
let place: Workplace;
let folder: string;
beforeEach(async () => {
  server = await startTestServer();
  place = new Workplace();
  folder = place.path(`gpbackup_s3_plugin-${process.geteuid?.()}`);
});
afterEach(async () => {
  place[Symbol.dispose]();
  await server.stop();
});

const pathOf = (oid: number, segment = 0): string => `${BACKUP_DIR}/gpbackup_${segment}_${TIMESTAMP}_${oid}`;

async function store(
  oid: number,
  {
    config = place.config(server),
    env = {},
    stdin = 'rows\n',
  }: {
    config?: string;
    env?: Record<string, string>;
    stdin?: string | Uint8Array;
  } = {},
): Promise<void> {
  const outcome = await place.run(['backup_data', config, pathOf(oid)], {
    stdin,
    env: { ...place.env, ...env },
  });
  expect(outcome).toEqual(SILENT);
}

async function hook(config = place.config(server), scope = 'segment_host', at = place): Promise<void> {
  expect(await at.run(['cleanup_plugin_for_backup', config, BACKUP_DIR, scope])).toEqual(SILENT);
}

/** A file that gpbackup made on this host; its path. */
function fileOfBackup(end: string, content: string | Uint8Array): string {
  const at = `backups/20260102/${TIMESTAMP}`;
  mkdirSync(place.path(at), { recursive: true });
  return place.write(`${at}/gpbackup_${TIMESTAMP}_${end}`, content);
}

const objectsOf = (): string[] => server.objects.keys('backups').filter((key) => key.includes('_s3stats_'));

interface Line {
  readonly key: string;
  readonly oid: number | null;
  readonly table: string | null;
  readonly [name: string]: unknown;
}

/** What all objects with statistics contain; every line of them must be whole. */
async function stored(): Promise<Line[]> {
  const texts = await Promise.all(objectsOf().map((key) => server.objects.get('backups', key)));
  return texts.flatMap((text) => {
    const lines = (text?.toString() ?? '').split('\n');
    expect(lines.pop()).toBe('');
    return lines.map((line) => JSON.parse(line) as Line);
  });
}

/** The OIDs of what was stored, in order. */
async function oids(): Promise<number[]> {
  return (await stored()).map(({ oid }) => oid ?? 0).toSorted((one, other) => one - other);
}

/** The local files with lines. */
function notes(): string[] {
  return existsSync(folder) ? readdirSync(folder).filter((name) => name.startsWith('statistics-')) : [];
}

describe('what the processes of a host stored', () => {
  test('64 at once leave 64 lines, and the hook makes one object of them', async () => {
    const config = place.config(server);
    const outcomes = await Promise.all(
      Array.from({ length: 64 }, async (_, oid) => {
        const env = { ...place.env, GP_QUERY_STRING: `COPY public."Table ""${oid}"" ü" TO PROGRAM 'x'` };
        return await place.run(['backup_data', config, pathOf(oid, oid % 8)], { stdin: `${oid}`, env });
      }),
    );
    expect(outcomes).toEqual(outcomes.map(() => SILENT));
    const [name = ''] = notes();
    expect(statSync(`${folder}/${name}`).mode & 0o777).toBe(0o600);
    await hook(config);
    expect(objectsOf()).toHaveLength(1);
    expect(objectsOf()[0]).toMatch(objectName(hostname()));
    const lines = (await stored()).toSorted((one, other) => Number(one.oid) - Number(other.oid));
    expect(lines).toHaveLength(64);
    for (const [oid, line] of lines.entries()) {
      expect(line).toMatchObject({
        key: `${PREFIX}gpbackup_${oid % 8}_${TIMESTAMP}_${oid}`,
        content: oid % 8,
        oid,
        table: `public."Table ""${oid}"" ü"`,
        bytes_in: `${oid}`.length,
        bytes_stored: `${oid}`.length,
        crc32: Bun.hash.crc32(`${oid}`).toString(16).padStart(8, '0'),
        parts: 0,
      });
    }
    expect(existsSync(folder)).toBe(false);
  }, 300_000);

  test('a file has no table, and its copy of the config file is smaller than it was', async () => {
    const config = place.config(server);
    const toc = fileOfBackup('toc.yaml', 'x'.repeat(100));
    const copy = fileOfBackup('plugin_config.yaml', readFileSync(config));
    for (const file of [toc, copy]) expect(await place.run(['backup_file', config, file])).toEqual(SILENT);
    await hook(config, 'coordinator');
    const [first, second] = await stored();
    expect(first).toMatchObject({ content: -1, oid: null, table: null, bytes_in: 100, bytes_stored: 100 });
    const kept = await server.objects.get('backups', `${PREFIX}gpbackup_${TIMESTAMP}_plugin_config.yaml`);
    expect(second).toMatchObject({
      bytes_in: readFileSync(config).length,
      bytes_stored: kept?.length,
      crc32: Bun.hash
        .crc32(kept ?? '')
        .toString(16)
        .padStart(8, '0'),
    });
    expect(second?.['bytes_in']).not.toBe(second?.['bytes_stored']);
  });

  test('parts, and the time that the producer took', async () => {
    const config = place.config(server, { backup_multipart_chunksize: '5MB' });
    const part = new Uint8Array(5 * 1024 * 1024).fill(7);
    const stdin = new ReadableStream<Uint8Array>({
      start: async (producer) => {
        producer.enqueue(part);
        producer.enqueue(new TextEncoder().encode('x'));
        // The first part is read by now, and the rest is waited for.
        await until(() => server.requests.some(({ operation }) => operation === 'UploadPart'));
        await Bun.sleep(500);
        producer.enqueue(new TextEncoder().encode('yz'));
        producer.close();
      },
    });
    expect(await place.run(['backup_data', config, pathOf(1)], { stdin })).toEqual(SILENT);
    await hook(config);
    const [line] = await stored();
    expect(line).toMatchObject({
      parts: 2,
      bytes_in: part.length + 3,
      crc32: Bun.hash
        .crc32(Buffer.concat([part, Buffer.from('xyz')]))
        .toString(16)
        .padStart(8, '0'),
    });
    expect(line?.['input_wait_ms']).toBeGreaterThan(300);
  });

  test('what was sent again, and asked to slow down', async () => {
    const headers = { 'retry-after': '1' };
    server.faults.add({
      when: { operation: 'PutObject' },
      do: { kind: 'answer', status: 503, code: 'SlowDown', headers },
    });
    server.faults.add({
      when: { operation: 'PutObject', nth: 2 },
      do: { kind: 'answer', status: 500, code: 'InternalError' },
    });
    await store(1);
    await hook();
    const [line] = await stored();
    // A loaded machine may try more often.
    expect(line?.['retries']).toBeGreaterThanOrEqual(2);
    expect(line?.['throttles']).toBe(1);
    expect(line?.['network_wait_ms']).toBeGreaterThan(900);
    const time = (name: string): number => Date.parse(String(line?.[name]));
    expect(time('end') - time('start')).toBeGreaterThan(900);
    expect(Math.abs(Date.now() - time('end'))).toBeLessThan(600_000);
  });

  test('a process that is killed leaves no line, and spoils none', async () => {
    await store(1);
    server.faults.add({
      when: { operation: 'PutObject', key: /_2$/ },
      do: { kind: 'stallResponse', afterBytes: 0 },
    });
    const child = place.start(['backup_data', place.config(server), pathOf(2)], { stdin: 'rows\n' });
    await until(() => server.requests.some(({ key }) => key?.endsWith('_2')));
    child.kill('SIGKILL');
    await child.exited;
    await store(3);
    await hook();
    expect(await oids()).toEqual([1, 3]);
  });

  test('a line that is cut, or of somebody else, spoils none', async () => {
    await store(1);
    const [name = ''] = notes();
    writeFileSync(`${folder}/${name}`, '\n{"key":"gp/te', { flag: 'a' });
    await store(2);
    writeFileSync(`${folder}/${name}`, `\n${'x'.repeat(100_000)}\nhello\n{}\n`, { flag: 'a' });
    await store(3);
    await hook();
    expect(await oids()).toEqual([1, 2, 3]);
  });

  test('with statistics: off nothing is noted or stored', async () => {
    const config = place.config(server, { statistics: 'off' });
    await store(1, { config });
    expect(existsSync(folder)).toBe(false);
    await store(1);
    await hook(place.config(server, { statistics: 'off' }));
    expect(objectsOf()).toEqual([]);
  });
});

/** Of a host's object; of a further one, whose name ends with what tells it from others. */
function objectName(host: string, further = false): RegExp {
  const end = further ? '--[0-9a-f]{8}' : '';
  return new RegExp(`^${PREFIX}gpbackup_${TIMESTAMP}_s3stats_${host}${end}\\.jsonl$`);
}

describe('the hook', () => {
  test('without lines reads no config and sends nothing', async () => {
    await hook('/nowhere.yaml');
    await store(1);
    await hook();
    server.requests.length = 0;
    await hook();
    await hook('/nowhere.yaml', 'coordinator');
    expect(server.requests).toEqual([]);
    expect(objectsOf()).toHaveLength(1);
  });

  test('of a segment, and of a restore, sends nothing', async () => {
    await store(1);
    expect(
      await place.run(['cleanup_plugin_for_backup', place.config(server), BACKUP_DIR, 'segment', '3']),
    ).toEqual(SILENT);
    for (const scope of ['coordinator', 'segment_host'])
      expect(
        await place.run(['cleanup_plugin_for_restore', place.config(server), BACKUP_DIR, scope]),
      ).toEqual(SILENT);
    expect(objectsOf()).toEqual([]);
    expect(notes()).toHaveLength(1);
  });

  test('of a host that still stores overwrites nothing', async () => {
    await store(1);
    await hook(undefined, 'master');
    await store(2);
    await hook();
    expect(objectsOf()).toEqual([
      expect.stringMatching(objectName(hostname(), true)) as string,
      expect.stringMatching(objectName(hostname())) as string,
    ]);
    expect(await oids()).toEqual([1, 2]);
  });

  test('goes on with a server that knows no condition for what it stores', async () => {
    await store(1);
    server.faults.add({
      when: { operation: 'PutObject', key: /s3stats/, times: 1 },
      do: { kind: 'answer', status: 501, code: 'NotImplemented' },
    });
    await hook();
    expect(objectsOf()).toEqual([expect.stringMatching(objectName(hostname(), true)) as string]);
    expect(await oids()).toEqual([1]);
  });

  test('of two hosts of the same name overwrites nothing', async () => {
    using other = new Workplace();
    await store(1);
    expect(await other.run(['backup_data', other.config(server), pathOf(2)], { stdin: 'x' })).toEqual(SILENT);
    await hook();
    await hook(other.config(server), 'segment_host', other);
    expect(objectsOf()).toHaveLength(2);
    expect(await oids()).toEqual([1, 2]);
  });

  test('four at once store every line', async () => {
    for (const oid of [1, 2, 3]) await store(oid);
    await Promise.all([hook(), hook(), hook(), hook()]);
    expect(new Set(await oids())).toEqual(new Set([1, 2, 3]));
    expect(notes()).toEqual([]);
  });

  test('leaves the lines of other buckets, folders and backups', async () => {
    const elsewhere = place.config(server, { folder: 'other' }, 'other.yaml');
    await store(1, { config: elsewhere });
    await hook();
    expect(objectsOf()).toEqual([]);
    expect(notes()).toHaveLength(1);
    await hook(elsewhere);
    expect(objectsOf()).toHaveLength(1);
    expect(notes()).toEqual([]);
  });

  test('removes the lines that no hook came for in a week', async () => {
    await store(1);
    const [name = ''] = notes();
    for (const [days, other] of [
      [6, name.replace(TIMESTAMP, '20251227030405')],
      [8, name.replace(TIMESTAMP, '20251225030405')],
    ] as const) {
      writeFileSync(`${folder}/${other}`, 'x', { mode: 0o600 });
      const time = new Date(Date.now() - days * 86_400_000);
      utimesSync(`${folder}/${other}`, time, time);
    }
    await hook();
    expect(notes()).toEqual([name.replace(TIMESTAMP, '20251227030405')]);
  });
});

describe('the hook never fails', () => {
  test.each([
    ['is gone', () => '/nowhere.yaml'],
    ['is broken', () => place.write('broken.yaml', ':\n\t- {')],
    ['has an unknown option', () => place.config(server, { statistic: 'on' }, 'unknown.yaml')],
  ])(
    'when the config %s: it is a line in the log, and a later one stores the lines',
    async (_title, config) => {
      await store(1);
      const before = (await place.logLines()).length;
      await hook(config());
      const lines = (await place.logLines()).slice(before);
      expect(lines).toHaveLength(1);
      expect(lines[0]).toContain('-[WARNING]:-the statistics of this host are not stored: ');
      expect(objectsOf()).toEqual([]);
      await hook();
      expect(await oids()).toEqual([1]);
    },
  );

  test.each([
    ['refuses it', { kind: 'answer', status: 403, code: 'AccessDenied' }],
    ['is full', { kind: 'answer', status: 507, code: 'InsufficientStorage' }],
    ['answers nonsense', { kind: 'answer', status: 200, body: '<html>' }],
  ] as const)('when the server %s', async (_title, fault) => {
    await store(1);
    server.faults.add({ when: { key: /s3stats/, times: Infinity }, do: fault });
    await hook();
    expect((await place.logLines()).at(-1)).toContain('the statistics of this host are not stored: ');
    server.faults.clear();
    await store(2);
    await hook();
    expect(await oids()).toEqual([1, 2]);
    expect(notes()).toEqual([]);
  });

  test('when the server is gone, or is silent: it takes seconds', async () => {
    await store(1);
    const config = place.config(server, { retry_timeout: '10m' });
    server.faults.add({ when: { times: Infinity }, do: { kind: 'stallRequest', afterBytes: 0 } });
    const startedAt = performance.now();
    await hook(config);
    await server.stop();
    await hook(config);
    expect(performance.now() - startedAt).toBeLessThan(120_000);
    server = await startTestServer({ port: server.port });
    await hook(config);
    expect(await oids()).toEqual([1]);
  }, 180_000);

  test('when the folder of the backup is not one', async () => {
    expect(
      await place.run(['cleanup_plugin_for_backup', place.config(server), '/tmp', 'segment_host']),
    ).toEqual(SILENT);
  });
});

/** Stores a table, of which no statistics remain. */
async function spoilt(): Promise<void> {
  await store(1);
  await hook();
  expect(objectsOf()).toEqual([]);
}

/** In a small file system, or under a limit: each command must succeed and say nothing. */
async function inMounts(lines: string): Promise<Outcome> {
  const config = place.config(server);
  place.write('script', `set -e\n${lines}\n`);
  const env = {
    ...place.env,
    CONFIG: config,
    DATA: `${BACKUP_DIR}/gpbackup_0_${TIMESTAMP}`,
    AT: BACKUP_DIR,
  };
  return await place.shell(`${OWN_MOUNTS} bash script`, { env });
}

describe('a backup loses the statistics and nothing else', () => {
  test('when the file is a link', async () => {
    await store(0);
    const [name = ''] = notes();
    rmSync(`${folder}/${name}`);
    chmodSync(place.write('theirs', 'private\n'), 0o600);
    symlinkSync(place.path('theirs'), `${folder}/${name}`);
    await spoilt();
    expect(readFileSync(place.path('theirs'), 'utf8')).toBe('private\n');
  });

  test.each([
    ['others can read', (file: string) => chmodSync(file, 0o644)],
    ...(isRoot ? [['is another user’s', (file: string) => chownSync(file, NOBODY, NOBODY)] as const] : []),
    [
      'is a folder',
      (file: string) => {
        rmSync(file);
        mkdirSync(file, { mode: 0o700 });
      },
    ],
    ['is full', (file: string) => writeFileSync(file, Buffer.alloc(32 * 1024 * 1024))],
  ] as const)('when the file %s', async (_title, spoil) => {
    await store(0);
    const [name = ''] = notes();
    spoil(`${folder}/${name}`);
    await spoilt();
  });

  test('when the folder is a link, a file, or open to others', async () => {
    const elsewhere = place.path('elsewhere');
    mkdirSync(elsewhere, { mode: 0o755 });
    symlinkSync(elsewhere, folder);
    await spoilt();
    expect(readdirSync(elsewhere)).toEqual([]);
    rmSync(folder);
    writeFileSync(folder, '');
    await spoilt();
    rmSync(folder);
    mkdirSync(folder, { mode: 0o777 });
    chmodSync(folder, 0o777);
    await spoilt();
    expect(readdirSync(folder)).toEqual([]);
  });

  test('when there is no folder for temporary files', async () => {
    await store(1, { env: { TMPDIR: place.path('nowhere') } });
    await hook();
    expect(objectsOf()).toEqual([]);
  });

  const STORE = 'for oid in $(seq 20); do echo rows | $PLUGIN backup_data $CONFIG ${DATA}_$oid; done';
  const HOOK = '$PLUGIN cleanup_plugin_for_backup $CONFIG $AT segment_host';

  test('when the disk is full: what fits is whole', async () => {
    const outcome = await inMounts(`
      mkdir -m 700 full && mount -t tmpfs -o size=4k,mode=700 none full && export TMPDIR=$PWD/full
      ${STORE}
      ${HOOK}`);
    expect(outcome).toEqual(SILENT);
    const { length } = await stored();
    expect([length > 3, length < 20]).toEqual([true, true]);
  });

  test('when files may not grow', async () => {
    expect(await inMounts(`trap '' XFSZ; ulimit -f 0\n${STORE}\n${HOOK}`)).toEqual(SILENT);
    expect(objectsOf()).toEqual([]);
  });

  test('when the file system is read-only', async () => {
    const outcome = await inMounts(`
      mkdir -m 700 disk && mount -t tmpfs -o mode=700 none disk && export TMPDIR=$PWD/disk
      mount -o remount,ro disk
      ${STORE}
      ${HOOK}`);
    expect(outcome).toEqual(SILENT);
    expect(objectsOf()).toEqual([]);
  });
});

const storeAs = (user: string, oid: number): string =>
  `echo x | ${user} $PLUGIN backup_data $CONFIG ${pathOf(oid)}`;

describe.skipIf(!isRoot)('another user', () => {
  test('has lines of its own', async () => {
    using shared = Workplace.reachable();
    const temporary = shared.path('tmp');
    mkdirSync(temporary);
    chmodSync(temporary, 0o1777);
    const env = { ...shared.env, TMPDIR: temporary, HOME: '/nonexistent', CONFIG: shared.config(server) };
    const other = 'setpriv --reuid=65534 --regid=65534 --clear-groups';
    const outcome = await shared.shell(
      `${storeAs('', 1)} && ${storeAs(other, 2)} && $PLUGIN cleanup_plugin_for_backup $CONFIG ${BACKUP_DIR} segment_host`,
      { env },
    );
    expect(outcome).toEqual(SILENT);
    expect(await oids()).toEqual([1]);
    expect(readdirSync(temporary)).toEqual(['gpbackup_s3_plugin-65534']);
  });
});

describe('the object', () => {
  test('is stored as all others, but in no archive', async () => {
    const config = place.config(server, {
      storage_class: 'GLACIER',
      storage_class_min_size: '0',
      tags: 'type={type}',
      sse: 'AES256',
      write_once: 'on',
    });
    await store(1, { config });
    await hook(config);
    const request = server.requests.find(({ key }) => /_s3stats_/.test(key ?? ''));
    const header = (name: string): string | undefined => request?.headers.get(name);
    expect(header('x-amz-tagging')).toBe('type=s3stats');
    expect(header('x-amz-server-side-encryption')).toBe('AES256');
    expect(header('x-amz-storage-class')).toBeUndefined();
    expect(header('if-none-match')).toBe('*');
    expect(await stored()).toHaveLength(1);
  });

  test('is no part of the backup for a restore, and goes with it', async () => {
    const config = place.config(server);
    const report = fileOfBackup('report', 'a report\n');
    await store(1);
    expect(await place.run(['backup_file', config, report])).toEqual(SILENT);
    const setUp = ['setup_plugin_for_restore', config, BACKUP_DIR, 'segment_host'];
    const shown = async (): Promise<string | undefined> => {
      expect(await place.run(setUp)).toEqual(SILENT);
      return (await place.logLines()).at(-1)?.replace(/^.*-\[INFO\]/, '');
    };
    const before = await shown();
    await hook();
    expect([await shown(), objectsOf().length]).toEqual([before, 1]);
    expect((await place.run(['delete_backup', config, TIMESTAMP])).exitCode).toBe(0);
    expect(server.objects.keys('backups')).toEqual([]);
  });
});
