import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { BACKUP_DIR, outcomeOf, PREFIX, someBytes, TIMESTAMP, Workplace } from '../../lab/program/plugin.ts';
import { startTestServer, type TestServer } from '../../lab/test-server.ts';

const RANGE = 4 * 1024 * 1024;
const SINGLE = `gpbackup_3_${TIMESTAMP}`;
const TABLE = `gpbackup_3_${TIMESTAMP}_16385`;
const GZIP_HEADER = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);

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

/** With ranges of a fixed size, since the fault is told where to strike. */
const restore = (name: string) =>
  place.run([
    'restore_data',
    place.config(server, { restore_multipart_chunksize: '4MB' }),
    `${BACKUP_DIR}/${name}`,
  ]);

async function putWithFault(name: string): Promise<void> {
  await server.objects.put('backups', PREFIX + name, someBytes(RANGE * 3));
  server.faults.add({
    when: { operation: 'GetObject', range: /^bytes=8/, times: Infinity },
    do: { kind: 'answer', status: 403, code: 'AccessDenied' },
  });
}

describe('a gzip single data file that fails before its first byte', () => {
  test('sends a bare gzip header, closes stdout, waits a second, and only then writes its error', async () => {
    const child = place.start(['restore_data', place.config(server), `${BACKUP_DIR}/${SINGLE}.gz`], {
      stdin: new Uint8Array(0),
    });
    const stdoutEnd = new Response(child.stdout).bytes().then((bytes) => ({ bytes, at: performance.now() }));
    const stderrStart = child.stderr
      .getReader()
      .read()
      .then(({ value }) => ({ value, at: performance.now() }));
    const [out, err, exitCode] = await Promise.all([stdoutEnd, stderrStart, child.exited]);
    expect(Buffer.from(out.bytes)).toEqual(GZIP_HEADER);
    expect(new TextDecoder().decode(err.value)).toContain('NoSuchKey');
    expect(err.at - out.at).toBeGreaterThan(900);
    expect(exitCode).toBe(1);
  });

  test('also when the config file is wrong', async () => {
    const config = place.config(server, { bucket: undefined });
    const child = place.start(['restore_data', config, `${BACKUP_DIR}/${SINGLE}.gz`], {
      stdin: new Uint8Array(0),
    });
    const { stdout, stderr } = await outcomeOf(child);
    expect(stdout).toEqual(GZIP_HEADER);
    expect(stderr).toContain('option "bucket" is missing');
  });

  test('gzip -d behind it fails', async () => {
    const line = `set -o pipefail; ($PLUGIN restore_data ${place.config(server)} ${BACKUP_DIR}/${SINGLE}.gz || true) | gzip -d -c`;
    expect((await place.shell(line)).exitCode).not.toBe(0);
  });
});

test.each([TABLE, `${TABLE}.gz`, `${TABLE}.zst`])(
  'the file of a table (%s) does not wait: its message comes at once',
  async (name) => {
    const startedAt = performance.now();
    const { exitCode, stdout, stderr } = await restore(name);
    expect(performance.now() - startedAt).toBeLessThan(900);
    expect([exitCode, stderr.includes('NoSuchKey')]).toEqual([1, true]);
    expect(stdout).toEqual(name === TABLE ? Buffer.from([0]) : Buffer.alloc(0));
  },
);

describe('a failure after the first byte', () => {
  test.each([SINGLE, TABLE])('uncompressed data (%s) ends with a NUL, which COPY refuses', async (name) => {
    await putWithFault(name);
    const { exitCode, stdout, stderr } = await restore(name);
    expect([exitCode, stderr.includes('AccessDenied')]).toEqual([1, true]);
    expect(stdout.at(-1)).toBe(0);
    const data = stdout.subarray(0, -1);
    expect(Buffer.compare(data, someBytes(RANGE * 3).subarray(0, data.length))).toBe(0);
    expect(data.length).toBeGreaterThan(0);
  });

  test.each([`${SINGLE}.gz`, `${SINGLE}.zst`, `${TABLE}.gz`])(
    'compressed data (%s) ends where it broke',
    async (name) => {
      await putWithFault(name);
      const { exitCode, stdout } = await restore(name);
      expect(exitCode).toBe(1);
      expect(Buffer.compare(stdout, someBytes(RANGE * 3).subarray(0, stdout.length))).toBe(0);
      expect(stdout.length).toBeLessThan(RANGE * 3);
    },
  );
});
