import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BACKUP_DIR, type Outcome, someBytes, TIMESTAMP, Workplace } from '../../lab/program/plugin.ts';
import { installTinyproxy, startTinyproxy, type Tinyproxy } from '../../lab/proxy/tinyproxy.ts';
import { Authority, encryptedKey, type Issued } from '../../lab/s3-server/authority.ts';
import { minio } from '../../lab/servers/minio.ts';
import { type Gateway, installNginx, startNginx } from '../../lab/servers/nginx.ts';
import { installOpenssl, startOpenssl } from '../../lab/servers/openssl.ts';
import { s3proxy } from '../../lab/servers/s3proxy.ts';
import type { RunningServer, ServerAccess } from '../../lab/servers/server.ts';
import { sendSigned } from '../conformance/signed-request.ts';
import { installed } from './installed.ts';

/** nginx in front of real S3 servers, as docs/network.md configures it, and a proxy program of Debian's. */
const ready = await installed(installNginx, installTinyproxy, installOpenssl, () => minio.install());
const pathReady = ready && (await installed(() => s3proxy.install()));

const PATH = `${BACKUP_DIR}/gpbackup_0_${TIMESTAMP}_16385`;
const DATA = someBytes(12_000_000);
const PASSWORD = 'pa55-word';

/** The configuration that operators are shown. */
const SHOWN =
  /```nginx\n([^]*?)```/.exec(readFileSync(join(import.meta.dir, '../../docs/network.md'), 'utf8'))?.[1] ??
  '';

type Options = Readonly<Record<string, string | undefined>>;

let root: Authority;
let own: Issued;
let client: Issued;
beforeAll(async () => {
  root = await Authority.make('Test Root');
  const between = await root.intermediate({ name: 'Test Intermediate' });
  own = await between.issue({ name: 'gateway' });
  client = await root.issue({ name: 'gpadmin' });
});

/** nginx as it is shown, in front of a server on this machine. */
async function gatewayTo(
  endpoint: string,
  change: (config: string) => string = (config) => config,
): Promise<Gateway> {
  const config = SHOWN.replace('http://127.0.0.1:9000', endpoint);
  return await startNginx(change(config), {
    'server.pem': own.chain,
    'server.key': own.privateKey,
    'clients.pem': root.certificate,
  });
}

async function createBucket(server: ServerAccess, path: string): Promise<void> {
  expect((await sendSigned(server, { method: 'PUT', path })).status).toBe(200);
}

/** A place to run the program, and what its config file says of TLS. */
class Client implements Disposable {
  readonly place = new Workplace();

  /** The folder's name must be encoded, and must arrive as it was signed. */
  config(endpoint: string, options: Options = {}): string {
    const ca_file = this.place.write('ca.pem', root.certificate);
    return this.place.config(
      { url: endpoint },
      { ca_file, retry_timeout: '30s', folder: 'gp/a b+c/ü=(1)', ...options },
    );
  }

  files({ chain, privateKey }: Issued): Record<string, string> {
    return {
      client_cert_file: this.place.write('client.pem', chain),
      client_key_file: this.place.write('client.key', privateKey),
    };
  }

  /** Backs up, restores, lists and deletes; each must succeed in silence. */
  async all(config: string): Promise<void> {
    const run = async (args: readonly string[], stdin?: Uint8Array<ArrayBuffer>): Promise<Buffer> => {
      const outcome = await this.place.run(args, stdin === undefined ? {} : { stdin });
      expect([args[0], outcome.exitCode, outcome.stderr]).toEqual([args[0], 0, '']);
      return outcome.stdout;
    };
    await run(['setup_plugin_for_backup', config, BACKUP_DIR, 'coordinator', '-1']);
    await run(['backup_data', config, PATH], DATA);
    expect(Bun.hash(await run(['restore_data', config, PATH]))).toBe(Bun.hash(DATA));
    expect((await run(['list_directory', config])).toString()).toContain(String(DATA.length));
    await run(['delete_backup', config, TIMESTAMP]);
    expect((await run(['list_directory', config])).toString()).not.toContain(TIMESTAMP);
  }

  async hook(config: string): Promise<Outcome> {
    return await this.place.run(['setup_plugin_for_backup', config, BACKUP_DIR, 'coordinator', '-1']);
  }

  [Symbol.dispose](): void {
    this.place[Symbol.dispose]();
  }
}

let proxy: Tinyproxy;
const through = (password = PASSWORD): Options => ({
  http_proxy: `http://backup:${password}@${proxy.address}`,
});

