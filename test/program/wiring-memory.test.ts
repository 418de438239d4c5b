import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { BACKUP_DIR, PREFIX, TIMESTAMP, Workplace } from '../../lab/program/plugin.ts';
import { until } from '../../lab/program/until.ts';
import { startTestServer, type TestServer } from '../../lab/test-server.ts';

const MiB = 1024 * 1024;
const NAME = `gpbackup_0_${TIMESTAMP}`;
/** How long a request too many gets to show itself. */
const SETTLED = 1000;

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

const count = (operation: string): number =>
  server.requests.filter((request) => request.operation === operation).length;

/** Starts a shell's command, waits until so many requests stand still at the server, and gives how many came at last. */
async function inParallel(line: string, operation: string, least: number): Promise<number> {
  const child = Bun.spawn(['bash', '-c', `exec setsid bash -c '${line}'`], {
    cwd: place.folder,
    env: { ...place.env, PLUGIN: place.program },
    stdin: 'ignore',
    stdout: 'ignore',
    stderr: 'ignore',
  });
  try {
    await until(() => count(operation) >= least);
    await Bun.sleep(SETTLED);
    return count(operation);
  } finally {
    process.kill(-child.pid, 'SIGKILL');
    await child.exited;
  }
}

describe('parts in parallel', () => {
  const cases: readonly (readonly [string, number, Record<string, string>])[] = [
    ['as many as fit into max_memory', 4, { backup_multipart_chunksize: '8MB', max_memory: '96MB' }],
    [
      'one that is larger than max_memory leaves room for',
      1,
      { backup_multipart_chunksize: '48MB', max_memory: '96MB' },
    ],
    [
      'as many as backup_max_concurrent_requests says',
      3,
      { backup_multipart_chunksize: '5MB', backup_max_concurrent_requests: '3' },
    ],
  ];
  test.each(cases)('%s: %d', async (_name, expected, options) => {
    server.faults.add({
      when: { operation: 'UploadPart', times: Infinity },
      do: { kind: 'stallRequest', afterBytes: 1000 },
    });
    const config = place.config(server, options);
    const line = `head -c 150000000 /dev/zero | $PLUGIN backup_data ${config} ${BACKUP_DIR}/${NAME}`;
    expect(await inParallel(line, 'UploadPart', expected)).toBe(expected);
  });

  test('buffers are used again: more parts than fit at once go up', async () => {
    const config = place.config(server, { backup_multipart_chunksize: '8MB', max_memory: '96MB' });
    const { exitCode, stderr } = await place.shell(
      `head -c 100000000 /dev/zero | $PLUGIN backup_data ${config} ${BACKUP_DIR}/${NAME}`,
    );
    expect([exitCode, stderr, count('UploadPart')]).toEqual([0, '', 12]);
    expect(server.objects.head('backups', PREFIX + NAME)?.size).toBe(100_000_000);
  });
});

/** The first range comes, and all others stand still. */
async function stalled(options: Record<string, string>, least: number): Promise<number> {
  await server.objects.put('backups', PREFIX + NAME, new Uint8Array(120 * MiB));
  server.faults.add({
    when: { operation: 'GetObject', nth: 2, times: Infinity },
    do: { kind: 'stallResponse', afterBytes: 1000 },
  });
  const config = place.config(server, options);
  const line = `$PLUGIN restore_data ${config} ${BACKUP_DIR}/${NAME} > /dev/null`;
  return await inParallel(line, 'GetObject', least);
}

describe('ranges in parallel', () => {
  test('as many as fit into max_memory, each counted twice', async () => {
    const options = {
      restore_multipart_chunksize: '8MB',
      restore_max_concurrent_requests: '10',
      max_memory: '96MB',
    };
    expect(await stalled(options, 3)).toBe(1 + 2);
  });

  test('of all files of a directory together', async () => {
    for (const name of ['a', 'b', 'c'])
      await server.objects.put('backups', `${place.folder}/d/${name}`, new Uint8Array(40 * MiB));
    server.faults.add({
      when: { operation: 'GetObject', range: /^bytes=(?!0-)/, times: Infinity },
      do: { kind: 'stallResponse', afterBytes: 1000 },
    });
    const config = place.config(server, {
      restore_multipart_chunksize: '8MB',
      restore_max_concurrent_requests: '10',
      max_memory: '96MB',
    });
    const line = `$PLUGIN restore_directory ${config} ${place.folder}/d`;
    // Two files, of each the first range and one more.
    expect(await inParallel(line, 'GetObject', 4)).toBe(4);
  });

  test('as many as restore_max_concurrent_requests says', async () => {
    const options = { restore_multipart_chunksize: '1MB', restore_max_concurrent_requests: '3' };
    expect(await stalled(options, 4)).toBe(1 + 3);
  });
});
