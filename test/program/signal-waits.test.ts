import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, writeSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { BACKUP_DIR, PLUGIN, PREFIX, someBytes, TIMESTAMP, Workplace } from '../../lab/program/plugin.ts';
import { until } from '../../lab/program/until.ts';
import type { S3Operation } from '../../lab/s3-server/options.ts';
import { startTestServer, type TestServer } from '../../lab/test-server.ts';

/**
 * Each place where a process waits, and SIGTERM while it waits there. Every wait must watch the signal: without that
 * only the forced end ends the process, which the log tells, whatever the load of the machine.
 */

const NAME = `gpbackup_0_${TIMESTAMP}_16385`;
const PATH = `${BACKUP_DIR}/${NAME}`;
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

const seen = (operation: S3Operation): boolean =>
  server.requests.some((request) => request.operation === operation);

/** No answer to any request of an operation. */
function silence(operation: S3Operation): void {
  server.faults.add({ when: { operation, times: Infinity }, do: { kind: 'stallRequest', afterBytes: 0 } });
}

interface Running {
  readonly pid: number;
  kill(signal: 'SIGTERM'): void;
  readonly exited: Promise<number>;
}

/** Sends the signal; the process must end by itself. */
async function endsBySignal(child: Running): Promise<void> {
  child.kill('SIGTERM');
  expect(await child.exited).toBe(143);
  const log = (await place.logLines()).join('\n');
  expect(log).toContain('ended by SIGTERM');
  expect(log).not.toContain('did not stop within');
}

/** Starts a command whose input comes from a pipe that stays open. */
function fromPipe(args: readonly string[]): { child: Running; input: number } {
  Bun.spawnSync(['mkfifo', place.path('input')]);
  const input = openSync(place.path('input'), 'r+');
  const child = Bun.spawn([PLUGIN, ...args], { env: { ...place.env }, cwd: place.folder, stdin: input });
  return { child, input };
}

/** Starts a command whose output nobody reads. */
function intoFullPipe(args: readonly string[]): { child: Running; reader: number } {
  Bun.spawnSync(['mkfifo', place.path('full')]);
  // Open at both ends.
  const reader = openSync(place.path('full'), 'r+');
  const child = Bun.spawn([PLUGIN, ...args], { env: { ...place.env }, cwd: place.folder, stdout: reader });
  return { child, reader };
}

