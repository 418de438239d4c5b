import { describe, expect, test } from 'bun:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import { setFiles } from '../../lab/sets.ts';
import type { FindingKind } from '../../src/catalogue/verify/finding.ts';
import { bytesOf, GOOD, keyOf, type VerifyResult, VerifyStage } from './verify-stage.ts';

const stage = new VerifyStage();

const GZIP = '20261125025319';
const ZSTD = '20261125025354';
const SINGLE = '20261125025344';
const SINGLE_GZIP = '20261125025334';
const SINGLE_ZSTD = '20261125025410';
const CHAIN = ['20261125025319', '20261125025323', '20261125025328'] as const;

/** `kind name` of each finding, without the folder. */
function found({ findings }: VerifyResult): string[] {
  return findings.map(({ kind, key }) => `${kind} ${key.slice(key.lastIndexOf('/') + 1)}`);
}

/** Stores a set, changes one file of it, and verifies. */
async function damaged(
  timestamp: string,
  name: string,
  change: (bytes: Uint8Array) => Uint8Array | undefined,
  ...flags: readonly string[]
): Promise<VerifyResult> {
  await stage.store([timestamp], ({ content }, each) => (each === name ? change(content) : content));
  return await stage.verify(timestamp, ...flags);
}

const flipped = (bytes: Uint8Array, at: number): Uint8Array =>
  bytes.map((byte, index) => (index === at ? byte ^ 0x10 : byte));

describe('the real sets', () => {
  test('good ones are valid by lists, and each object is counted', async () => {
    await stage.store(GOOD);
    for (const timestamp of GOOD) {
      const result = await stage.verify(timestamp);
      expect([timestamp, result.findings, result.checked]).toEqual([
        timestamp,
        [],
        setFiles(timestamp).length,
      ]);
    }
  });

  test('good ones are valid when every byte is read, with all rows', async () => {
    await stage.store(GOOD);
    for (const timestamp of GOOD) {
      const { findings, checked, tables, bytes } = await stage.verify(timestamp, '--read');
      expect([timestamp, findings, checked]).toEqual([timestamp, [], setFiles(timestamp).length]);
      expect(bytes).toBe(setFiles(timestamp).reduce((sum, { content }) => sum + content.length, 0));
      expect(tables?.filter(({ rows, expected }) => rows !== expected)).toEqual([]);
    }
  });

  test('one that failed, and one that is being written, are invalid and say why', async () => {
    await stage.store(['20261125025139', '20261125025420']);
    const failed = await stage.verify('20261125025139', '--read');
    expect(found(failed)).toEqual(['status ']);
    expect(failed.findings[0]?.detail).toContain('There was no matching previous backup found');
    const killed = await stage.verify('20261125025420');
    expect(killed.findings[0]?.detail).toStartWith('the backup failed: ');
    const now = new Date().toISOString().replace(/[-:T]/g, '').slice(0, 14);
    await stage.put(now, `gpbackup_${now}_report`, '');
    const running = await stage.verify(now);
    expect(running.findings[0]?.detail).toBe('the backup is being written: verify it when it has ended');
  });

  test('what is not there is nothing found', async () => {
    const { exitCode, stderr } = await stage.run(['verify_backup', '20200101000000']);
    expect([exitCode, stderr]).toEqual([
      5,
      'gpbackup_s3_plugin: there is no backup 20200101000000 below s3://backups/warehouse\nHINT: list_backups shows which there are\n',
    ]);
  });
});

describe('a missing object is found by lists', () => {
  for (const timestamp of [GZIP, SINGLE, SINGLE_ZSTD]) {
    test(`any of ${timestamp}`, async () => {
      await stage.store([timestamp]);
      for (const { key, content } of setFiles(timestamp)) {
        await stage.server.objects.delete('backups', key);
        const result = await stage.verify(timestamp);
        expect(
          result.findings.filter(({ kind }) => kind === 'missing').map((finding) => finding.key),
        ).toEqual([key]);
        expect([result.status, result.missing]).toEqual(['invalid', 1]);
        await stage.server.objects.put('backups', key, content);
      }
    });
  }

  test('the rows of its table are not counted as lost as well', async () => {
    const name = `gpbackup_1_${GZIP}_64872.gz`;
    expect(found(await damaged(GZIP, name, () => undefined, '--read'))).toEqual([`missing ${name}`]);
  });
});

