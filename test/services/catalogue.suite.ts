import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { expectJson } from '../../lab/program/json-output.ts';
import { Workplace } from '../../lab/program/plugin.ts';
import { SetsStage } from '../../lab/program/sets-stage.ts';
import { minio } from '../../lab/servers/minio.ts';
import { seaweedfs } from '../../lab/servers/seaweedfs.ts';
import type { RunningServer } from '../../lab/servers/server.ts';
import { versitygw } from '../../lab/servers/versitygw.ts';
import { SETS_FOLDER, setFiles } from '../../lab/sets.ts';
import { quickListPage } from '../../src/s3/operations/quick-list-page.ts';
import { sendSigned } from '../conformance/signed-request.ts';
import { installed } from './installed.ts';

/** What real servers say of the real sets must be what the lab's server says. */
let stage: SetsStage;
beforeAll(async () => {
  stage = await SetsStage.open();
});
afterAll(async () => {
  await stage[Symbol.asyncDispose]();
});

/** A hostile name of a file, as far as all of these servers store it. */
const HOSTILE = `${SETS_FOLDER}/other/a "b" <c> & 'd' $(e) \u202e%41+é.txt`;

for (const server of [seaweedfs, minio, versitygw]) {
  const ready = await installed(() => server.install());
  describe.skipIf(!ready)(`the catalogue on ${server.name}`, () => {
    let running: RunningServer;
    let place: Workplace;
    let config: string;

    beforeAll(async () => {
      running = await server.start();
      place = new Workplace();
      config = place.config(
        { url: running.endpoint },
        {
          aws_access_key_id: running.accessKeyId,
          aws_secret_access_key: running.secretAccessKey,
          region: running.region,
          bucket: 'sets',
          folder: SETS_FOLDER,
        },
      );
      await sendSigned(running, { method: 'PUT', path: '/sets' });
      for (const { key, content } of setFiles()) {
        const { status } = await sendSigned(running, { method: 'PUT', path: `/sets/${key}`, body: content });
        expect([key, status]).toEqual([key, 200]);
      }
      const path = `/sets/${HOSTILE.split('/').map(encodeStrictly).join('/')}`;
      await sendSigned(running, { method: 'PUT', path, body: 'x' });
    }, 300_000);
    afterAll(async () => {
      place[Symbol.dispose]();
      await running.stop();
    });

    const json = async (command: string, ...args: string[]): Promise<unknown> => {
      const { stdout, stderr, exitCode } = await place.run([command, config, ...args, '--json']);
      expect([exitCode, stderr]).toEqual([0, '']);
      return expectJson(command, stdout).result;
    };

    test('its lists are of the form that is read quickly', async () => {
      const query = { 'list-type': '2', prefix: `${SETS_FOLDER}/backups/20261125/20261125025319/` };
      const whole = await sendSigned(running, { method: 'GET', path: '/sets', query });
      expect(quickListPage(String(whole.body))?.contents.length).toBe(25);
      const level = { 'list-type': '2', prefix: `${SETS_FOLDER}/backups/20261125/`, delimiter: '/' };
      const folders = await sendSigned(running, { method: 'GET', path: '/sets', query: level });
      expect(quickListPage(String(folders.body))?.prefixes.length).toBe(18);
    });

    test.each([
      ['list_backups', []],
      ['list_backups', ['--failed']],
      ['list_backups', ['--chain', '20261125025319']],
      ['find_table', ['sales.orders']],
      ['find_table', ['"Odd Names"."Order Lines"']],
    ] as const)('%s %p', async (command, args) => {
      expect(await json(command, ...args)).toEqual(await stage.json(command, args));
    });

    test.each(['20261125025323', '20261125025334', '20261125025420'])('show_backup %s', async (timestamp) => {
      const args = [timestamp, '--tables', '--segments'];
      const { first_stored, last_stored, ...facts } = (await json('show_backup', ...args)) as Record<
        string,
        unknown
      >;
      expect(typeof first_stored).toBe('string');
      expect(typeof last_stored).toBe('string');
      expect(await stage.json('show_backup', args)).toMatchObject(facts);
    });

    test('usage', async () => {
      const lab = await stage.json<Record<string, unknown>>('usage', ['--by', 'type']);
      expect(await json('usage', '--by', 'type')).toMatchObject({
        sets: lab['sets'],
        objects: lab['objects'],
        bytes: lab['bytes'],
        groups: lab['groups'],
        other_objects: 1,
        other_bytes: 1,
        unfinished_uploads: server === minio ? null : 0,
        old_versions: 0,
      });
    });
  });
}

function encodeStrictly(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
