import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { existsSync, openSync, readFileSync } from 'node:fs';
import { BACKUP_DIR, outcomeOf, PLUGIN, someBytes, TIMESTAMP, Workplace } from '../../lab/program/plugin.ts';
import { until } from '../../lab/program/until.ts';
import { startTestServer, type TestServer } from '../../lab/test-server.ts';

const PATH = `${BACKUP_DIR}/gpbackup_0_${TIMESTAMP}_16385`;
const PART = 8 * 1024 * 1024;

let server: TestServer;
let place: Workplace;
beforeEach(async () => {
  server = await startTestServer();
  place = new Workplace();
});
afterEach(async () => {
  place[Symbol.dispose]();
  await server.stop();
});

const operations = (): string[] => server.requests.map(({ operation }) => operation);

/** A backup whose first part is under way and whose producer has stopped to write. */
async function startPausedUpload(): Promise<ReturnType<Workplace['start']>> {
  const child = place.start(['backup_data', place.config(server), PATH]);
  const input = child.stdin;
  if (typeof input === 'number' || input === undefined || !('write' in input)) throw new Error('no pipe');
  await input.write(someBytes(PART + 5));
  await input.flush();
  await until(() => operations().includes('UploadPart'));
  return child;
}

describe('a signal ends the process soon and leaves no upload', () => {
  const signals = [
    ['SIGTERM', 143],
    ['SIGINT', 130],
    ['SIGHUP', 129],
  ] as const;

  test.each(signals)('%s while the producer pauses in an upload', async (signal, exitCode) => {
    const child = await startPausedUpload();
    const signalledAt = performance.now();
    child.kill(signal);
    const outcome = await outcomeOf(child);
    expect(performance.now() - signalledAt).toBeLessThan(10_000);
    expect(outcome.exitCode).toBe(exitCode);
    expect(outcome.stderr).toContain(`ended by ${signal}`);
    expect(server.objects.uploads('backups')).toEqual([]);
    expect(server.objects.keys('backups')).toEqual([]);
  });

  test('a second SIGTERM does not disturb the cleaning up after the first', async () => {
    server.faults.add({ when: { operation: 'AbortMultipartUpload' }, do: { kind: 'delay', ms: 400 } });
    const child = await startPausedUpload();
    child.kill('SIGTERM');
    await until(() => operations().includes('AbortMultipartUpload'));
    child.kill('SIGTERM');
    child.kill('SIGINT');
    expect((await outcomeOf(child)).exitCode).toBe(143);
    expect(server.objects.uploads('backups')).toEqual([]);
  });

  test('SIGTERM to a set-up hook ends the program behind the launcher as well', async () => {
    server.faults.add({ when: { times: Infinity }, do: { kind: 'stallRequest', afterBytes: 0 } });
    const child = place.start(
      ['setup_plugin_for_backup', place.config(server), BACKUP_DIR, 'coordinator', '-1'],
      { stdin: '' },
    );
    await until(() => server.requests.length === 1);
    const program = pluginBelow(child.pid);
    expect(program).not.toBe(child.pid);
    child.kill('SIGTERM');
    expect((await outcomeOf(child)).exitCode).toBe(143);
    expect(existsSync(`/proc/${program}`)).toBe(false);
  });

  test('SIGTERM while a part stands still at the server', async () => {
    server.faults.add({
      when: { operation: 'UploadPart', times: Infinity },
      do: { kind: 'stallRequest', afterBytes: 10 },
    });
    const child = place.start(['backup_data', place.config(server), PATH], { stdin: someBytes(PART * 3) });
    await until(() => operations().includes('UploadPart'));
    const signalledAt = performance.now();
    child.kill('SIGTERM');
    expect((await outcomeOf(child)).exitCode).toBe(143);
    expect(performance.now() - signalledAt).toBeLessThan(10_000);
    expect(server.objects.uploads('backups')).toEqual([]);
  });

  test('SIGTERM while the server does not answer the removal either', async () => {
    server.faults.add({
      when: { operation: 'AbortMultipartUpload', times: Infinity },
      do: { kind: 'stallRequest', afterBytes: 0 },
    });
    server.faults.add({
      when: { operation: 'UploadPart', times: Infinity },
      do: { kind: 'stallRequest', afterBytes: 10 },
    });
    const child = place.start(['backup_data', place.config(server), PATH], { stdin: someBytes(PART * 3) });
    await until(() => operations().includes('UploadPart'));
    const signalledAt = performance.now();
    child.kill('SIGTERM');
    expect((await outcomeOf(child)).exitCode).toBe(143);
    expect(performance.now() - signalledAt).toBeLessThan(10_000);
  });

  test('SIGTERM while the server keeps the answer to Create: the upload that it began is removed', async () => {
    server.faults.add({
      when: { operation: 'CreateMultipartUpload' },
      do: { kind: 'stallResponse', afterBytes: 0 },
    });
    const child = place.start(['backup_data', place.config(server), PATH], { stdin: someBytes(PART * 2) });
    await until(() => server.objects.uploads('backups').length === 1);
    child.kill('SIGTERM');
    expect((await outcomeOf(child)).exitCode).toBe(143);
    expect(server.objects.uploads('backups')).toEqual([]);
  });

  test('SIGTERM in a restore of uncompressed data ends it with a NUL, which COPY refuses', async () => {
    const key = `gp/test/backups/20260102/${TIMESTAMP}/gpbackup_0_${TIMESTAMP}_16385`;
    await server.objects.put('backups', key, new Uint8Array(PART).fill(1));
    server.faults.add({
      when: { operation: 'GetObject', range: /^bytes=4/, times: Infinity },
      do: { kind: 'stallResponse', afterBytes: 10 },
    });
    const child = place.start(['restore_data', place.config(server), PATH]);
    await until(() =>
      server.requests.some(({ range, status }) => range?.startsWith('bytes=4') === true && status === 206),
    );
    child.kill('SIGTERM');
    const { exitCode, stdout } = await outcomeOf(child);
    // Beside a write that was under way, so not always as the last byte.
    expect([exitCode, stdout.filter((byte) => byte === 0).length]).toEqual([143, 1]);
  });

  test('SIGTERM in restore_file leaves the target as it was and no other file', async () => {
    await server.objects.put('backups', `gp/test/backups/20260102/${TIMESTAMP}/f`, someBytes(PART * 2));
    server.faults.add({
      when: { operation: 'GetObject', range: /^bytes=4/, times: Infinity },
      do: { kind: 'stallResponse', afterBytes: 10 },
    });
    const folder = place.path(`backups/20260102/${TIMESTAMP}`);
    await Bun.$`mkdir -p ${folder}`.quiet();
    await Bun.write(`${folder}/f`, 'as it was');
    const child = place.start(['restore_file', place.config(server), `${folder}/f`]);
    await until(() => server.requests.length >= 3);
    child.kill('SIGTERM');
    expect((await outcomeOf(child)).exitCode).toBe(143);
    expect((await Bun.$`ls -A ${folder}`.text()).trim()).toBe('f');
    expect(await Bun.file(`${folder}/f`).text()).toBe('as it was');
  });

  test('SIGTERM in restore_data to a reader that stands still', async () => {
    await server.objects.put(
      'backups',
      `gp/test/backups/20260102/${TIMESTAMP}/gpbackup_0_${TIMESTAMP}_16385`,
      someBytes(PART),
    );
    await Bun.$`mkfifo ${place.path('full')}`.quiet();
    // Open at both ends, and nobody reads.
    const full = openSync(place.path('full'), 'r+');
    const child = Bun.spawn([PLUGIN, 'restore_data', place.config(server), PATH], {
      env: { ...place.env },
      stdout: full,
    });
    await until(() => server.requests.filter(({ status }) => status === 206).length === 2);
    child.kill('SIGTERM');
    expect(await child.exited).toBe(143);
    expect((await place.logLines()).join('\n')).not.toContain('did not stop within');
  });
});

