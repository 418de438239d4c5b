import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { BACKUP_DIR, TIMESTAMP, Workplace } from '../../lab/program/plugin.ts';
import { startTestServer, type TestServer } from '../../lab/test-server.ts';

const PATH = `${BACKUP_DIR}/gpbackup_0_${TIMESTAMP}_1`;
const TOKEN = 'a-session-token-that-nobody-may-see';

let server: TestServer;
let place: Workplace;
beforeEach(async () => {
  server = await startTestServer({
    credentials: [{ accessKeyId: 'testkey', secretAccessKey: 'testsecret', sessionToken: TOKEN }],
  });
  place = new Workplace();
});
afterEach(async () => {
  place[Symbol.dispose]();
  await server.stop();
});

const config = (): string =>
  place.config(server, { aws_session_token: TOKEN, logger_verbosity: 'debug', retry_timeout: '2s' });

test('neither session token nor secret nor signature is in the log or on stderr, whatever the verbosity', async () => {
  server.faults.add({
    when: { nth: 2 },
    do: { kind: 'answer', status: 500, code: 'InternalError', message: 'once more' },
  });
  const runs = [
    await place.run(['backup_data', config(), PATH], { stdin: 'x' }),
    await place.run(['restore_data', config(), PATH]),
    await place.run(['restore_data', config(), `${PATH}1`]),
  ];
  expect(runs.map(({ exitCode }) => exitCode)).toEqual([0, 0, 1]);
  const text = [...(await place.logLines()), ...runs.map(({ stderr }) => stderr)].join('\n');
  expect(text).toContain('HTTP 200');
  for (const secret of [TOKEN, 'testsecret', 'Signature=', 'AWS4-HMAC']) expect(text).not.toContain(secret);
});

describe('on stderr', () => {
  test('control characters of a hostile name are escaped, and the log has the failure in one line', async () => {
    const name = 'run\u001b[2J\u0007\u009b31m';
    const { exitCode, stderr } = await place.run(['delete_directory', config(), name]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('run');
    // oxlint-disable-next-line no-control-regex
    expect(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/.test(stderr)).toBe(false);
    const lines = await place.logLines();
    expect(
      lines.filter((line) => line.includes('[ERROR]') && line.includes('delete_directory')),
    ).toHaveLength(1);
    // oxlint-disable-next-line no-control-regex
    expect(/[\u0000-\u001f\u007f-\u009f]/.test(lines.join(''))).toBe(false);
  });

  test('control characters of a hostile server are escaped', async () => {
    server.faults.add({
      when: { times: Infinity },
      do: { kind: 'answer', status: 403, code: 'AccessDenied', message: 'no\u009b2J\u0085entry' },
    });
    const { exitCode, stderr } = await place.run(['restore_data', config(), `${PATH}.gz`]);
    expect([exitCode, stderr.includes('AccessDenied')]).toEqual([1, true]);
    // oxlint-disable-next-line no-control-regex
    expect(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/.test(stderr)).toBe(false);
  });

  test('a message has its end before the pipe that gpbackup does not read is full', async () => {
    const options = Array.from(
      { length: 3000 },
      (_, index) => [`unknown_option_number_${index}`, 'x'] as const,
    );
    const path = place.config(server, Object.fromEntries(options));
    const { exitCode, stderr } = await place.run(['restore_data', path, PATH]);
    expect([exitCode, stderr.includes('unknown_option_number_1')]).toEqual([1, true]);
    expect(stderr.length).toBeLessThan(8000);
  });
});

test('a key with a line break is one line of the table', async () => {
  await server.objects.put('backups', 'gp/test/a\nb', 'x');
  await server.objects.put('backups', 'gp/test/c', 'x');
  const { exitCode, stdout } = await place.run(['list_directory', config()]);
  expect([exitCode, stdout.toString().trimEnd().split('\n').length]).toEqual([0, 3]);
});
