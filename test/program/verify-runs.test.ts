import { describe, expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { createGzip } from 'node:zlib';
import { someBytes } from '../../lab/program/plugin.ts';
import { until } from '../../lab/program/until.ts';
import { setFiles } from '../../lab/sets.ts';
import { lineOf } from '../../src/backup/stored-object.ts';
import { crc32 } from '../../src/s3/checksum.ts';
import { bytesOf, keyOf, VerifyStage } from './verify-stage.ts';

/** How verify_backup --read runs: in shares, interrupted, within its memory, and with what hosts noted. */
const stage = new VerifyStage();

const MiB = 1024 * 1024;
const GZIP = '20261125025319';
const SINGLE = '20261125025344';

/** Keys of data files that were read since the requests were forgotten. */
function readData(): string[] {
  return stage.server.requests
    .filter(
      ({ operation, key }) => operation === 'GetObject' && /gpbackup_\d+_\d+(?:_\d+)?(?:\.\w+)?$/.test(key),
    )
    .map(({ key }) => key);
}

describe('shares', () => {
  test.each([
    [GZIP, 3],
    [SINGLE, 2],
    ['20261125025410', 1],
  ])(
    'of %s, %d of them, cover each object once, and their rows together are all rows',
    async (timestamp, total) => {
      await stage.store([timestamp]);
      const files = setFiles(timestamp).map(({ key }) => key);
      const data = files.filter((key) => /gpbackup_\d+_\d+(?:_\d+)?(?:\.\w+)?$/.test(key));
      let checked = 0;
      const rows = new Map<string, number>();
      const expectedRows = new Map<string, number>();
      for (let number = 0; number < total; number += 1) {
        const result = await stage.verify(timestamp, '--read', '--shard', `${number}/${total}`);
        expect(result.findings).toEqual([]);
        checked += result.checked;
        for (const { table, rows: some, expected } of result.tables ?? []) {
          rows.set(table, (rows.get(table) ?? 0) + some);
          expectedRows.set(table, expected);
        }
      }
      expect([checked, readData().toSorted()]).toEqual([files.length, data.toSorted()]);
      expect(rows).toEqual(expectedRows);
      expect(rows.size).toBeGreaterThan(5);
    },
  );

  test('on as many as segments each reads its own, and the first what is of the coordinator', async () => {
    await stage.store([GZIP]);
    stage.server.requests.length = 0;
    const second = await stage.verify(GZIP, '--read', '--shard', '1/2');
    expect([second.checked, readData().every((key) => key.includes('/gpbackup_1_'))]).toEqual([10, true]);
    expect((await stage.verify(GZIP, '--read', '--shard', '0/2')).checked).toBe(15);
  });

  test('what is missing is told by one of them', async () => {
    await stage.store([GZIP], ({ content }, name) =>
      /_1_\d+_64872|_metadata/.test(name) ? undefined : content,
    );
    const of = async (shard: string): Promise<string[]> =>
      (await stage.verify(GZIP, '--shard', shard)).findings.map(({ key }) => key);
    expect(await of('0/2')).toEqual([keyOf(GZIP, `gpbackup_${GZIP}_metadata.sql`)]);
    expect(await of('1/2')).toEqual([keyOf(GZIP, `gpbackup_1_${GZIP}_64872.gz`)]);
  });
});

describe('a run that is interrupted', () => {
  const held = keyOf(GZIP, `gpbackup_1_${GZIP}_64872.gz`);

  /** Interrupts a run that has read everything but one object. */
  async function interrupted(): Promise<void> {
    await stage.store([GZIP]);
    const reached = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    stage.server.faults.add({
      when: { operation: 'GetObject', key: held },
      do: {
        kind: 'before',
        run: async () => {
          reached.resolve();
          await release.promise;
        },
      },
    });
    const child = stage.place.start(['verify_backup', stage.config(), GZIP, '--read']);
    await reached.promise;
    const others = setFiles(GZIP).filter(({ key }) => key !== held && /gpbackup_\d+_\d+_\d+/.test(key));
    await until(() =>
      others.every(({ key }) => stage.server.requests.some((one) => one.key === key && one.status === 206)),
    );
    child.kill('SIGINT');
    expect(await child.exited).toBe(130);
    release.resolve();
    expect(await new Response(child.stderr).text()).toContain(
      'HINT: what was read is kept for a day: the same command goes on from there\n',
    );
    stage.server.requests.length = 0;
  }

  test('goes on where it was; a complete one starts from the beginning', async () => {
    await interrupted();
    const { exitCode, stdout, stderr } = await stage.run(['verify_backup', GZIP, '--read', '--json']);
    const { result } = JSON.parse(stdout.toString()) as {
      result: { resumed: number; checked: number; status: string };
    };
    expect([exitCode, stderr, result.status, result.checked]).toEqual([0, '', 'valid', 25]);
    // Eight at once may have been under way.
    expect(result.resumed).toBeGreaterThanOrEqual(25 - 8);
    expect(stdout.toString()).toContain('were not read again: --afresh reads all');
    expect(readData()).toContain(held);
    expect(readData().length).toBeLessThanOrEqual(8);
    expect((await stage.verify(GZIP, '--read')).resumed).toBe(0);
  });

  test('reads everything again where that is asked for', async () => {
    await interrupted();
    expect((await stage.verify(GZIP, '--read', '--afresh')).resumed).toBe(0);
  });

  test('trusts no object that was replaced since', async () => {
    await interrupted();
    for (const { key, content } of setFiles(GZIP))
      if (key.endsWith('.gz') && key !== held)
        await stage.server.objects.put(
          'backups',
          key,
          content.map((byte) => byte ^ 1),
        );
    const result = await stage.verify(GZIP, '--read');
    expect(result.checksum).toBe(19);
  });

  test('of another share keeps its own', async () => {
    await interrupted();
    expect((await stage.verify(GZIP, '--read', '--shard', '0/2')).resumed).toBe(0);
  });
});

/** The largest resident set of a process so far, in MB; 0 when it has ended. */
function peakOf(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/^VmHWM:\s*(\d+) kB/m.exec(status)?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

describe('max_memory', () => {
  test('bounds the ranges that are on their way: four of 4 MB', async () => {
    await stage.store([GZIP]);
    for (let index = 0; index < 6; index += 1)
      await stage.put(GZIP, `gpbackup_${GZIP}_extra${index}`, someBytes(20 * MiB));
    let most = 0;
    const count = (): void => {
      const open = stage.server.requests.filter(
        ({ operation, key, status }) =>
          operation === 'GetObject' && key.includes('extra') && status === undefined,
      );
      most = Math.max(most, open.length);
    };
    stage.server.faults.add({
      when: { operation: 'GetObject', times: Infinity },
      do: {
        kind: 'before',
        run: async () => {
          count();
          await Bun.sleep(20);
          count();
        },
      },
    });
    const config = stage.config({ max_memory: '96MB' });
    const { exitCode } = await stage.place.run(['verify_backup', config, GZIP, '--read']);
    expect([exitCode, most <= 4 && most > 0]).toEqual([0, true]);
  });

  test('a stream that becomes 400 times as long takes no more memory', async () => {
    await stage.store([GZIP]);
    const gzip = createGzip();
    const compressed = new Response(gzip).bytes();
    const rows = Buffer.from('1,a,b\n'.repeat(1 << 20));
    for (let index = 0; index < 64; index += 1)
      if (!gzip.write(rows)) await new Promise((done) => gzip.once('drain', done));
    gzip.end();
    await stage.put(GZIP, `gpbackup_1_${GZIP}_64872.gz`, await compressed);
    const child = stage.place.start(['verify_backup', stage.config(), GZIP, '--read', '--json']);
    const printed = new Response(child.stdout).text();
    let used = 0;
    // What the system tells of a process at its end includes the one that started it.
    await until(() => {
      used = Math.max(used, peakOf(child.pid));
      return child.exitCode !== null;
    });
    const text = await printed;
    const { result } = JSON.parse(text) as {
      result: { uncompressed_bytes: number; findings: { detail: string }[] };
    };
    expect(result.uncompressed_bytes).toBeGreaterThan(64 * rows.length);
    expect(result.findings[0]?.detail).toMatch(/^sales\.customers has 6710\d{4} rows; 900 were backed up$/);
    console.log(`resident set, 400 MB in one object: ${used.toFixed(0)} MB`);
    expect(used).toBeGreaterThan(0);
    expect(used).toBeLessThan(256);
  });
});

describe('what hosts noted of what they stored', () => {
  const name = `gpbackup_1_${SINGLE}`;
  const noted = (bytes: Uint8Array, change: { crc32?: number; bytesStored?: number } = {}): string => {
    const line = lineOf({
      key: keyOf(SINGLE, name),
      content: 1,
      oid: undefined,
      table: undefined,
      bytesIn: bytes.length,
      bytesStored: bytes.length,
      crc32: crc32(bytes),
      parts: 0,
      start: 1,
      end: 2,
      inputWait: 0,
      networkWait: 0,
      retries: 0,
      throttles: 0,
      ...change,
    });
    return `${line ?? ''}\n`;
  };

  test('is compared: the size by lists, every byte by reading', async () => {
    const bytes = bytesOf(SINGLE, name);
    await stage.store([SINGLE]);
    const notes = `gpbackup_${SINGLE}_s3stats_sdw1.jsonl`;
    await stage.put(SINGLE, notes, noted(bytes));
    expect((await stage.verify(SINGLE)).findings).toEqual([]);
    expect((await stage.verify(SINGLE, '--read')).findings).toEqual([]);
    // A letter of a text, which neither rows nor columns show.
    await stage.put(
      SINGLE,
      name,
      bytes.map((byte, index) => (index === bytes.indexOf(10) - 1 ? byte ^ 1 : byte)),
    );
    const read = await stage.verify(SINGLE, '--read');
    expect(read.checksum).toBe(1);
    expect(read.findings[0]?.detail).toContain('sdw1 stored');
    await stage.put(SINGLE, notes, noted(bytes, { bytesStored: 7 }));
    expect((await stage.verify(SINGLE)).findings).toEqual([
      { kind: 'size', key: keyOf(SINGLE, name), detail: `has ${bytes.length} bytes; sdw1 stored 7` },
    ]);
  });

  test('another object in its place is found by the checksum that the store keeps', async () => {
    const bytes = bytesOf(SINGLE, name);
    await stage.store([SINGLE]);
    await stage.place.run(
      ['backup_data', stage.config(), `/x/backups/${SINGLE.slice(0, 8)}/${SINGLE}/${name}`],
      { stdin: bytes },
    );
    await stage.put(SINGLE, `gpbackup_${SINGLE}_s3stats_sdw1.jsonl`, noted(bytes));
    expect((await stage.verify(SINGLE)).findings).toEqual([]);
    await stage.put(SINGLE, `gpbackup_${SINGLE}_s3stats_sdw1.jsonl`, noted(bytes, { crc32: 1 }));
    expect((await stage.verify(SINGLE)).findings).toEqual([
      {
        kind: 'checksum',
        key: keyOf(SINGLE, name),
        detail: 'is another object than the one that sdw1 stored',
      },
    ]);
  });
});
