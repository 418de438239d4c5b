import { afterEach, beforeEach, expect, test } from 'bun:test';
import { BACKUP_DIR, someBytes, TIMESTAMP, Workplace } from '../../lab/program/plugin.ts';
import { startTestServer, type TestServer } from '../../lab/test-server.ts';
import { MiB } from '../../src/base/bytes.ts';

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

const LARGE = `${BACKUP_DIR}/gpbackup_0_${TIMESTAMP}`;
const SECRET = 'a-secret  of+the/gateway==';

/** As gpbackup writes the file: all values in quotes. */
const options = {
  request_headers: `X-Gateway-Token=${SECRET},Zone= b `,
  logger_verbosity: 'debug',
};

async function run(command: string, stdin?: Uint8Array): Promise<void> {
  const args = [command, place.config(server, options), command.startsWith('delete') ? TIMESTAMP : LARGE];
  const outcome = await place.run(args, stdin === undefined ? {} : { stdin: Uint8Array.from(stdin) });
  expect([command, outcome.exitCode, outcome.stderr]).toEqual([command, 0, '']);
}

test('request_headers are in every request, signed, and in no message', async () => {
  await run('backup_data', someBytes(9 * MiB));
  await run('restore_data');
  await run('delete_backup');
  expect(server.requests.length).toBeGreaterThan(7);
  for (const { operation, headers } of server.requests) {
    const signed = /SignedHeaders=([^,]+)/.exec(headers.get('authorization') ?? '')?.[1]?.split(';') ?? [];
    expect([operation, headers.get('x-gateway-token'), headers.get('zone')]).toEqual([
      operation,
      SECRET,
      'b',
    ]);
    expect(signed).toContain('x-gateway-token');
    expect(signed).toContain('zone');
    expect(signed).toEqual(signed.toSorted());
  }
  const log = (await place.logLines()).join('\n');
  expect(log).toContain('HTTP 200');
  expect(log).not.toMatch(/a-secret|gateway==/);
});

test('a map in YAML says the same', async () => {
  const config = place.config(server, { request_headers: undefined });
  const text = await Bun.file(config).text();
  await Bun.write(config, `${text}  request_headers:\n    X-Gateway-Token: "${SECRET}"\n    zone: 7\n`);
  const outcome = await place.run(['backup_data', config, LARGE], { stdin: 'data' });
  expect([outcome.exitCode, outcome.stderr]).toEqual([0, '']);
  const [request] = server.requests;
  expect([request?.headers.get('x-gateway-token'), request?.headers.get('zone')]).toEqual([SECRET, '7']);
});

test('a header that the plugin sets itself is refused before a request, without its value', async () => {
  const config = place.config(server, { request_headers: 'Authorization=a-secret,X-Amz-Acl=private' });
  const { exitCode, stderr } = await place.run(['backup_data', config, LARGE], { stdin: 'data' });
  expect(exitCode).toBe(1);
  expect(stderr).toContain('"authorization" is a header that the plugin sets itself');
  expect(stderr).toContain('"x-amz-acl" is a header that the plugin sets itself');
  expect(stderr).not.toMatch(/a-secret|private/);
  expect(server.requests).toEqual([]);
});
