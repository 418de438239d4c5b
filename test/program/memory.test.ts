import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BACKUP_DIR, PLUGIN, someBytes, TIMESTAMP, Workplace } from '../../lab/program/plugin.ts';
import { until } from '../../lab/program/until.ts';
import { startTestServer, type TestServer } from '../../lab/test-server.ts';

const MB = 1024 * 1024;
const PATH = `${BACKUP_DIR}/gpbackup_0_${TIMESTAMP}`;
/** Bytes of the large stream. */
const LARGE = 3 * 1024 * MB;

let server: TestServer;
let store: string;
beforeAll(async () => {
  store = mkdtempSync(join(tmpdir(), 'gpbackup-s3-plugin-store-'));
  server = await startTestServer({ directory: store });
});
afterAll(async () => {
  await server.stop();
  rmSync(store, { recursive: true, force: true });
});

/** What the kernel counts under vm.overcommit_memory = 2: private writable mappings, touched or not. In MB. */
function commitCharge(pid: number): number {
  let bytes = 0;
  for (const line of readFileSync(`/proc/${pid}/maps`, 'utf8').split('\n')) {
    const [, from = '0', to = '0', mode = ''] = /^([0-9a-f]+)-([0-9a-f]+) (\S{4}) /.exec(line) ?? [];
    if (mode[1] === 'w' && mode[3] === 'p') bytes += Number.parseInt(to, 16) - Number.parseInt(from, 16);
  }
  return bytes / MB;
}

/** The thread that reads standard input waits for the pipe: all is loaded, nothing is to do. */
function waitsForInput(pid: number): boolean {
  try {
    return (
      readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('.bin') &&
      /^Threads:\s*([3-9]|\d\d)/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
    );
  } catch {
    return false;
  }
}

describe('commit charge', () => {
  test('at most 150 MB at the start, and the buffer of the part that it waits to fill', async () => {
    using place = new Workplace();
    const child = place.start(['backup_data', place.config(server), PATH]);
    await until(() => waitsForInput(child.pid));
    const samples = await sampled(() => commitCharge(child.pid));
    child.kill('SIGKILL');
    await child.exited;
    console.log(`commit charge, idle in backup_data: ${Math.max(...samples).toFixed(0)} MB`);
    expect(Math.max(...samples)).toBeLessThanOrEqual(150 + 8);
  });

  test('at most 300 MB with all buffers in use', async () => {
    using place = new Workplace();
    server.faults.add({
      when: { operation: 'UploadPart', times: Infinity },
      do: { kind: 'stallRequest', afterBytes: 1000 },
    });
    const child = place.start(['backup_data', place.config(server), PATH], { stdin: someBytes(80 * MB) });
    await until(() => server.requests.filter(({ operation }) => operation === 'UploadPart').length === 8);
    const samples = await sampled(() => commitCharge(child.pid));
    child.kill('SIGKILL');
    await child.exited;
    server.faults.clear();
    console.log(`commit charge, all buffers in use: ${Math.max(...samples).toFixed(0)} MB`);
    expect(Math.max(...samples)).toBeLessThanOrEqual(300);
  });
});

/** The measure over half a second: mappings come and go. */
async function sampled(measure: () => number): Promise<number[]> {
  const samples: number[] = [];
  const startedAt = performance.now();
  await until(() => {
    samples.push(measure());
    return performance.now() - startedAt > 500;
  });
  return samples;
}

describe('a stream of 3 GiB', () => {
  const produce = `yes 'a row of a table, with a number 1234567890 and a text' | head -c ${LARGE}`;
  let sum = '';

  test('goes up in at most 160 MB', async () => {
    using place = new Workplace();
    const line = `mkfifo up && (${produce} | tee >(sha256sum > sum) > up) & until [ -p up ]; do :; done; exec "${PLUGIN}" backup_data ${place.config(server)} ${PATH} < up`;
    const peak = await peakOf(place, line);
    await until(async () => (await Bun.file(place.path('sum')).text()).length > 64);
    sum = await Bun.file(place.path('sum')).text();
    console.log(`peak memory, 3 GiB up: ${peak.toFixed(0)} MB`);
    expect(
      server.objects.head('backups', `gp/test/backups/20260102/${TIMESTAMP}/gpbackup_0_${TIMESTAMP}`)?.size,
    ).toBe(LARGE);
    expect(peak).toBeLessThanOrEqual(160);
  });

  test('gives single ranges of it in at most 160 MB', async () => {
    using place = new Workplace();
    const far = Array.from(
      { length: 100 },
      (_, index) => [index * 30 * MB, index * 30 * MB + 70_000] as const,
    );
    const ranges = [...far, [10, 300 * MB] as const];
    const offsets = place.write('offsets', `${ranges.length} ${ranges.flat().join(' ')}`);
    const line = `mkfifo down && wc -c < down > count & until [ -p down ]; do :; done; exec "${PLUGIN}" restore_data_subset ${place.config(server)} ${PATH} ${offsets} > down`;
    const peak = await peakOf(place, line);
    await until(async () => (await Bun.file(place.path('count')).text()).endsWith('\n'));
    console.log(`peak memory, ranges of 3 GiB: ${peak.toFixed(0)} MB`);
    expect(Number(await Bun.file(place.path('count')).text())).toBe(
      ranges.reduce((sum_, [start, end]) => sum_ + end - start, 0),
    );
    expect(peak).toBeLessThanOrEqual(160);
  });

  test('comes down in at most 160 MB, byte for byte', async () => {
    using place = new Workplace();
    const line = `mkfifo down && sha256sum < down > sum & until [ -p down ]; do :; done; exec "${PLUGIN}" restore_data ${place.config(server)} ${PATH} > down`;
    const peak = await peakOf(place, line);
    await until(async () => (await Bun.file(place.path('sum')).text()).length > 64);
    console.log(`peak memory, 3 GiB down: ${peak.toFixed(0)} MB`);
    expect(await Bun.file(place.path('sum')).text()).toBe(sum);
    expect(peak).toBeLessThanOrEqual(160);
  });
});

/**
 * Runs a shell line whose last command replaces the shell, and gives the program's peak in MB. The kernel's
 * count for a finished child includes what its parent had at the fork, so the running process is asked.
 */
async function peakOf(place: Workplace, line: string): Promise<number> {
  const child = Bun.spawn(['bash', '-c', line], {
    cwd: place.folder,
    env: { ...place.env },
    stdin: 'ignore',
    stdout: 'inherit',
    stderr: 'pipe',
  });
  let peak = Number.NaN;
  const watch = setInterval(() => {
    peak = residentPeak(child.pid) ?? peak;
  }, 10);
  const [stderr, exitCode] = await Promise.all([new Response(child.stderr).text(), child.exited]);
  clearInterval(watch);
  expect([exitCode, stderr]).toEqual([0, '']);
  return peak;
}

/** VmHWM in MB, once the program has replaced the shell; undefined before and afterwards. */
function residentPeak(pid: number): number | undefined {
  try {
    if (!readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('.bin')) return undefined;
    const kilobytes = /^VmHWM:\s*(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) / 1024;
  } catch {
    return undefined;
  }
}
