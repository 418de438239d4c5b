import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { generate } from 'selfsigned';
import { BACKUP_DIR, type Outcome, Workplace } from '../../lab/program/plugin.ts';

const KEY = 's3://backups/gp/test/backups/20260102/20260102030405/gpbackup_20260102030405_report';

/** Of what is tried until the time is over; short enough to wait for, long enough for a busy machine. */
const SOON = { retry_timeout: '5s' };

let place: Workplace;
let closing: (() => void)[];
beforeEach(() => {
  place = new Workplace();
  closing = [];
});
afterEach(() => {
  for (const close of closing) close();
  place[Symbol.dispose]();
});

/** What listens on a port of its own; gives `127.0.0.1:port`. */
async function listening(server: Server): Promise<string> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
  });
  closing.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return `127.0.0.1:${address.port}`;
}

/** A server that reads a request's beginning and answers this, whatever it was. */
async function answering(text: string): Promise<{ host: string; asked: () => number }> {
  let asked = 0;
  const host = await listening(
    createServer((socket) => {
      socket.once('data', () => {
        asked += 1;
        socket.end(text);
      });
    }),
  );
  return { host, asked: () => asked };
}

function answer(status: string, body = '', headers: readonly string[] = []): string {
  const lines = [`HTTP/1.1 ${status}`, `content-length: ${Buffer.byteLength(body)}`, ...headers];
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}

function document(code: string, message: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`;
}

/** The set-up hook: what an operator sees first when something is wrong. */
async function hook(options: Record<string, string | undefined>): Promise<Outcome> {
  const config = place.config({ url: 'unused' }, { retry_timeout: '60s', ...options });
  return await place.run(['setup_plugin_for_backup', config, BACKUP_DIR, 'coordinator', '-1']);
}

/** The message, with the number of tries as it may be. */
function told(outcome: Outcome): string {
  expect([outcome.exitCode, outcome.stdout.length]).toEqual([1, 0]);
  return outcome.stderr.replace(/, \d+ tries\)/, ', N tries)');
}

describe('an answer', () => {
  const BAD_NAME = document('InvalidBucketName', 'The specified bucket is not valid.');
  test.each([
    [
      'a redirect that carries a secret',
      answer('307 Temporary Redirect', '', [
        'location: https://user:SECRET@other.example:9443/x?token=SECRET',
      ]),
      'the server refused (HTTP 307)',
      'the server redirects to https://other.example:9443, and the plugin never sends credentials along a redirect: correct endpoint',
    ],
    [
      'a redirect of a portal',
      answer('302 Found', '<html>', ['location: https://login.example/?back=SECRET']),
      'the server refused (HTTP 302)',
      'the server redirects to https://login.example, and the plugin never sends credentials along a redirect: correct endpoint',
    ],
    [
      'a redirect to https on the same host',
      answer('308 Permanent Redirect', '', ['location: https://127.0.0.1/']),
      'the server refused (HTTP 308)',
      'the server wants https: write https://127.0.0.1 in endpoint',
    ],
    [
      'a redirect to nowhere',
      answer('302 Found'),
      'the server refused (HTTP 302)',
      'the server redirects, and the plugin never sends credentials along a redirect: correct endpoint',
    ],
    [
      'too large for a gateway',
      answer('413 Request Entity Too Large', '<html>'),
      'the server refused (HTTP 413)',
      'the server, or a proxy in front of it, accepts only smaller objects or parts: lower backup_multipart_chunksize, or raise the limit there',
    ],
    [
      'a full storage',
      answer(
        '507 Insufficient Storage',
        document('XMinioStorageFull', 'Storage backend has reached its limit.'),
      ),
      'Storage backend has reached its limit (HTTP 507 XMinioStorageFull)',
      'the storage of the server is full: make room there, or delete old backups (delete_backup)',
    ],
    [
      'a full storage without a document',
      answer('507 Insufficient Storage'),
      'the server refused (HTTP 507)',
      'the storage of the server is full: make room there, or delete old backups (delete_backup)',
    ],
    [
      'a quota',
      answer('503 Service Unavailable', document('QuotaExceeded', 'Too much.')),
      'Too much (HTTP 503 QuotaExceeded)',
      'the quota of the bucket backups or of its user is used up: raise it, or delete old backups (delete_backup)',
    ],
    [
      'an S3 error document over http',
      answer('400 Bad Request', document('SomethingNew', 'Because.')),
      'Because (HTTP 400 SomethingNew)',
      'HOST rejects the request (its message says why): check endpoint and region',
    ],
    ...['\n\n  ', '\uFEFF', '\r\n\uFEFF \t'].map((before): [string, string, string, string] => [
      `an error document behind ${JSON.stringify(before)}`,
      answer('400 Bad Request', before + BAD_NAME),
      'The specified bucket is not valid (HTTP 400 InvalidBucketName)',
      '"backups" is not a valid bucket name: it must be 3 to 63 lower-case letters, digits, hyphens and dots; correct the option bucket',
    ]),
    [
      'a page of a web server that speaks https',
      answer('400 Bad Request', '<html>The plain HTTP request was sent to HTTPS port</html>'),
      'the server refused (HTTP 400)',
      'if HOST speaks https on this port, write https:// in endpoint',
    ],
  ])('%s is final, and its hint fits', async (_, text, reason, hint) => {
    const { host, asked } = await answering(text);
    const outcome = told(await hook({ endpoint: `http://${host}` }));
    expect(outcome).toBe(
      `gpbackup_s3_plugin: PutObject ${KEY} failed: ${reason}\nHINT: ${hint.replace('HOST', host)}\n`,
    );
    expect(asked()).toBe(1);
  });
});