/** A damage, and what must be found of it when every byte is read. */
const DAMAGES: readonly {
  readonly title: string;
  readonly timestamp: string;
  readonly name: string;
  readonly change: (bytes: Uint8Array) => Uint8Array;
  readonly finds: FindingKind;
  /** Of the key, where it is not the name. */
  readonly at?: string;
}[] = [
  {
    title: 'a cut gzip file',
    timestamp: GZIP,
    name: `gpbackup_1_${GZIP}_64872.gz`,
    change: (bytes) => bytes.subarray(0, -5),
    finds: 'size',
  },
  {
    title: 'a cut zstd file',
    timestamp: ZSTD,
    name: `gpbackup_0_${ZSTD}_64878.zst`,
    change: (bytes) => bytes.subarray(0, -5),
    finds: 'size',
  },
  {
    title: 'a cut single data file, compressed by gzip',
    timestamp: SINGLE_GZIP,
    name: `gpbackup_0_${SINGLE_GZIP}.gz`,
    change: (bytes) => bytes.subarray(0, 1000),
    finds: 'size',
  },
  {
    title: 'a flipped byte in a gzip file',
    timestamp: GZIP,
    name: `gpbackup_1_${GZIP}_64872.gz`,
    change: (bytes) => flipped(bytes, 1000),
    finds: 'checksum',
  },
  {
    title: 'a flipped byte in the CRC of a gzip file',
    timestamp: GZIP,
    name: `gpbackup_1_${GZIP}_64872.gz`,
    change: (bytes) => flipped(bytes, bytes.length - 7),
    finds: 'checksum',
  },
  {
    title: 'a flipped byte in a zstd file',
    timestamp: ZSTD,
    name: `gpbackup_0_${ZSTD}_64878.zst`,
    change: (bytes) => flipped(bytes, 8000),
    finds: 'checksum',
  },
  {
    title: 'a flipped byte in the checksum of a zstd single data file',
    timestamp: SINGLE_ZSTD,
    name: `gpbackup_0_${SINGLE_ZSTD}.zst`,
    change: (bytes) => flipped(bytes, bytes.length - 2),
    finds: 'checksum',
  },
  {
    title: 'something behind a gzip file',
    timestamp: GZIP,
    name: `gpbackup_1_${GZIP}_64872.gz`,
    change: (bytes) => Buffer.concat([bytes, Buffer.from('garbage')]),
    finds: 'checksum',
  },
  {
    title: 'something behind a zstd file',
    timestamp: ZSTD,
    name: `gpbackup_0_${ZSTD}_64878.zst`,
    change: (bytes) => Buffer.concat([bytes, Buffer.from('garbage')]),
    finds: 'checksum',
  },
  {
    title: 'a flipped line end in an uncompressed file',
    timestamp: SINGLE,
    name: `gpbackup_1_${SINGLE}`,
    change: (bytes) => flipped(bytes, bytes.indexOf(10)),
    finds: 'rows',
  },
  {
    title: 'a flipped comma in an uncompressed file',
    timestamp: SINGLE,
    name: `gpbackup_1_${SINGLE}`,
    change: (bytes) => flipped(bytes, bytes.indexOf(44)),
    finds: 'rows',
  },
  {
    title: 'a byte that is no text in an uncompressed file',
    timestamp: SINGLE,
    name: `gpbackup_1_${SINGLE}`,
    change: (bytes) => bytes.map((byte, index) => (index === 150_001 ? byte ^ 0xff : byte)),
    finds: 'checksum',
  },
  {
    title: 'a byte that is no text in the statistics',
    timestamp: SINGLE,
    name: `gpbackup_${SINGLE}_statistics.sql`,
    change: (bytes) => bytes.map((byte, index) => (index === 9000 ? byte ^ 0xff : byte)),
    finds: 'checksum',
  },
  {
    title: "another table's data with another number of columns",
    timestamp: GZIP,
    name: `gpbackup_1_${GZIP}_64872.gz`,
    change: () => bytesOf(GZIP, `gpbackup_1_${GZIP}_64895.gz`),
    finds: 'rows',
  },
  {
    title: "another table's data with as many columns",
    timestamp: GZIP,
    name: `gpbackup_1_${GZIP}_64895.gz`,
    change: () => bytesOf(GZIP, `gpbackup_1_${GZIP}_64885.gz`),
    finds: 'rows',
    at: `gpbackup_*_${GZIP}_64895.gz`,
  },
  {
    title: "another segment's data of the same table",
    timestamp: GZIP,
    name: `gpbackup_1_${GZIP}_64937.gz`,
    change: () => bytesOf(GZIP, `gpbackup_0_${GZIP}_64937.gz`),
    finds: 'rows',
    at: `gpbackup_*_${GZIP}_64937.gz`,
  },
  {
    title: 'a lost row',
    timestamp: GZIP,
    name: `gpbackup_1_${GZIP}_64872.gz`,
    change: (bytes) => {
      const rows = gunzipSync(bytes);
      return gzipSync(rows.subarray(rows.indexOf(10) + 1));
    },
    finds: 'rows',
    at: `gpbackup_*_${GZIP}_64872.gz`,
  },
  {
    title: 'a row of a replicated table that one segment has lost',
    timestamp: GZIP,
    name: `gpbackup_1_${GZIP}_64928.gz`,
    change: (bytes) => {
      const rows = gunzipSync(bytes);
      return gzipSync(rows.subarray(rows.indexOf(10) + 1));
    },
    finds: 'rows',
    at: `gpbackup_*_${GZIP}_64928.gz`,
  },
  {
    title: 'an end in the middle of a row',
    timestamp: GZIP,
    name: `gpbackup_1_${GZIP}_64872.gz`,
    change: (bytes) => gzipSync(gunzipSync(bytes).subarray(0, -3)),
    finds: 'rows',
  },
  {
    title: 'a stream of nothing',
    timestamp: GZIP,
    name: `gpbackup_1_${GZIP}_64872.gz`,
    change: () => gzipSync(''),
    finds: 'rows',
    at: `gpbackup_*_${GZIP}_64872.gz`,
  },
  {
    title: 'statements that are not where the table of contents says',
    timestamp: GZIP,
    name: `gpbackup_${GZIP}_metadata.sql`,
    change: (bytes) => Buffer.from(Buffer.from(bytes).toString().replaceAll('customers', 'customerz')),
    finds: 'contents',
  },
];