describe.skipIf(!ready)('nginx that demands client certificates, in front of MinIO', () => {
  let server: RunningServer;
  let gateway: Gateway;
  let endpoint: string;
  beforeAll(async () => {
    server = await minio.start();
    await createBucket(server, '/backups');
    gateway = await gatewayTo(server.endpoint);
    endpoint = `https://${gateway.address}`;
    proxy = await startTinyproxy('backup', PASSWORD);
  });
  afterAll(async () => {
    await proxy.stop();
    await gateway.stop();
    await server.stop();
  });

  test('takes one that shows a certificate', async () => {
    using user = new Client();
    await user.all(user.config(endpoint, user.files(client)));
  });

  test('takes one with an encrypted key and the newest TLS', async () => {
    using user = new Client();
    await user.all(
      user.config(endpoint, {
        ...user.files(client),
        client_key_file: user.place.write('e.key', encryptedKey(client, PASSWORD, 'pkcs8')),
        client_key_password_file: user.place.write('word', `${PASSWORD}\n`),
        tls_min_version: '1.3',
      }),
    );
  });

  test('takes one that assumes a role: STS asks for the certificate as well', async () => {
    using user = new Client();
    const role = { role_arn: 'arn:aws:iam::123456789012:role/backup', sts_endpoint: endpoint };
    await user.all(user.config(endpoint, { ...user.files(client), ...role }));
    const { exitCode, stderr } = await user.hook(
      user.config(server.endpoint, { ...role, retry_timeout: '2s' }),
    );
    expect(exitCode).toBe(1);
    expect(stderr).toContain('HTTP 400 ClientCertificateRefused: the server requires a client certificate');
    expect(stderr).toContain('HINT: set client_cert_file');
  });

  test('takes one that trusts a folder of authorities', async () => {
    using user = new Client();
    const ca_path = user.place.path('authorities');
    await Bun.write(join(ca_path, 'root.pem'), root.certificate);
    await user.all(user.config(endpoint, { ...user.files(client), ca_file: undefined, ca_path }));
  });

  test.each<[string, () => Promise<Issued> | undefined, string]>([
    ['without a certificate', () => undefined, 'the server requires a client certificate'],
    [
      'with one of another authority',
      async () => (await Authority.make('Foreign')).issue({ name: 'stranger' }),
      'the server does not accept the client certificate',
    ],
  ])('refuses one %s, in words', async (_name, make, words) => {
    using user = new Client();
    const issued = await make();
    const { exitCode, stderr } = await user.hook(
      user.config(endpoint, issued === undefined ? {} : user.files(issued)),
    );
    expect(exitCode).toBe(1);
    expect(stderr).toContain(
      `failed: ${words} (HTTP 400 ClientCertificateRefused)\nHINT: set client_cert_file`,
    );
  });

  test.each<[string, string, string | undefined]>([
    ['TLSv1.2', '1.2', undefined],
    ['TLSv1.3', '1.3', undefined],
    ['TLSv1.2', '1.3', 'the server does not speak TLS 1.3 (ETLSVERSION)'],
    ['TLSv1.1', '1.2', 'the server does not speak TLS 1.2 or 1.3 (ETLSVERSION)'],
  ])('with %s alone, and tls_min_version %s', async (version, least, refusal) => {
    using user = new Client();
    const old = version === 'TLSv1.1' ? '\nssl_ciphers DEFAULT@SECLEVEL=0;' : '';
    const one = await gatewayTo(server.endpoint, (config) =>
      config.replace('TLSv1.2 TLSv1.3;', `${version};${old}`),
    );
    try {
      const config = user.config(`https://${one.address}`, { ...user.files(client), tls_min_version: least });
      if (refusal === undefined) {
        await user.all(config);
        return;
      }
      const { exitCode, stderr } = await user.hook(config);
      expect(exitCode).toBe(1);
      expect(stderr).toContain(`failed: ${refusal}\nHINT: enable a newer version of TLS on ${one.address}`);
    } finally {
      await one.stop();
    }
  });

  describe('behind a proxy with user and password (tinyproxy)', () => {
    test('takes one that shows a certificate', async () => {
      using user = new Client();
      const before = (await proxy.requests()).length;
      await user.all(
        user.config(endpoint, { ...user.files(client), ...through(), logger_verbosity: 'debug' }),
      );
      const lines = (await proxy.requests()).slice(before);
      expect(lines.length).toBeGreaterThan(0);
      expect(new Set(lines.map((line) => line.split(' ')[0]))).toEqual(new Set(['CONNECT']));
      expect((await user.place.logLines()).join('\n')).not.toContain(PASSWORD);
    });

    test('is reached by http as well', async () => {
      using user = new Client();
      const before = (await proxy.requests()).length;
      await user.all(user.config(server.endpoint, through()));
      expect((await proxy.requests()).slice(before).some((line) => line.startsWith('PUT http://'))).toBe(
        true,
      );
    });

    test('is not reached with a wrong password', async () => {
      using user = new Client();
      const { exitCode, stderr } = await user.hook(
        user.config(endpoint, { ...user.files(client), ...through('wrong-word') }),
      );
      expect(exitCode).toBe(1);
      expect(stderr).toContain(`proxy http://${proxy.address}: it answers CONNECT with HTTP 401`);
      expect(stderr).toContain('check host, user and password of http_proxy');
      expect(stderr).not.toContain('wrong-word');
    });

    test('is not reached with a wrong password by http', async () => {
      using user = new Client();
      const { exitCode, stderr } = await user.hook(user.config(server.endpoint, through('wrong-word')));
      expect(exitCode).toBe(1);
      expect(stderr).toContain('(HTTP 401');
      expect(stderr).toContain('HINT: the proxy requires a user and a password: set http_proxy');
      expect(stderr).not.toContain('wrong-word');
    });

    test('is reached past the proxy where no_proxy says so', async () => {
      using user = new Client();
      const before = (await proxy.requests()).length;
      const no_proxy = 'example.org,127.0.0.0/8';
      await user.all(user.config(endpoint, { ...user.files(client), ...through(), no_proxy }));
      expect((await proxy.requests()).slice(before)).toEqual([]);
    });
  });

  test.each([
    ['the host', (config: string) => config.replace('Host $http_host', 'Host $proxy_host')],
    ['the port', (config: string) => config.replace('Host $http_host', 'Host $host')],
  ])('and changes %s: no signature is right', async (_name, change) => {
    using user = new Client();
    const one = await gatewayTo(server.endpoint, change);
    try {
      const { stderr } = await user.hook(user.config(`https://${one.address}`, user.files(client)));
      expect(stderr).toContain('SignatureDoesNotMatch');
    } finally {
      await one.stop();
    }
  });
});

