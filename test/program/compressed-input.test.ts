import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import { closeSync, openSync, writeSync } from 'node:fs';
import {
  BACKUP_DIR,
  type Outcome,
  PREFIX,
  someBytes,
  TIMESTAMP,
  Workplace,
} from '../../lab/program/plugin.ts';
import { until } from '../../lab/program/until.ts';
import { type S3Server, startS3Server } from '../../lab/s3-server/server.ts';

const TABLE = `gpbackup_0_${TIMESTAMP}_16385`;
const SINGLE = `gpbackup_0_${TIMESTAMP}`;
const MiB = 1024 * 1024;

let server: S3Server;
let place: Workplace;
beforeAll(async () => {
  server = await startS3Server();
});
afterAll(() => server.stop());
beforeEach(() => {
  place = new Workplace();
});
afterEach(async () => {
  place[Symbol.dispose]();
  for (const key of server.objects.keys('backups')) await server.objects.delete('backups', key);
});

async function backup(name: string, stdin: Uint8Array): Promise<Outcome> {
  return await place.run(['backup_data', place.config(server), `${BACKUP_DIR}/${name}`], { stdin });
}

/** Runs a line as COPY does, whose shell reports the last command's status alone. */
async function copyTo(name: string, command: string): Promise<Outcome> {
  return await place.shell(`${command} | $PLUGIN backup_data ${place.config(server)} ${BACKUP_DIR}/${name}`);
}

function expectRefused({ exitCode, stderr }: Outcome, format: string, why: string): void {
  expect(exitCode).toBe(1);
  expect(stderr).toContain(`is not a complete ${format} stream: it ${why}`);
  expect(stderr).toContain(`HINT: ${format} is missing on this host or was killed`);
  expect(server.objects.keys('backups')).toEqual([]);
  expect(server.objects.uploads('backups')).toEqual([]);
}

async function expectStored(outcome: Outcome, name: string, bytes: Uint8Array): Promise<void> {
  expect([outcome.exitCode, outcome.stderr]).toEqual([0, '']);
  const stored = (await server.objects.get('backups', PREFIX + name)) ?? new Uint8Array(0);
  expect([stored.length, Bun.hash(stored)]).toEqual([bytes.length, Bun.hash(bytes)]);
}

describe('a compressor that fails fails the backup', () => {
  test.each([
    ['gzip', 'nosuchgzip -c -1 2>/dev/null', `${TABLE}.gz`],
    ['zstd', 'nosuchzstd --compress -3 -c 2>/dev/null', `${TABLE}.zst`],
    ['gzip', 'true', `${SINGLE}.gz`],
  ])('%s, by "%s"', async (format, command, name) => {
    expectRefused(await copyTo(name, command), format, 'is empty');
  });

  test('one that prints what is wrong where its data should be', async () => {
    const printed = new TextEncoder().encode('gzip: error while loading shared libraries\n');
    for (const [format, name] of [
      ['gzip', `${TABLE}.gz`],
      ['zstd', `${TABLE}.zst`],
    ] as const)
      expectRefused(await backup(name, printed), format, 'does not begin like one');
  });

  test('gzip that was killed, at any place of a short stream', async () => {
    for (const length of [30_000, 900_000]) {
      const whole = Buffer.from(Bun.gzipSync(someBytes(length)));
      for (const share of [0.0001, 0.3, 0.9, 1]) {
        const at = Math.min(whole.length - 1, Math.ceil(whole.length * share));
        expectRefused(
          await backup(`${TABLE}.gz`, whole.subarray(0, at)),
          'gzip',
          at < 2 ? 'does not' : 'ends early',
        );
      }
    }
  });

  test('zstd that was killed, also after parts were stored', async () => {
    const whole = Buffer.from(Bun.zstdCompressSync(someBytes(20 * MiB)));
    for (const length of [100, 70_000, 3 * MiB, 8 * MiB, 8 * MiB + 1, 17 * MiB, whole.length - 1])
      expectRefused(await backup(`${TABLE}.zst`, whole.subarray(0, length)), 'zstd', 'ends early');
  });

  test('a real gzip that is killed', async () => {
    Bun.spawnSync(['mkfifo', place.path('rows')]);
    // Stays open, so that gzip does not end by itself.
    const rows = openSync(place.path('rows'), 'r+');
    writeSync(rows, someBytes(60_000));
    const gzip = `sh -c 'echo $$ > ${place.path('pid')}; exec gzip -c -1 < ${place.path('rows')}'`;
    const child = copyTo(`${TABLE}.gz`, gzip);
    await until(async () => {
      const pid = Bun.file(place.path('pid'));
      return (await pid.exists()) && Bun.spawnSync(['kill', '-9', (await pid.text()).trim()]).exitCode === 0;
    });
    expectRefused(await child, 'gzip', '');
    closeSync(rows);
  });
});

describe('what a compressor finished is stored as it is', () => {
  const inputs: readonly (readonly [string, Uint8Array<ArrayBuffer>])[] = [
    ['nothing', new Uint8Array(0)],
    ['a few bytes', someBytes(10)],
    ['as much as a pipe keeps', someBytes(65_000)],
    ['a MB', someBytes(MiB)],
    ['parts', someBytes(20 * MiB)],
    ['zeros', new Uint8Array(50 * MiB)],
  ];
  test.each(inputs)('%s, in gzip and in zstd', async (_name, input) => {
    const gzip = Bun.gzipSync(input);
    await expectStored(await backup(`${TABLE}.gz`, gzip), `${TABLE}.gz`, gzip);
    const zstd = Uint8Array.from(Bun.zstdCompressSync(input));
    await expectStored(await backup(`${TABLE}.zst`, zstd), `${TABLE}.zst`, zstd);
  });

  test('the real gzip behind the shell', async () => {
    expect((await copyTo(`${TABLE}.gz`, 'gzip -c -1 < /dev/null')).exitCode).toBe(0);
    expect(server.objects.head('backups', `${PREFIX}${TABLE}.gz`)?.size).toBe(20);
  });

  test('a single data file in zstd without a byte: gpbackup_helper writes none for no row', async () => {
    await expectStored(await backup(`${SINGLE}.zst`, new Uint8Array(0)), `${SINGLE}.zst`, new Uint8Array(0));
  });

  test('anything under a name that promises nothing', async () => {
    for (const name of [TABLE, SINGLE, `${TABLE}.bz2`, `${TABLE}.gz.enc`])
      await expectStored(await backup(name, someBytes(100)), name, someBytes(100));
    await expectStored(await backup(TABLE, new Uint8Array(0)), TABLE, new Uint8Array(0));
  });
});