describe('when every byte is read', () => {
  test.each(DAMAGES)('$title', async ({ timestamp, name, change, finds, at }) => {
    const result = await damaged(timestamp, name, change, '--read');
    expect(found(result)).toContain(`${finds} ${at ?? name}`);
    expect(result.status).toBe('invalid');
  });

  test('a checksum that the store keeps is compared', async () => {
    const { place, server } = stage;
    await stage.store([SINGLE]);
    const name = `gpbackup_1_${SINGLE}`;
    // Stored by the plugin, and damaged in the store: the text of a row, which nothing else can show.
    const path = `/data/gpseg1/backups/${SINGLE.slice(0, 8)}/${SINGLE}/${name}`;
    await place.run(['backup_data', stage.config(), path], { stdin: bytesOf(SINGLE, name) });
    expect((await stage.verify(SINGLE, '--read')).findings).toEqual([]);
    server.faults.add({
      when: { operation: 'GetObject', key: keyOf(SINGLE, name), times: Infinity },
      do: { kind: 'rewrite', body: (bytes) => Promise.resolve(flipped(bytes, bytes.indexOf(10) - 1)) },
    });
    const result = await stage.verify(SINGLE, '--read');
    expect(found(result)).toEqual([`checksum ${name}`]);
    expect(result.checksum).toBe(1);
  });
});

