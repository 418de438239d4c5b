import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { BACKUP_DIR, type Outcome, TIMESTAMP, Workplace } from '../../lab/program/plugin.ts';
import type { FaultAction } from '../../lab/test-server.ts';
import { startTestServer, type TestServer } from '../../lab/test-server.ts';

/** Of what is tried until the time is over; short enough to wait for, long enough for a busy machine. */
const SOON = { retry_timeout: '5s' };

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

/** The set-up hook with these options: what an operator sees first when something is wrong. */
async function hook(
  options: Record<string, string | undefined>,
  target: Pick<TestServer, 'url'> = server,
): Promise<Outcome> {
  const config = place.config(target, { retry_timeout: '60s', ...options });
  return await place.run(['setup_plugin_for_backup', config, BACKUP_DIR, 'coordinator', '-1']);
}

/** A few lines that name the place, the cause and what to do; no stack, no secret. */
function expectTold(outcome: Outcome, ...patterns: string[]): void {
  expect([outcome.exitCode, outcome.stdout.length]).toEqual([1, 0]);
  for (const pattern of patterns) expect(outcome.stderr).toMatch(new RegExp(pattern));
  expect(outcome.stderr.trimEnd().split('\n').length).toBeLessThanOrEqual(2);
  expect(outcome.stderr).toMatch(/^gpbackup_s3_plugin: /);
  expect(outcome.stderr).not.toMatch(/testsecret|\bat .*\.ts|internal error/);
}

/** A server that is none, on a port of its own. */
async function withListener(
  serve: (socket: Socket) => void,
  use: (port: number) => Promise<void>,
  hostname = '127.0.0.1',
): Promise<void> {
  const sockets = new Set<Socket>();
  const listener: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    serve(socket);
  });
  await new Promise<void>((resolve) => listener.listen(0, hostname, resolve));
  const address = listener.address();
  try {
    if (address === null || typeof address === 'string') throw new Error('no port');
    await use(address.port);
  } finally {
    for (const socket of sockets) socket.destroy();
    listener.close();
  }
}

/** Answers the first bytes of each connection with these, whatever they are. */
const answering =
  (text: string) =>
  (socket: Socket): void => {
    socket.once('data', () => socket.end(text));
  };