describe('a port of another service', () => {
  test('is told as one', async () => {
    const host = await listening(createServer((socket) => void socket.write('SSH-2.0-OpenSSH_9.6\r\n')));
    expect(told(await hook({ endpoint: `http://${host}` }))).toBe(
      `gpbackup_s3_plugin: PutObject ${KEY} failed: the answer is not HTTP (ENOTHTTP, N tries)\nHINT: ${host} does not answer in HTTP on this port: check host and port of endpoint\n`,
    );
  });

  test('that does not speak TLS: http:// belongs in endpoint, since encryption does not change its scheme', async () => {
    const { host } = await answering(answer('400 Bad Request'));
    expect(told(await hook({ endpoint: `https://${host}` }))).toBe(
      `gpbackup_s3_plugin: PutObject ${KEY} failed: the TLS handshake failed (EPROTO, N tries)\nHINT: ${host} does not speak TLS on this port: for plain http write http:// in endpoint\n`,
    );
  });
});

describe('a name', () => {
  test('that the bucket makes of an IP address is not one', async () => {
    const config = place.config({ url: 'http://127.0.0.1:9' }, { url_style: 'virtual', ...SOON });
    const { exitCode, stderr } = await place.run(['list_directory', config]);
    expect([exitCode, stderr]).toEqual([
      1,
      'gpbackup_s3_plugin: ListObjectsV2 s3://backups failed: "backups.127.0.0.1:9" is not a valid host name (EBADHOST)\nHINT: check endpoint and bucket; with an IP address in endpoint the bucket can not be in the host name: set url_style: path\n',
    ]);
  });

  test('that DNS does not know is named without the port', async () => {
    const outcome = told(await hook({ endpoint: 'http://s3.nowhere.invalid:9000', ...SOON }));
    expect(outcome).toMatch(
      /failed: the host name is not known \(ENOTFOUND, N tries\)\nHINT: the name s3\.nowhere\.invalid is not known to DNS: check endpoint, region and bucket\n$/,
    );
  });

  test('of a proxy that DNS does not know is the proxy’s', async () => {
    const outcome = told(
      await hook({
        endpoint: 'http://127.0.0.1:1',
        http_proxy: 'http://user:pass-word@proxy.invalid:3128',
        ...SOON,
      }),
    );
    expect(outcome).toContain(
      'HINT: the name of the proxy proxy.invalid:3128 is not known to DNS: check http_proxy\n',
    );
    expect(outcome).not.toMatch(/pass-word|endpoint/);
  });
});

