import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { mkdirSync } from 'node:fs';
import { BACKUP_DIR, PREFIX, someBytes, TIMESTAMP, Workplace } from '../../lab/program/plugin.ts';
import type { S3Operation } from '../../lab/s3-server/options.ts';
import { startTestServer, type TestServer } from '../../lab/test-server.ts';

/**
 * `max_memory` bounds what is on its way at once; 96 MB leave 32 MB for parts, which are sent from where they
 * are read, and 16 MB for ranges, which are received twice. */
const MiB = 1024 * 1024;
const PATH = `${BACKUP_DIR}/gpbackup_0_${TIMESTAMP}`;
const MEMORY = { max_memory: '96MB' };

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

/** Answers an operation late, so that whatever may be under way at once is; gives the most that was. */
function mostAtOnce(operation: S3Operation): () => number {
  let most = 0;
  const count = (): void => {
    const open = server.requests.filter(
      (request) => request.operation === operation && request.status === undefined,
    );
    most = Math.max(most, open.length);
  };
  server.faults.add({
    when: { operation, times: Infinity },
    do: {
      kind: 'before',
      run: async () => {
        count();
        await Bun.sleep(100);
        count();
      },
    },
  });
  return () => most;
}

async function run(args: readonly string[], stdin = new Uint8Array(0)): Promise<void> {
  const { exitCode, stderr } = await place.run(args, { stdin });
  expect([exitCode, stderr]).toEqual([0, '']);
}

describe('uploads', () => {
  test('four parts of 8 MB', async () => {
    const most = mostAtOnce('UploadPart');
    await run(['backup_data', place.config(server, MEMORY), PATH], someBytes(80 * MiB));
    expect(most()).toBeLessThanOrEqual(4);
  });

  test('a chunk size that does not fit leaves one part, and the log says so', async () => {
    const most = mostAtOnce('UploadPart');
    const options = { ...MEMORY, backup_multipart_chunksize: '20MB', backup_max_concurrent_requests: '6' };
    await run(['backup_data', place.config(server, options), PATH], someBytes(70 * MiB));
    expect(most()).toBe(1);
    expect((await place.logLines()).join('\n')).toContain('1 instead of 6 parts of 20MB in parallel');
  });

  test('four files of 7 MB of a folder', async () => {
    const most = mostAtOnce('PutObject');
    mkdirSync(place.path('folder'));
    for (let file = 0; file < 10; file += 1) place.write(`folder/${file}`, someBytes(7 * MiB));
    await run(['backup_directory', place.config(server, MEMORY), place.path('folder'), '8']);
    expect(most()).toBeLessThanOrEqual(4);
  });
});

describe('downloads', () => {
  test('two ranges of 8 MB', async () => {
    await server.objects.put('backups', `${PREFIX}gpbackup_0_${TIMESTAMP}`, someBytes(60 * MiB));
    const most = mostAtOnce('GetObject');
    const options = { ...MEMORY, restore_multipart_chunksize: '8MB', restore_max_concurrent_requests: '6' };
    const config = place.config(server, options);
    await run(['restore_data', config, PATH]);
    expect(most()).toBeLessThanOrEqual(2);
    await run(['restore_data_subset', config, PATH, place.write('offsets', `1 0 ${60 * MiB}`)]);
    expect(most()).toBeLessThanOrEqual(2);
  });
});