describe('SIGTERM ends the wait', () => {
  test('for the first byte of standard input', async () => {
    const { child, input } = fromPipe(['backup_data', place.config(server), PATH]);
    // Opened once more by whoever begins to read it.
    await until(
      () =>
        Bun.spawnSync(['ls', '-l', `/proc/${child.pid}/fd`])
          .stdout.toString()
          .split('/input').length > 2,
    );
    await endsBySignal(child);
    closeSync(input);
    expect(server.requests).toEqual([]);
  });

  test('for the rest of standard input, with a part stored', async () => {
    const { child, input } = fromPipe(['backup_data', place.config(server), PATH]);
    for (const bytes = someBytes(PART + 5), sent = { count: 0 }; sent.count < bytes.length; )
      sent.count += writeSync(input, bytes, sent.count, Math.min(4096, bytes.length - sent.count));
    await until(() => seen('UploadPart'));
    await endsBySignal(child);
    closeSync(input);
    expect(server.objects.uploads('backups')).toEqual([]);
  });

  test('for a buffer, while the only part allowed stands still', async () => {
    silence('UploadPart');
    const config = place.config(server, { backup_max_concurrent_requests: '1' });
    const child = place.start(['backup_data', config, PATH], { stdin: someBytes(PART * 3) });
    await until(() => seen('UploadPart'));
    await endsBySignal(child);
    expect(server.objects.uploads('backups')).toEqual([]);
  });

  const answers: readonly S3Operation[] = ['CreateMultipartUpload', 'UploadPart', 'CompleteMultipartUpload'];
  test.each(answers)('for the answer to %s', async (operation) => {
    silence(operation);
    const child = place.start(['backup_data', place.config(server), PATH], { stdin: someBytes(PART * 2) });
    await until(() => seen(operation));
    await endsBySignal(child);
    expect(server.objects.uploads('backups')).toEqual([]);
  });

  test('for the answer to PutObject, of a stream, a file and a file of a folder', async () => {
    silence('PutObject');
    const folder = place.path(`backups/20260102/${TIMESTAMP}`);
    mkdirSync(folder, { recursive: true });
    await Bun.write(`${folder}/f`, 'content');
    const config = place.config(server);
    for (const [index, args] of [
      ['backup_data', config, PATH],
      ['backup_file', config, `${folder}/f`],
      ['backup_directory', config, folder],
      ['setup_plugin_for_backup', config, folder, 'coordinator', '-1'],
    ].entries()) {
      const child = place.start(args, { stdin: 'content' });
      await until(() => server.requests.length === index + 1);
      await endsBySignal(child);
    }
  });

  test('for the next try', async () => {
    server.faults.add({
      when: { times: Infinity },
      do: { kind: 'answer', status: 503, code: 'SlowDown', headers: { 'retry-after': '600' } },
    });
    const config = place.config(server, { logger_verbosity: 'debug' });
    const child = place.start(['restore_data', config, PATH]);
    await until(async () => (await place.logLines()).some((line) => line.includes('again in')));
    await endsBySignal(child);
    expect(server.requests).toHaveLength(1);
  });

  test('for a place among the requests at once, after the server asked for less', async () => {
    const ranges = 10;
    await server.objects.put('backups', `${PREFIX}${NAME}`, someBytes(5 * 1024 * 1024 * (ranges + 1)));
    server.faults.add({
      when: { operation: 'GetObject', nth: 2, times: ranges - 1 },
      do: { kind: 'answer', status: 503, code: 'SlowDown' },
    });
    server.faults.add({
      when: { operation: 'GetObject', nth: ranges + 1, times: Infinity },
      do: { kind: 'stallRequest', afterBytes: 0 },
    });
    const config = place.config(server, {
      restore_multipart_chunksize: '5MB',
      restore_max_concurrent_requests: String(ranges),
    });
    const child = place.start(['restore_data', config, PATH]);
    await until(() => server.requests.length > ranges);
    await endsBySignal(child);
  });

  test('for the rest of an answer, in restore_data, restore_data_subset and restore_file', async () => {
    await server.objects.put('backups', `${PREFIX}${NAME}`, someBytes(1000));
    await server.objects.put('backups', `${PREFIX}f`, someBytes(1000));
    server.faults.add({
      when: { operation: 'GetObject', times: Infinity },
      do: { kind: 'stallResponse', afterBytes: 10 },
    });
    const folder = place.path(`backups/20260102/${TIMESTAMP}`);
    mkdirSync(folder, { recursive: true });
    const config = place.config(server);
    const reads = (): number => server.requests.filter(({ operation }) => operation === 'GetObject').length;
    for (const [index, args] of [
      ['restore_data', config, PATH],
      ['restore_data_subset', config, PATH, place.write('offsets', '1 0 100')],
      ['restore_file', config, `${folder}/f`],
    ].entries()) {
      const child = place.start(args);
      await until(() => reads() === index + 1 && server.requests.at(-1)?.status !== undefined);
      await endsBySignal(child);
    }
    expect(Bun.spawnSync(['ls', '-A', folder]).stdout.toString()).toBe('');
  });

  test('for the checksum of an object', async () => {
    silence('HeadObject');
    await server.objects.put('backups', `${PREFIX}${NAME}`, someBytes(PART * 2));
    const child = place.start(['restore_data', place.config(server), PATH]);
    await until(() => seen('HeadObject'));
    await endsBySignal(child);
  });

  test('for a reader that stands still', async () => {
    await server.objects.put('backups', `${PREFIX}${NAME}`, someBytes(PART));
    const { child, reader } = intoFullPipe(['restore_data', place.config(server), PATH]);
    await until(() => writesToFullPipe(child.pid));
    await endsBySignal(child);
    closeSync(reader);
  });

  test('for a reader of list_directory that stands still', async () => {
    for (let index = 0; index < 900; index += 1)
      await server.objects.put('backups', `${PREFIX}${'x'.repeat(100)}-${index}`, new Uint8Array(0));
    const { child, reader } = intoFullPipe(['list_directory', place.config(server)]);
    await until(() => writesToFullPipe(child.pid));
    await endsBySignal(child);
    closeSync(reader);
  });

  const lists = [
    ['list_directory', 'ListObjectsV2'],
    ['delete_backup', 'ListObjectsV2'],
    ['delete_backup', 'ListMultipartUploads'],
    ['delete_backup', 'DeleteObjects'],
    ['delete_backup', 'DeleteObject'],
    ['restore_directory', 'ListObjectsV2'],
    ['setup_plugin_for_restore', 'ListObjectsV2'],
  ] as const;
  test.each(lists)('of %s for the answer to %s', async (command, operation) => {
    silence(operation);
    for (const name of operation === 'DeleteObject' ? ['a'] : ['a', 'b'])
      await server.objects.put('backups', `${PREFIX}${name}`, someBytes(10));
    const config = place.config(server);
    const args = {
      list_directory: [],
      delete_backup: [TIMESTAMP],
      restore_directory: [place.path('d')],
      setup_plugin_for_restore: [BACKUP_DIR, 'coordinator', '-1'],
    };
    const child = place.start([command, config, ...args[command]]);
    await until(() => seen(operation));
    await endsBySignal(child);
  });

  test('for a TLS handshake, and for the answer of endpoint_source', async () => {
    const { port, connections, stop } = await silentServer();
    for (const [index, options] of [
      { endpoint: `https://127.0.0.1:${port}` },
      { endpoint_source: `http://127.0.0.1:${port}/` },
    ].entries()) {
      const child = place.start(['restore_data', place.config(server, options), PATH]);
      await until(() => connections() > index);
      await endsBySignal(child);
    }
    stop();
  });

  test('for a connection', async () => {
    const { port, waiting, stop } = await deafPort();
    const before = waiting();
    const child = place.start(['restore_data', place.config({ url: `http://127.0.0.1:${port}` }), PATH]);
    await until(() => waiting() > before);
    await endsBySignal(child);
    stop();
  });

  test('for the program that gives the credentials', async () => {
    place.write(
      'aws',
      `[default]\ncredential_process = sh -c 'echo > ${place.path('asked')}; exec sleep 600'\n`,
    );
    const config = place.config(server, { aws_access_key_id: undefined, aws_secret_access_key: undefined });
    const env = { ...place.env, AWS_CONFIG_FILE: place.path('aws'), AWS_EC2_METADATA_DISABLED: 'true' };
    const child = place.start(['restore_data', config, PATH], { env });
    await until(async () => await Bun.file(place.path('asked')).exists());
    // Its own child keeps these open.
    void child.stdout.cancel();
    void child.stderr.cancel();
    await endsBySignal(child);
  });
});