describe('what is wrong is told with a hint', () => {
  test('a wrong secret key', async () => {
    expectTold(
      await hook({ aws_secret_access_key: 'wrong-one' }),
      'SignatureDoesNotMatch',
      'HINT: .*aws_secret_access_key',
    );
  });

  test('an unknown access key', async () => {
    expectTold(
      await hook({ aws_access_key_id: 'nobody' }),
      'InvalidAccessKeyId',
      'HINT: .*aws_access_key_id',
    );
  });

  test('a missing bucket', async () => {
    expectTold(
      await hook({ bucket: 'nowhere' }),
      'NoSuchBucket',
      's3://nowhere/',
      'HINT: create the bucket nowhere',
    );
  });

  test('a wrong region', async () => {
    expectTold(
      await hook({ region: 'eu-west-3' }),
      'AuthorizationHeaderMalformed',
      'HINT: .*set region: us-east-1',
    );
  });

  test('an endpoint where nothing listens', async () => {
    expectTold(
      await hook({ endpoint: 'http://127.0.0.1:1', ...SOON }),
      'ECONNREFUSED',
      'HINT: no program listens at 127.0.0.1:1',
    );
  });

  test('an endpoint that DNS does not know', async () => {
    expectTold(
      await hook({ endpoint: 'http://s3.nowhere.invalid', ...SOON }),
      'ENOTFOUND',
      'HINT: the name s3.nowhere.invalid is not known',
    );
  });

  test('http to a port that speaks https', async () => {
    const secure = await startTestServer({ tls: true });
    try {
      expectTold(
        await hook({ endpoint: secure.url.replace('https:', 'http:'), ...SOON }),
        'HINT: .*speaks https, write https:// in endpoint',
      );
    } finally {
      await secure.stop();
    }
  });

  test('https to a port that speaks http', async () => {
    await withListener(answering('HTTP/1.0 400 Bad Request\r\n\r\n'), async (port) => {
      expectTold(
        await hook({ endpoint: `https://127.0.0.1:${port}`, ...SOON }),
        'HINT: .*write http:// in endpoint',
      );
    });
  });

  test('https to a port that waits for an end of line', async () => {
    const endpoint = server.url.replace('http:', 'https:');
    expectTold(await hook({ endpoint, ...SOON }), 'ESTALLED', 'HINT: .*that it speaks https on this port');
  });

  test('a certificate that is not trusted', async () => {
    const secure = await startTestServer({ tls: true });
    try {
      expectTold(await hook({}, secure), 'HINT: .*certificate is not trusted.*ca_file');
    } finally {
      await secure.stop();
    }
  });

  test('a certificate for another host', async () => {
    const secure = await startTestServer({ tls: true });
    try {
      const ca = place.write('ca.pem', secure.certificate ?? '');
      const forward = (socket: Socket): void => {
        const there = connect(secure.port, '127.0.0.1');
        there.on('error', () => socket.destroy());
        socket.pipe(there).pipe(socket);
      };
      await withListener(
        forward,
        async (port) => {
          const outcome = await hook({ endpoint: `https://127.0.0.2:${port}`, ca_file: ca });
          expectTold(outcome, 'HINT: .*certificate is not for 127.0.0.2');
        },
        '127.0.0.2',
      );
    } finally {
      await secure.stop();
    }
  });

  test('a proxy that is not there', async () => {
    expectTold(
      await hook({ http_proxy: 'http://user:pass-word@127.0.0.1:1', ...SOON }),
      'ECONNREFUSED',
      'HINT: no program listens at the proxy 127.0.0.1:1: check http_proxy\\n$',
    );
  });

  test('a proxy that wants a password, and its password is never shown', async () => {
    await withListener(
      answering('HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n'),
      async (port) => {
        const outcome = await hook({ http_proxy: `http://user:pass-word@127.0.0.1:${port}` });
        expectTold(outcome, '407', 'HINT: the proxy requires a user and a password');
        expect(outcome.stderr + (await place.logLines()).join('')).not.toContain('pass-word');
      },
    );
  });

  test.each([
    [
      '407 Proxy Authentication Required',
      'HINT: the proxy 127.0.0.1:\\d+ refuses the connection: check host, user and password of http_proxy',
      1,
    ],
    ['503 Service Unavailable', 'HINT: the proxy 127.0.0.1:\\d+ cannot reach s3.example', 3],
  ])('a proxy that opens no tunnel: %s', async (status, hint, least) => {
    let asked = 0;
    const refuse = (socket: Socket): void => {
      asked += 1;
      answering(`HTTP/1.1 ${status}\r\ncontent-length: 0\r\n\r\n`)(socket);
    };
    await withListener(refuse, async (port) => {
      expectTold(
        await hook({ endpoint: 'https://s3.example', http_proxy: `http://127.0.0.1:${port}`, ...SOON }),
        hint,
      );
    });
    expect(least === 1 ? asked === 1 : asked >= least).toBe(true);
  });

  test('a server that is reachable and stands still', async () => {
    await withListener(
      () => {},
      async (port) => {
        expectTold(
          await hook({ endpoint: `http://127.0.0.1:${port}`, ...SOON }),
          'ESTALLED',
          'HINT: .* accepts connections but sends nothing',
        );
      },
    );
  });

  test('a program that is no S3 server', async () => {
    const page: FaultAction = {
      kind: 'answer',
      status: 404,
      body: '<html>not here</html>',
      headers: { 'content-type': 'text/html' },
    };
    server.faults.add({ when: { times: Infinity }, do: page });
    expectTold(await hook({}), 'HTTP 404', 'HINT: check the bucket backups');
  });
});