async function serving(
  names: readonly ({ type: 7; ip: string } | { type: 2; value: string })[],
  from?: string,
  until?: string,
): Promise<{ host: string; ca: string }> {
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'Test CA' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    ...(from === undefined ? {} : { notBeforeDate: new Date(from) }),
    ...(until === undefined ? {} : { notAfterDate: new Date(until) }),
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'subjectAltName', altNames: [...names] },
    ],
  });
  const server = createTlsServer({ key, cert }, (socket) => socket.on('error', () => {}));
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  return { host: await listening(server), ca: place.write('ca.pem', cert) };
}

describe('a certificate', () => {
  const OWN = [{ type: 7, ip: '127.0.0.1' }] as const;
  test('that has expired: the day, and who renews it', async () => {
    const { host, ca } = await serving(OWN, '2020-01-01', '2021-01-01');
    expect(told(await hook({ endpoint: `https://${host}`, ca_file: ca }))).toBe(
      `gpbackup_s3_plugin: PutObject ${KEY} failed: the certificate has expired: it was valid until 2021-01-01 (CERT_HAS_EXPIRED)\nHINT: renew the certificate of ${host}, or set this host's clock if it is wrong\n`,
    );
  });

  test('of tomorrow: the clock', async () => {
    const { host, ca } = await serving(OWN, '2100-01-01', '2101-01-01');
    expect(told(await hook({ endpoint: `https://${host}`, ca_file: ca }))).toBe(
      `gpbackup_s3_plugin: PutObject ${KEY} failed: the certificate is not valid yet: it begins on 2100-01-01 (CERT_NOT_YET_VALID)\nHINT: set this host's clock (chrony, ntp): it is before the certificate's first day\n`,
    );
  });

  test('for other names: those', async () => {
    const { host, ca } = await serving([
      { type: 2, value: 's3.example' },
      { type: 7, ip: '192.0.2.1' },
    ]);
    expect(told(await hook({ endpoint: `https://${host}`, ca_file: ca }))).toBe(
      `gpbackup_s3_plugin: PutObject ${KEY} failed: the certificate is for s3.example, 192.0.2.1 only (ERR_TLS_CERT_ALTNAME_INVALID)\nHINT: the server's certificate is not for 127.0.0.1: use a name of the certificate in endpoint, and url_style: path if the bucket is in the host name\n`,
    );
  });

  test('signed by itself and not trusted: whose, and what to do', async () => {
    const { host } = await serving(OWN);
    expect(told(await hook({ endpoint: `https://${host}` }))).toMatch(
      /failed: the certificate of Test CA is signed by itself and not trusted here \([A-Z_]+\)\nHINT: the server's certificate is not trusted: if it is the right one, name its own PEM file in ca_file, /,
    );
  });
});

test('a bucket name with capitals: the hint is about the name', async () => {
  const { host } = await answering(answer('400 Bad Request', document('InvalidBucketName', 'Not valid.')));
  const outcome = told(await hook({ endpoint: `http://${host}`, bucket: 'My-backups' }));
  expect(outcome).toContain('HINT: "My-backups" is not a valid bucket name: it must be 3 to 63 lower-case');
});

describe('the secrets of endpoint_source are in no message', () => {
  test.each([
    ['refused', 'http://user:SECRET1@127.0.0.1:1/SECRET2?token=SECRET3'],
    ['unknown', 'http://user:SECRET1@source.invalid/SECRET2?token=SECRET3'],
    ['another service', 'http://user:SECRET1@HOST/SECRET2?token=SECRET3'],
  ])('%s', async (_, source) => {
    const host = await listening(createServer((socket) => void socket.write('SSH-2.0-OpenSSH_9.6\r\n')));
    const outcome = await hook({
      endpoint: 'http://127.0.0.1:1',
      endpoint_source: source.replace('HOST', host),
      logger_verbosity: 'debug',
    });
    expect(outcome.exitCode).toBe(1);
    expect(outcome.stderr).toContain('endpoint_source');
    expect(outcome.stderr + (await place.logLines()).join('\n')).not.toContain('SECRET');
  });
});