describe('by lists', () => {
  test.each([
    [GZIP, `gpbackup_1_${GZIP}_64872.gz`],
    [ZSTD, `gpbackup_1_${ZSTD}_64878.zst`],
    [SINGLE, `gpbackup_1_${SINGLE}`],
    [SINGLE_GZIP, `gpbackup_1_${SINGLE_GZIP}.gz`],
    [GZIP, `gpbackup_${GZIP}_report`],
  ])('an empty file of %s: %s', async (timestamp, name) => {
    expect(found(await damaged(timestamp, name, () => new Uint8Array(0)))).toEqual([`size ${name}`]);
  });

  test('an uncompressed single data file that is cut, and metadata that is', async () => {
    const name = `gpbackup_1_${SINGLE}`;
    expect(found(await damaged(SINGLE, name, (bytes) => bytes.subarray(0, -2)))).toEqual([`size ${name}`]);
    const metadata = `gpbackup_${SINGLE}_metadata.sql`;
    expect(found(await damaged(SINGLE, metadata, (bytes) => bytes.subarray(0, -2)))).toEqual([
      `size ${metadata}`,
    ]);
  });

  test('tables with rows of which no segment has any', async () => {
    await stage.store([GZIP], ({ content }, name) => (name.endsWith('_64872.gz') ? gzipSync('') : content));
    expect(found(await stage.verify(GZIP))).toEqual([`size gpbackup_*_${GZIP}_64872.gz`]);
  });

  test.each([
    [CHAIN[0], CHAIN[1]],
    [CHAIN[1], CHAIN[0]],
    [SINGLE, SINGLE_ZSTD],
    [GZIP, '20261125025212'],
    ['20261125025405', '20261125025222'],
  ])('a table of contents of %s that is that of %s', async (timestamp, other) => {
    const result = await damaged(timestamp, `gpbackup_${timestamp}_toc.yaml`, () =>
      bytesOf(other, `gpbackup_${other}_toc.yaml`),
    );
    expect(result.status).toBe('invalid');
    expect(result.findings.map(({ kind }) => kind)).toContain('contents');
  });

  test('one that is not one at all', async () => {
    const result = await damaged(GZIP, `gpbackup_${GZIP}_toc.yaml`, () => Buffer.from('<html>'));
    expect(result.findings.map(({ kind }) => kind)).toContain('contents');
  });

  test("another segment's contents of a single data file", async () => {
    const name = `gpbackup_1_${SINGLE}_toc.yaml`;
    const result = await damaged(SINGLE, name, () => bytesOf(SINGLE, `gpbackup_0_${SINGLE}_toc.yaml`));
    expect(found(result)).toEqual([`size gpbackup_1_${SINGLE}`]);
  });

  test('contents of a single data file that overlap, or are of another backup', async () => {
    const name = `gpbackup_1_${SINGLE}_toc.yaml`;
    const overlapping = await damaged(SINGLE, name, (bytes) =>
      Buffer.from(
        Buffer.from(bytes)
          .toString()
          .replace(/startbyte: [1-9]\d*/, 'startbyte: 1'),
      ),
    );
    expect(found(overlapping)).toContain(`contents ${name}`);
    const other = await damaged(SINGLE, name, () =>
      bytesOf('20261125025200', 'gpbackup_1_20261125025200_toc.yaml'),
    );
    expect(found(other)).toContain(`contents ${name}`);
  });

  test('a config file of another backup', async () => {
    const result = await damaged(GZIP, `gpbackup_${GZIP}_config.yaml`, () =>
      bytesOf(ZSTD, `gpbackup_${ZSTD}_config.yaml`),
    );
    expect(result.findings[0]).toMatchObject({
      kind: 'status',
      detail: `its config file is that of backup ${ZSTD}`,
    });
  });
});

describe('a chain', () => {
  test('a base that is gone is found without being asked for, what is wrong in it with --chain', async () => {
    await stage.store(CHAIN);
    await stage.put(CHAIN[0], `gpbackup_0_${CHAIN[0]}_64913.gz`, gzipSync('1,2,2026-01-01,3\n'));
    // A table that the last one does not take from it.
    await stage.put(CHAIN[0], `gpbackup_0_${CHAIN[0]}_64872.gz`, gzipSync(''));
    expect((await stage.verify(CHAIN[2], '--read')).status).toBe('valid');
    expect(found(await stage.verify(CHAIN[2], '--read', '--chain'))).toEqual([
      `rows gpbackup_*_${CHAIN[0]}_64913.gz`,
    ]);
    for (const { key } of setFiles(CHAIN[1])) await stage.server.objects.delete('backups', key);
    const result = await stage.verify(CHAIN[2]);
    expect([result.missing, result.findings]).toEqual([
      1,
      [
        {
          key: keyOf(CHAIN[1], ''),
          kind: 'missing',
          detail: 'is missing: it has the data of 1 table of this backup',
        },
      ],
    ]);
  });
});