describe.skipIf(!pathReady)('nginx with a path, in front of S3Proxy', () => {
  let server: RunningServer;
  /** Of the server with a path: its origin, and the path. */
  let origin: string;
  let path: string;
  beforeAll(async () => {
    server = await s3proxy.start();
    ({ origin, pathname: path } = new URL(server.pathEndpoint ?? ''));
    await createBucket({ ...server, endpoint: origin }, `${path}/backups`);
  }, 120_000);
  afterAll(async () => {
    await server.stop();
  });

  test('that the server knows: everything works', async () => {
    using user = new Client();
    const gateway = await gatewayTo(origin, (config) => config.replace('location /', `location ${path}/`));
    try {
      await user.all(user.config(`https://${gateway.address}${path}`, user.files(client)));
    } finally {
      await gateway.stop();
    }
  });

  test('that is taken away on the way: nothing does', async () => {
    using user = new Client();
    const gateway = await gatewayTo(`${origin}/`, (config) =>
      config.replace('location /', `location ${path}/`),
    );
    try {
      const { exitCode } = await user.hook(
        user.config(`https://${gateway.address}${path}`, user.files(client)),
      );
      expect(exitCode).toBe(1);
    } finally {
      await gateway.stop();
    }
  });
});

describe.skipIf(!ready)('OpenSSL’s own server, which refuses by alerts', () => {
  test.each([
    ['-tls1_3', 'none', /requires a client certificate: certificate required \(ECLIENTCERT/],
    ['-tls1_3', 'foreign', /does not accept the client certificate: unknown authority \(ECLIENTCERT/],
    ['-tls1_2', 'none', /refuses the TLS handshake: handshake failure \(ETLSALERT/],
    ['-tls1_2', 'foreign', /does not accept the client certificate: unknown authority \(ECLIENTCERT/],
  ])('%s, client certificate: %s', async (version, kind, words) => {
    using user = new Client();
    const issued = await root.issue({ name: 'server' });
    const server = await startOpenssl(issued, root.certificate, [version, '-Verify', '1']);
    try {
      const foreign = await (await Authority.make('Foreign')).issue({ name: 'stranger' });
      const { exitCode, stderr } = await user.hook(
        user.config(`https://${server.address}`, kind === 'none' ? {} : user.files(foreign)),
      );
      expect(exitCode).toBe(1);
      expect(stderr).toMatch(words);
      expect(stderr).toContain('client_cert_file');
    } finally {
      await server.stop();
    }
  });
});
