import { afterEach, beforeEach, expect, test } from 'bun:test';
import { mkdirSync } from 'node:fs';
import { Workplace } from '../../lab/program/plugin.ts';
import { until } from '../../lab/program/until.ts';
import { startTestServer, type TestServer } from '../../lab/test-server.ts';

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

/** How long a file too many gets to show itself. */
const SETTLED = 700;

test.each([
  ['backup_directory', 'PutObject', '2', 2],
  ['restore_directory', 'GetObject', '2', 2],
  ['backup_directory', 'PutObject', undefined, 5],
] as const)(
  '%s moves as many files at once as it is told (%s, %p)',
  async (command, operation, files, most) => {
    const folder = place.path('d');
    mkdirSync(folder);
    for (let index = 0; index < 9; index += 1) {
      if (command === 'backup_directory') await Bun.write(`${folder}/${index}`, 'x');
      else await server.objects.put('backups', `${folder}/${index}`, 'x');
    }
    let waiting = 0;
    const opened = Promise.withResolvers<void>();
    const run = async (): Promise<void> => {
      waiting += 1;
      await opened.promise;
    };
    server.faults.add({ when: { operation, times: Infinity }, do: { kind: 'before', run } });
    const outcome = place.run([
      command,
      place.config(server),
      folder,
      ...(files === undefined ? [] : [files]),
    ]);
    await until(() => waiting >= most);
    await Bun.sleep(SETTLED);
    const atOnce = waiting;
    opened.resolve();
    expect([(await outcome).exitCode, atOnce, waiting]).toEqual([0, most, 9]);
  },
);

test('the object of a folder, as some tools store it, is no file to restore', async () => {
  const folder = place.path('d');
  for (const key of [`${folder}/`, `${folder}/a/`, `${folder}/a/b`])
    await server.objects.put('backups', key, key.endsWith('/') ? '' : 'content');
  const { exitCode, stderr } = await place.run(['restore_directory', place.config(server), folder]);
  expect([exitCode, stderr, await Bun.file(`${folder}/a/b`).text()]).toEqual([0, '', 'content']);
});
