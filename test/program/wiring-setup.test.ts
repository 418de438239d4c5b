import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { createServer } from 'node:net';
import { BACKUP_DIR, PREFIX, TIMESTAMP, Workplace } from '../../lab/program/plugin.ts';
import { type S3Server, startS3Server } from '../../lab/s3-server/server.ts';
import { ScriptedStore } from './scripted-store.ts';

let server: S3Server;
let place: Workplace;
beforeEach(async () => {
  server = await startS3Server();
  place = new Workplace();
});
afterEach(async () => {
  place[Symbol.dispose]();
  await server.stop();
});

describe('set-up for restore', () => {
  test('exactly one data file that is missing is found', async () => {
    const names = [0, 1, 2].map((segment) => `gpbackup_${segment}_${TIMESTAMP}`);
    for (const name of [`gpbackup_${TIMESTAMP}_report`, ...names, ...names.map((data) => `${data}_toc.yaml`)])
      await server.objects.put('backups', PREFIX + name, 'content');
    const args = ['setup_plugin_for_restore', place.config(server), BACKUP_DIR, 'coordinator', '-1'];
    expect((await place.run(args)).exitCode).toBe(0);
    await server.objects.delete('backups', `${PREFIX}gpbackup_1_${TIMESTAMP}`);
    const { exitCode, stderr } = await place.run(args);
    expect([exitCode, stderr.includes('segment 1 ')]).toEqual([1, true]);
  });
});

describe.each(['cleanup_plugin_for_backup', 'cleanup_plugin_for_restore'])('%s', (command) => {
  test.each([
    ['a scope', ['galaxy', '-1']],
    ['a content id', ['segment', 'x']],
  ] as const)('%s that is not one is an error', async (_name, args) => {
    const outcome = await place.run([command, place.config(server), BACKUP_DIR, ...args]);
    expect([outcome.exitCode, outcome.stderr.includes(`"${args[0] === 'galaxy' ? 'galaxy' : 'x'}"`)]).toEqual(
      [1, true],
    );
  });
});

async function setUp(source: ScriptedStore): Promise<{ exitCode: number; stderr: string }> {
  const config = place.config(server, { endpoint_source: `${source.url}/host`, encryption: 'off' });
  return await place.run(['setup_plugin_for_backup', config, BACKUP_DIR, 'coordinator', '-1']);
}

describe('endpoint_source', () => {
  test('that fails for a moment is asked again', async () => {
    let asked = 0;
    await using source = new ScriptedStore(() => {
      asked += 1;
      return asked === 1 ? new Response('', { status: 503 }) : new Response(`127.0.0.1:${server.port}\n`);
    });
    const { exitCode, stderr } = await setUp(source);
    expect([exitCode, stderr, asked]).toEqual([0, '', 2]);
  });

  test('that answers a page names no host', async () => {
    await using source = new ScriptedStore(() => new Response('<html>log in</html>'));
    const { exitCode, stderr } = await setUp(source);
    expect([exitCode, stderr.includes('endpoint_source')]).toEqual([1, true]);
    expect(server.requests).toEqual([]);
  });
});

describe('AWS', () => {
  test.each([
    ['on', /^CONNECT \S+\.amazonaws\.com:443 /],
    ['off', /^PUT http:\/\/\S+\.amazonaws\.com\//],
    [undefined, /^CONNECT /],
  ] as const)('encryption: %p decides between https and http', async (encryption, expected) => {
    const lines: string[] = [];
    const proxy = createServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', (head) => {
        lines.push(head.toString('latin1').split('\r\n')[0] ?? '');
        socket.destroy();
      });
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const address = proxy.address();
    const port = address === null || typeof address === 'string' ? 0 : address.port;
    const config = place.config(server, {
      endpoint: undefined,
      region: 'us-east-1',
      encryption,
      http_proxy: `http://127.0.0.1:${port}`,
      max_request_retries: '0',
      retry_timeout: '1s',
    });
    const args = ['setup_plugin_for_backup', config, BACKUP_DIR, 'coordinator', '-1'];
    expect((await place.run(args)).exitCode).toBe(1);
    proxy.close();
    expect(lines[0]).toMatch(expected);
  });
});