describe('config files', () => {
  test('all problems are told at once', async () => {
    const text = await refused(
      'options:\n  bucket: b\n  foldr: x\n  encryption: maybe\n  aws_access_key_id: id\n  backup_multipart_chunksize: 1MB\n  verify_tls: 1\n',
    );
    for (const part of [
      'executablepath',
      '"folder" is missing',
      'did you mean "folder"?',
      '"maybe": must be on or off',
      'go together',
      'at least 5MB',
      '"region"',
    ]) {
      expect(text).toContain(part);
    }
  });

  test('a file that is not there', async () => {
    const outcome = await place.run(['restore_file', '/nowhere.yaml', `${BACKUP_DIR}/x`]);
    expect(outcome.exitCode).toBe(1);
    expect(outcome.stderr).toContain('config file /nowhere.yaml: there is no such file');
  });

  test('a file that is no YAML shows no secret', async () => {
    expect(
      await refused('executablepath: /x\noptions:\n  aws_secret_access_key: "top-secret\n  bucket: [b\n'),
    ).toContain('not valid YAML');
  });
});

test('secrets are in no log line at the most talkative verbosity', async () => {
  const config = place.config(server, { logger_verbosity: 'debug' });
  await place.run(['backup_data', config, `${BACKUP_DIR}/gpbackup_0_${TIMESTAMP}_1`], {
    stdin: new Uint8Array(9_000_000),
  });
  await hook({ logger_verbosity: 'debug', aws_secret_access_key: 'another-secret' });
  const log = (await place.logLines()).join('\n');
  expect(log).toContain('HTTP 200');
  expect(log).not.toMatch(/testsecret|another-secret|Signature=|AWS4-HMAC/);
});

test('a session token is in no log line and no message either', async () => {
  const config = place.config(server, {
    logger_verbosity: 'debug',
    aws_session_token: 'session-SECRET-token',
  });
  const path = `${BACKUP_DIR}/gpbackup_0_${TIMESTAMP}_1`;
  // This server knows no token for the key.
  const outcome = await place.run(['backup_data', config, path], { stdin: 'x' });
  expect(outcome.exitCode).toBe(1);
  const log = (await place.logLines()).join('\n');
  expect(log).toContain('[DEBUG]');
  expect(log + outcome.stderr).not.toMatch(/SECRET|x-amz-security-token/i);
});

test('control characters of a hostile key reach neither the terminal nor the log as they are', async () => {
  // Those that XML can carry.
  const hostile = 'd/\u009b2J\u007f/../\u0085x\u2028y';
  await server.objects.put('backups', hostile, new Uint8Array(1));
  const outcome = await place.run(['restore_directory', place.config(server), 'd']);
  expect([outcome.exitCode, outcome.stderr.includes('would be written outside d')]).toEqual([1, true]);
  expect(outcome.stderr).toContain('\\x9b2J\\x7f/../\\x85x\\x2028y');
  const all = outcome.stderr + (await place.logLines()).join('\n');
  expect(all.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
});

test('nor do those of a server’s message', async () => {
  const body = '<Error><Code>A\u001b[2J</Code><Message>cleared\u001b[2J\u0007 \u009b</Message></Error>';
  const text = `HTTP/1.1 400 Bad Request\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
  await withListener(answering(text), async (port) => {
    const outcome = await hook({ endpoint: `http://127.0.0.1:${port}`, logger_verbosity: 'debug' });
    expectTold(outcome, 'cleared.x1b.2J.x07');
    const all = outcome.stderr + (await place.logLines()).join('\n');
    expect(all.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
  });
});

test('secrets are not in the process title or environment of the process', async () => {
  server.faults.add({ when: { operation: 'PutObject' }, do: { kind: 'stallRequest', afterBytes: 0 } });
  const child = place.start(
    ['backup_data', place.config(server), `${BACKUP_DIR}/gpbackup_0_${TIMESTAMP}_1`],
    { stdin: 'x' },
  );
  while (server.requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
  const seen = `${await Bun.file(`/proc/${child.pid}/cmdline`).text()}${await Bun.file(`/proc/${child.pid}/environ`).text()}`;
  child.kill('SIGKILL');
  await child.exited;
  expect(seen).toContain('backup_data');
  expect(seen).not.toContain('testsecret');
});

async function refused(text: string): Promise<string> {
  const config = place.write('bad.yaml', text);
  const outcome = await place.run(['backup_data', config, `${BACKUP_DIR}/gpbackup_0_${TIMESTAMP}_1`]);
  expect([outcome.exitCode, outcome.stdout.length, server.requests.length]).toEqual([1, 0, 0]);
  expect(outcome.stderr).not.toMatch(/top-secret|internal error/);
  return outcome.stderr;
}
