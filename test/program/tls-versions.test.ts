import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { BACKUP_DIR, type Outcome, TIMESTAMP, Workplace } from '../../lab/program/plugin.ts';
import { startProxy } from '../../lab/proxy/proxy.ts';
import { makeCertificate } from '../../lab/s3-server/certificate.ts';
import { type S3Server, startS3Server } from '../../lab/s3-server/server.ts';

const KEY = `s3://backups/gp/test/backups/20260102/${TIMESTAMP}/gpbackup_${TIMESTAMP}_report`;

let place: Workplace;
let server: S3Server | undefined;
let raw: Server | undefined;
beforeEach(() => {
  place = new Workplace();
});
afterEach(async () => {
  place[Symbol.dispose]();
  await server?.stop();
  raw?.close();
  server = undefined;
  raw = undefined;
});

async function hook(options: Record<string, string>): Promise<Outcome> {
  const config = place.config({ url: 'https://127.0.0.1:1' }, { retry_timeout: '60s', ...options });
  return await place.run(['setup_plugin_for_backup', config, BACKUP_DIR, 'coordinator', '-1']);
}

async function speaking(version: 'TLSv1.2' | 'TLSv1.3'): Promise<Record<string, string>> {
  server = await startS3Server({ tls: { minVersion: version, maxVersion: version } });
  return { endpoint: server.url, ca_file: place.write('ca.pem', server.certificate ?? '') };
}

describe('tls_min_version', () => {
  test.each([
    ['TLSv1.2', undefined],
    ['TLSv1.2', '1.2'],
    ['TLSv1.3', undefined],
    ['TLSv1.3', '1.2'],
    ['TLSv1.3', '1.3'],
  ] as const)('a server of %s is taken with %s', async (version, least) => {
    const options = least === undefined ? {} : { tls_min_version: least };
    const { exitCode, stderr } = await hook({ ...(await speaking(version)), ...options });
    expect([exitCode, stderr]).toEqual([0, '']);
  });

  test('a server of TLS 1.2 is refused with 1.3, at once', async () => {
    const options = await speaking('TLSv1.2');
    const { exitCode, stderr } = await hook({ ...options, tls_min_version: '1.3' });
    const host = new URL(options['endpoint'] ?? '').host;
    expect([exitCode, server?.requests.length]).toEqual([1, 0]);
    expect(stderr).toBe(
      `gpbackup_s3_plugin: PutObject ${KEY} failed: the server does not speak TLS 1.3 (ETLSVERSION)\nHINT: enable a newer version of TLS on ${host}; a server with TLS 1.2 alone needs tls_min_version: 1.2\n`,
    );
  });

  test('a server of TLS 1.2 is refused with 1.3 through a proxy', async () => {
    const options = await speaking('TLSv1.2');
    const proxy = await startProxy({ hosts: { localhost: '127.0.0.1' } });
    try {
      const { stderr } = await hook({ ...options, tls_min_version: '1.3', http_proxy: proxy.url });
      expect(stderr).toContain('the server does not speak TLS 1.3 (ETLSVERSION)');
      expect(server?.requests.length).toBe(0);
    } finally {
      await proxy.stop();
    }
  });

  test('holds for a proxy that is reached by https', async () => {
    const { certificate, privateKey } = await makeCertificate('localhost', []);
    const door = createTlsServer({ key: privateKey, cert: certificate, maxVersion: 'TLSv1.2' }, (socket) => {
      socket.on('error', () => {});
      socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    });
    door.on('tlsClientError', (_error, socket) => socket.destroy());
    await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', resolve));
    try {
      const http_proxy = `https://127.0.0.1:${(door.address() as AddressInfo).port}`;
      const options = { http_proxy, ca_file: place.write('ca.pem', certificate), max_request_retries: '0' };
      expect((await hook(options)).stderr).toContain('it answers CONNECT with HTTP 403');
      const { stderr } = await hook({ ...options, tls_min_version: '1.3' });
      expect(stderr).toContain(`proxy ${http_proxy}: `);
      expect(stderr).not.toContain('CONNECT with');
    } finally {
      door.close();
    }
  });

  test('is said to have no effect where the server is reached by http', async () => {
    server = await startS3Server();
    expect((await hook({ endpoint: server.url, tls_min_version: '1.3' })).exitCode).toBe(0);
    expect((await place.logLines()).join('\n')).toContain(
      'tls_min_version has no effect on the server: it is reached by http',
    );
  });
});

/** A server that gives the first message of a handshake this answer. */
async function answering(bytes: Buffer): Promise<string> {
  raw = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => socket.end(bytes));
  });
  const listener = raw;
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const address = listener.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return `https://127.0.0.1:${address.port}`;
}

describe('why a server refuses a handshake', () => {
  test.each([
    [40, 'the server refuses the TLS handshake: handshake failure (ETLSALERT, 3 tries)'],
    [42, 'the server requires a client certificate: bad certificate (ECLIENTCERT)'],
    [43, 'the server requires a client certificate: unsupported certificate (ECLIENTCERT)'],
    [44, 'the server requires a client certificate: certificate revoked (ECLIENTCERT)'],
    [45, 'the server requires a client certificate: certificate expired (ECLIENTCERT)'],
    [46, 'the server requires a client certificate: certificate unknown (ECLIENTCERT)'],
    [48, 'the server requires a client certificate: unknown authority (ECLIENTCERT)'],
    [49, 'the server requires a client certificate: access denied (ECLIENTCERT)'],
    // What servers of TLS 1.0 and 1.1 say to a client of later versions alone.
    [70, 'the server does not speak TLS 1.2 or 1.3 (ETLSVERSION)'],
    [80, 'the server refuses the TLS handshake: internal error (ETLSALERT, 3 tries)'],
    [112, 'the server refuses the TLS handshake: unrecognized name (ETLSALERT, 3 tries)'],
    [116, 'the server requires a client certificate: certificate required (ECLIENTCERT)'],
  ])('alert %i', async (alert, words) => {
    const { exitCode, stderr } = await hook({
      // A fatal alert as it is (RFC 5246, section 7.2).
      endpoint: await answering(Buffer.from([21, 3, 3, 0, 2, 2, alert])),
    });
    expect(exitCode).toBe(1);
    expect(stderr).toContain(`failed: ${words}\nHINT: `);
  });

  test('a port that does not speak TLS is told as before', async () => {
    const { stderr } = await hook({
      endpoint: await answering(Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')),
    });
    expect(stderr).toContain('the TLS handshake failed (EPROTO');
    expect(stderr).toContain('does not speak TLS on this port: for plain http write http:// in endpoint');
  });
});
