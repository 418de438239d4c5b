import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { footprintOf, isLoopback } from '../../../lab/servers/footprint.ts';
import { minioHttps } from '../../../lab/servers/minio.ts';
import { serversNamed } from '../../../lab/servers/registry.ts';
import type { Credentials, RunningServer, ServerProgram } from '../../../lab/servers/server.ts';
import { type RequestOptions, sendSigned } from '../../conformance/signed-request.ts';

/** SERVERS='NAME NAME …': these servers; by default those of every run. */
const names = (process.env['SERVERS'] ?? '').split(' ').filter((name) => name !== '');
const installTimeoutMilliseconds = 2_400_000;
const startTimeoutMilliseconds = 150_000;

const path = '/probe/object-of-the-suite';
const content = randomBytes(100_000);
const put: RequestOptions = { method: 'PUT', path, body: content };
const get: RequestOptions = { method: 'GET', path };

for (const program of serversNamed(names)) describeServer(program);

function describeServer(program: ServerProgram): void {
  describe(`${program.name} ${program.version}`, () => {
    let started: RunningServer | undefined;
    let folder = '';
    const ownTemporaryFolder = process.env['TMPDIR'];
    const server = (): RunningServer => {
      if (started === undefined) throw new Error(`${program.name} did not start`);
      return started;
    };

    beforeAll(async () => {
      await program.install();
      folder = await mkdtemp(join(tmpdir(), 'servers-suite-'));
      process.env['TMPDIR'] = folder;
      started = await program.start();
    }, installTimeoutMilliseconds + startTimeoutMilliseconds);

    afterAll(async () => {
      await started?.stop();
      if (ownTemporaryFolder === undefined) delete process.env['TMPDIR'];
      else process.env['TMPDIR'] = ownTemporaryFolder;
      await rm(folder, { recursive: true, force: true });
    });

    test('answers a signed PUT and GET', async () => {
      expect((await sendSigned(server(), put)).status).toBe(200);
      const answer = await sendSigned(server(), get);
      expect({ status: answer.status, isSame: answer.body.equals(content) }).toEqual({
        status: 200,
        isSame: true,
      });
    });

    test('listens on loopback only', async () => {
      const { isolated, listeners } = await footprintOf(folder);
      expect(isolated + listeners.length).toBeGreaterThan(0);
      expect(listeners.filter((address) => !isLoopback(address))).toEqual([]);
    });

    test('answers nothing after it was killed', async () => {
      await server().kill();
      expect(
        await sendSigned(server(), get).then(
          (answer) => answer.status,
          () => 'nothing',
        ),
      ).toBe('nothing');
    });

    test(
      `starts again at the same place ${program.keepsData ? 'with' : 'without'} its data`,
      async () => {
        await server().restart();
        const answer = await sendSigned(server(), get);
        const found = answer.status === 200 && answer.body.equals(content);
        expect({ status: answer.status, found }).toEqual(
          program.keepsData ? { status: 200, found: true } : { status: 404, found: false },
        );
      },
      startTimeoutMilliseconds,
    );

    if (program === minioHttps) {
      test('its session needs the token, and its users have fewer rights', async () => {
        const { users, sessionToken, ...rest } = server();
        if (users === undefined) throw new Error('no users');
        const statusOf = async (who: Partial<Credentials>, request: RequestOptions): Promise<number> =>
          (await sendSigned({ ...rest, ...who }, request)).status;
        expect(sessionToken).toBeString();
        expect({
          withoutToken: await statusOf({}, get),
          readerReads: await statusOf(users.readOnly, get),
          readerWrites: await statusOf(users.readOnly, put),
          writerReads: await statusOf(users.writeOnly, get),
          writerWrites: await statusOf(users.writeOnly, put),
        }).toEqual({
          withoutToken: 403,
          readerReads: 200,
          readerWrites: 403,
          writerReads: 403,
          writerWrites: 200,
        });
      });

      test('encrypts with its KMS key', async () => {
        const encryption = {
          'x-amz-server-side-encryption': 'aws:kms',
          'x-amz-server-side-encryption-aws-kms-key-id': server().kmsKeyId ?? '',
        };
        const answer = await sendSigned(server(), { ...put, headers: encryption });
        expect({ status: answer.status, how: answer.headers.get('x-amz-server-side-encryption') }).toEqual({
          status: 200,
          how: 'aws:kms',
        });
      });
    }

    test('leaves no process, no folder and no socket', async () => {
      const { processes, sockets } = await footprintOf(folder);
      expect(processes).not.toBeEmpty();
      await server().stop();
      started = undefined;
      expect((await footprintOf(folder)).processes).toEqual([]);
      expect(await readdir(folder)).toEqual([]);
      expect(sockets.filter((socket) => existsSync(socket))).toEqual([]);
    });
  });
}