test('for people: a line for each bad object, the verdict, and what was read', async () => {
  const name = `gpbackup_1_${GZIP}_64872.gz`;
  await stage.store([GZIP], ({ content }, each) => (each === name ? content.subarray(0, -5) : content));
  const { exitCode, stdout, stderr } = await stage.run(['verify_backup', GZIP, '--read']);
  expect([exitCode, stderr]).toEqual([3, '']);
  const [bad, verdict, read] = stdout.toString().split('\n');
  expect(bad).toBe(
    `size       ${keyOf(GZIP, name)} ends early, after ${bytesOf(GZIP, name).length - 5} bytes`,
  );
  expect(verdict).toBe(`${GZIP}: invalid: 1 size`);
  expect(read).toMatch(
    /^25 objects, 57\.2KB read, [\d.]+KB uncompressed, \d+ rows of 10 tables in .* \(\d+ MB\/s\)$/,
  );
});

const DENIED = { status: 403, code: 'AccessDenied', message: 'its key is disabled' };
const GONE = { status: 404, code: 'NoSuchKey' };
const ARCHIVED = { status: 403, code: 'InvalidObjectState' };

function refused(key: string, answer: { status: number; code: string; message?: string } = DENIED): void {
  stage.server.faults.add({
    when: { operation: 'GetObject', key, times: Infinity },
    do: { kind: 'answer', ...answer },
  });
}

describe('the server refuses', () => {
  test('one object: a finding, and the others are read', async () => {
    await stage.store([GZIP]);
    const name = `gpbackup_1_${GZIP}_64872.gz`;
    refused(keyOf(GZIP, name));
    const result = await stage.verify(GZIP, '--read');
    expect([found(result), result.checked]).toEqual([[`unreadable ${name}`], 25]);
    expect(result.findings[0]?.detail).toBe("can't be read: AccessDenied: its key is disabled");
  });

  test.each([
    [GZIP, `gpbackup_${GZIP}_toc.yaml`],
    [GZIP, `gpbackup_${GZIP}_metadata.sql`],
    [SINGLE, `gpbackup_1_${SINGLE}_toc.yaml`],
  ])('a file of %s that tells about others, after its list: %s', async (timestamp, name) => {
    for (const [answer, kind] of [
      [GONE, 'missing'],
      [ARCHIVED, 'unreadable'],
    ] as const) {
      stage.server.faults.clear();
      await stage.store([timestamp]);
      refused(keyOf(timestamp, name), answer);
      expect(found(await stage.verify(timestamp))).toContain(`${kind} ${name}`);
    }
    stage.server.faults.clear();
    refused(keyOf(timestamp, name));
    expect((await stage.run(['verify_backup', timestamp])).exitCode).toBe(4);
  });

  test('all: exit 4', async () => {
    await stage.store([GZIP]);
    for (const { key } of setFiles(GZIP)) if (key.endsWith('.gz')) refused(key);
    expect((await stage.run(['verify_backup', GZIP, '--read'])).exitCode).toBe(4);
  });
});

test('a server that is not there, and keys that are wrong, are exit 4', async () => {
  await stage.store([GZIP]);
  const wrong = stage.config({ aws_secret_access_key: 'wrong' });
  expect((await stage.place.run(['verify_backup', wrong, GZIP])).exitCode).toBe(4);
});

test('words that exclude each other are an error of usage', async () => {
  for (const flags of [
    ['--quick', '--read'],
    ['--sql', '--shard', '0/2'],
    ['--shard', '2/2'],
    ['--shard', 'auto'],
  ])
    expect((await stage.run(['verify_backup', GZIP, ...flags])).exitCode).toBe(2);
  expect((await stage.run(['verify_backup', 'yesterday'])).exitCode).toBe(2);
});