test('a signal that is ignored at the start stays ignored, as under nohup', async () => {
  const line = `(trap '' HUP; exec "${PLUGIN}" backup_data ${place.config(server)} ${PATH})`;
  const child = Bun.spawn(['bash', '-c', line], {
    cwd: place.folder,
    env: { ...place.env },
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: 'pipe',
  });
  await child.stdin.write(someBytes(PART + 5));
  await child.stdin.flush();
  await until(() => operations().includes('UploadPart'));
  const pid = pluginBelow(child.pid);
  process.kill(pid, 'SIGHUP');
  await child.stdin.write(someBytes(10));
  await child.stdin.end();
  expect(await outcomeOf(child)).toEqual({ exitCode: 0, stdout: Buffer.alloc(0), stderr: '' });
  expect(
    server.objects.head('backups', `gp/test/backups/20260102/${TIMESTAMP}/gpbackup_0_${TIMESTAMP}_16385`)
      ?.size,
  ).toBe(PART + 15);
});

/** The process that runs the program: the shell's child, or the shell itself where it replaced itself. */
function pluginBelow(pid: number): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return children === '' ? pid : Number(children.split(' ')[0]);
}

test('a restore whose reader closes the pipe early ends at once, silently and without an error', async () => {
  await server.objects.put(
    'backups',
    `gp/test/backups/20260102/${TIMESTAMP}/gpbackup_0_${TIMESTAMP}_16385`,
    someBytes(PART * 3),
  );
  const line = `$PLUGIN restore_data ${place.config(server)} ${PATH} | head -c 100000 | wc -c; echo "status \${PIPESTATUS[0]}"`;
  const { stdout, stderr } = await place.shell(line);
  expect(stdout.toString()).toBe('100000\nstatus 0\n');
  expect(stderr).toBe('');
});
