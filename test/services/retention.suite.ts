import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import { realHistory, rowsOf, rowsOfFile } from '../../lab/history-database.ts';
import { expectJson } from '../../lab/program/json-output.ts';
import { type Outcome, someBytes, Workplace } from '../../lab/program/plugin.ts';
import { minio } from '../../lab/servers/minio.ts';
import { seaweedfs } from '../../lab/servers/seaweedfs.ts';
import type { RunningServer } from '../../lab/servers/server.ts';
import { versitygw } from '../../lab/servers/versitygw.ts';
import { setFiles } from '../../lab/sets.ts';
import { sendSigned } from '../conformance/signed-request.ts';
import { installed } from './installed.ts';

/** Retention and history on real S3 servers, with the real sets. */
const BUCKET = 'backups';
const KEPT = ['20261125025354', '20261125025400', '20261125025405', '20261125025410', '20261125025420'];
const NEIGHBOUR = 'warehouse2/backups/20261125/20261125025200/x';

function linesOf(rows: unknown[] = []): string[] {
  return rows.map((row) => JSON.stringify(row)).toSorted();
}

/** The config files of two sets never reached the bucket. */
function isInBucket(line: string): boolean {
  return !/"2026112502(?:5152|5227)"/.test(line);
}

for (const program of [minio, versitygw, seaweedfs]) {
  const ready = await installed(() => program.install());
  describe.skipIf(!ready)(program.title, () => {
    let server: RunningServer;
    let place: Workplace;
    let config: string;
    beforeAll(async () => {
      server = await program.start();
      expect((await sendSigned(server, { method: 'PUT', path: `/${BUCKET}` })).status).toBe(200);
    });
    afterAll(async () => await server.stop());
    beforeEach(async () => {
      place = new Workplace();
      config = place.config(
        { url: server.endpoint },
        {
          bucket: BUCKET,
          folder: 'warehouse',
          region: server.region,
          aws_access_key_id: server.accessKeyId,
          aws_secret_access_key: server.secretAccessKey,
        },
      );
      for (const { key, content } of setFiles()) await put(key, content);
      await put(NEIGHBOUR, new Uint8Array(1));
    });
    afterEach(() => place[Symbol.dispose]());

    async function put(key: string, body: Uint8Array): Promise<void> {
      const answer = await sendSigned(server, { method: 'PUT', path: `/${BUCKET}/${key}`, body });
      expect(answer.status).toBe(200);
    }

    async function run(command: string, ...args: readonly string[]): Promise<Outcome> {
      return await place.run([command, config, ...args]);
    }

    async function timestamps(): Promise<string[]> {
      const { stdout } = await run('list_backups', '--json');
      return expectJson<{ timestamp: string }[]>('list_backups', stdout)
        .result.map(({ timestamp }) => timestamp)
        .toSorted();
    }

    test('rebuild_history equals what gpbackup wrote', async () => {
      expect((await run('rebuild_history', 'history.db')).exitCode).toBe(0);
      const own = rowsOf(realHistory());
      for (const [table, rows] of Object.entries(rowsOfFile(place.path('history.db'))))
        expect(linesOf(rows)).toEqual(linesOf(own[table]).filter(isInBucket));
    });

    test('delete_backup --dry-run and expire_backups without --confirm change nothing', async () => {
      const before = await timestamps();
      const preview = await run('delete_backup', '20261125025319', '--dry-run', '--json');
      expect(expectJson('delete_backup', preview.stdout).result).toMatchObject({
        objects: 25,
        dependents: ['20261125025328', '20261125025323'],
      });
      const { stdout } = await run('expire_backups', '--keep-full', '1', '--json');
      expect(expectJson('expire_backups', stdout).result).toMatchObject({ expired: 13, deleted: 0 });
      expect(await timestamps()).toEqual(before);
    });

    test('expire_backups --confirm deletes what the policy does not keep', async () => {
      const { exitCode, stderr, stdout } = await run(
        'expire_backups',
        '--keep-full',
        '1',
        '--confirm',
        '--json',
      );
      expect([exitCode, stderr]).toEqual([0, '']);
      expect(expectJson('expire_backups', stdout).result).toMatchObject({ expired: 13, deleted: 13 });
      expect(await timestamps()).toEqual(KEPT);
      const neighbour = await sendSigned(server, { method: 'GET', path: `/${BUCKET}/${NEIGHBOUR}` });
      expect(neighbour.status).toBe(200);
      const again = await run('expire_backups', '--keep-full', '1', '--confirm', '--json');
      expect(expectJson('expire_backups', again.stdout).result).toMatchObject({ expired: 0, deleted: 0 });
    });

    test('abort_uploads removes what a killed upload left, and leaves a young one alone', async () => {
      const timestamp = '20261125030000';
      const path = `/a/backups/20261125/${timestamp}/gpbackup_0_${timestamp}`;
      // The input goes on without an end: parts are stored, and the upload is never completed.
      let pieces = 0;
      const stdin = new ReadableStream<Uint8Array>({
        async pull(controller) {
          if (pieces < 12) controller.enqueue(someBytes(4_000_000, ++pieces));
          else await new Promise(() => undefined);
        },
      });
      const running = place.start(['backup_data', config, path], { stdin });
      const prefix = `warehouse/backups/20261125/${timestamp}/gpbackup_0_${timestamp}`;
      const list = { method: 'GET', path: `/${BUCKET}`, query: { uploads: '', prefix } };
      const uploads = async (): Promise<number> => {
        const { body } = await sendSigned(server, list);
        return [...body.toString().matchAll(/<UploadId>/g)].length;
      };
      while ((await uploads()) === 0) await Bun.sleep(20);
      running.kill('SIGKILL');
      await running.exited;
      const young = await run('abort_uploads', '--json');
      expect(expectJson('abort_uploads', young.stdout).result).toMatchObject({ aborted: 0 });
      const { exitCode, stdout } = await run('abort_uploads', '--older-than', '0s', '--json');
      const { result, warnings } = expectJson('abort_uploads', stdout);
      expect(exitCode).toBe(0);
      if (program === minio) {
        expect(warnings[0]).toContain('by their exact key only');
      } else {
        expect(result).toMatchObject({ aborted: 1, kept: 0 });
        expect(await uploads()).toBe(0);
      }
    });
  });
}