test('a named pipe in place of a file is refused at once: nothing waits for its writer', async () => {
  Bun.spawnSync(['mkfifo', place.path('pipe')]);
  const folder = `${place.folder}/backups/20260102/${TIMESTAMP}`;
  mkdirSync(folder, { recursive: true });
  Bun.spawnSync(['mkfifo', `${folder}/f`]);
  const { exitCode, stderr } = await place.run(['backup_file', place.config(server), `${folder}/f`]);
  expect([exitCode, stderr]).toEqual([1, `gpbackup_s3_plugin: ${folder}/f is not a regular file\n`]);
});

/** Whether a thread of the process waits in write(2) on a pipe (proc(5), wchan: the kernel's function it waits in). */
function writesToFullPipe(pid: number): boolean {
  const tasks = readdirSync(`/proc/${pid}/task`);
  return tasks.some((task) => readFileSync(`/proc/${pid}/task/${task}/wchan`, 'utf8').includes('pipe_write'));
}

/** A server that takes connections and says nothing. */
async function silentServer(): Promise<{ port: number; connections: () => number; stop: () => void }> {
  const sockets: Socket[] = [];
  const listener = createServer((socket) => {
    socket.on('error', () => {});
    sockets.push(socket.resume());
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const address = listener.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    port: address.port,
    connections: () => sockets.length,
    stop: () => {
      for (const socket of sockets) socket.destroy();
      listener.close();
    },
  };
}

/** A port whose queue of connections is full, and whose program is stopped: a further one is neither taken nor refused. */
async function deafPort(): Promise<{ port: number; waiting: () => number; stop: () => void }> {
  const script = `const { port } = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data() {} } }); console.log(port);`;
  const child = Bun.spawn([process.execPath, '-e', script], { stdout: 'pipe' });
  const { value } = await child.stdout.getReader().read();
  const port = Number(new TextDecoder().decode(value).trim());
  child.kill('SIGSTOP');
  const hex = `:${port.toString(16).toUpperCase().padStart(4, '0')} 02 `;
  // proc(5), net/tcp: 02 is SYN_SENT.
  const waiting = (): number => readFileSync('/proc/net/tcp', 'utf8').split(hex).length - 1;
  const sockets: Socket[] = [];
  await until(() => {
    for (let count = 0; count < 32; count += 1) {
      sockets.push(connect(port, '127.0.0.1').on('error', () => {}));
    }
    return waiting() > 0;
  });
  return {
    port,
    waiting,
    stop: () => {
      for (const socket of sockets) socket.destroy();
      child.kill('SIGKILL');
    },
  };
}
