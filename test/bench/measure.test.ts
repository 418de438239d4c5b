import { describe, expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { privateWritable } from '../../bench/measure/commit-charge.ts';
import { execLine, quote } from '../../bench/measure/lane.ts';
import { ClientFailed, Measurer } from '../../bench/measure/measurer.ts';
import { readUsage } from '../../bench/measure/usage.ts';
import { MiB } from '../../src/base/bytes.ts';

describe('words for the shell', () => {
  test.each(["it's", 'a b', '$HOME `x` "y" \\'])('%s arrives as it is', (word) => {
    const { stdout } = Bun.spawnSync(['sh', '-c', `printf %s ${quote(word)}`]);
    expect(stdout.toString()).toBe(word);
  });

  test('a command gets its environment and replaces the shell', () => {
    const line = execLine({ argv: ['sh', '-c', 'echo "$A $$"'], env: { A: "1'2" } });
    const { stdout, pid } = Bun.spawnSync(['sh', '-c', line]);
    expect(stdout.toString()).toBe(`1'2 ${pid}\n`);
  });
});

test('private writable mappings are counted, shared and read-only ones are not', () => {
  const maps = [
    '1000-3000 rw-p 00000000 00:00 0',
    '3000-4000 r--p 00000000 00:00 0',
    '4000-8000 rw-s 00000000 00:00 0',
    'ff0000000000-ff0000001000 rwxp 00000000 00:00 0 [x]',
  ].join('\n');
  expect(privateWritable(maps)).toBe(0x3000);
});

test.each([
  [0, 0],
  [256, 1],
  [9, 137],
])('wait status %p is exit status %p as a shell tells it', (wait, status) => {
  const rusage = new DataView(new ArrayBuffer(144));
  rusage.setBigInt64(0, 1n, true);
  rusage.setBigInt64(8, 500_000n, true);
  rusage.setBigInt64(24, 250_000n, true);
  rusage.setBigInt64(32, 2048n, true);
  expect(readUsage(rusage, wait)).toEqual({ cpu: 1.75, peak: 2 * MiB, status });
});

describe('measuring', () => {
  test('tells the memory of a process smaller than the one that measures, and its CPU', async () => {
    const usage = await withMeasurer((measurer) =>
      measurer.measure(
        [{ client: { argv: ['dd', 'if=/dev/zero', 'of=/dev/null', 'bs=1M', 'count=2000'] } }],
        30,
      ),
    );
    expect(usage.peak).toBeLessThan(20 * MiB);
    expect(usage.cpu).toBeGreaterThan(0);
    expect(usage.wall).toBeGreaterThan(0);
  });

  test('counts every client of a crowd, and what takes their output apart from them', async () => {
    const client = { argv: ['head', '-c', '1000000'] };
    const producer = { argv: ['dd', 'if=/dev/zero', 'bs=1M', 'count=1'] };
    const lane = { client, producer, consumer: { argv: ['cat'] } };
    const usage = await withMeasurer((measurer) => measurer.measure([lane, lane, lane], 30));
    expect(usage.peakSum).toBeGreaterThan(2 * usage.peak);
    expect(usage.consumerCpu).toBeGreaterThan(0);
  });

  test('a client that fails is an error with its own words', async () => {
    const failing = { client: { argv: ['sh', '-c', 'echo went wrong >&2; exit 3'] } };
    const error = await withMeasurer((measurer) =>
      measurer.measure([failing], 30).catch((thrown: unknown) => thrown),
    );
    expect(error).toBeInstanceOf(ClientFailed);
    expect(String(error)).toContain('ended with 3: went wrong');
  });

  test('a client that does not end is killed when its time is over', async () => {
    const stuck = { client: { argv: ['sleep', '60'] } };
    const error = await withMeasurer((measurer) =>
      measurer.measure([stuck], 0.2).catch((thrown: unknown) => thrown),
    );
    expect(String(error)).toContain('ended with 137');
  });
});

async function withMeasurer<T>(act: (measurer: Measurer) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'gpbackup-s3-plugin-bench-test-'));
  try {
    await using measurer = new Measurer(folder, { PATH: '/usr/bin:/bin', HOME: folder });
    return await act(measurer);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
