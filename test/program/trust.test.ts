import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { existsSync } from 'node:fs';
import { BACKUP_DIR, type Outcome, OWN_MOUNTS, TIMESTAMP, Workplace } from '../../lab/program/plugin.ts';
import { makeCertificate } from '../../lab/s3-server/certificate.ts';
import { type S3Server, startS3Server } from '../../lab/s3-server/server.ts';

const PATH = `${BACKUP_DIR}/gpbackup_0_${TIMESTAMP}_16385`;
const DAMAGED = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
const KEY = '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n';

let place: Workplace;
let server: S3Server;
let own: string;
beforeEach(async () => {
  place = new Workplace();
  server = await startS3Server({ tls: true });
  own = `${server.certificate?.trim()}\n`;
});
afterEach(async () => {
  place[Symbol.dispose]();
  await server.stop();
});

async function backup(
  options: Readonly<Record<string, string>>,
  variables: Readonly<Record<string, string>> = {},
): Promise<Outcome> {
  const config = place.config(server, { retry_timeout: '30s', ...options });
  return await place.run(['backup_data', config, PATH], {
    stdin: 'some rows',
    env: { ...place.env, ...variables },
  });
}

function expectStored({ exitCode, stderr }: Outcome): void {
  expect([exitCode, stderr]).toEqual([0, '']);
}

const warnings = async (): Promise<string[]> =>
  (await place.logLines()).filter((line) => line.includes('-[WARNING]:-'));

describe('ca_file', () => {
  test.each<[string, (pem: string) => string]>([
    ['a key before the certificate', (pem) => KEY + pem],
    ['a damaged certificate before it', (pem) => DAMAGED + pem],
    ['a bag of PKCS#7 before it', (pem) => DAMAGED.replaceAll('CERTIFICATE', 'PKCS7') + pem],
    ['garbage before it', (pem) => `\0\0garbage\n-----BEGIN\n${pem}`],
    ['an indented certificate', (pem) => pem.replace(/^/gm, '\t')],
    ['a certificate after a byte order mark', (pem) => `\ufeff${pem}`],
  ])('%s', async (_name, make) => {
    expectStored(await backup({ ca_file: place.write('ca.pem', make(own)) }));
  });

  test('what is not used is named in the log', async () => {
    const ca_file = place.write('ca.pem', own + KEY);
    expectStored(await backup({ ca_file }));
    const line = own.split('\n').length;
    expect((await warnings())[0]).toContain(
      `not used: ca_file ${ca_file}, line ${line} (block 2): "PRIVATE KEY" is not a certificate`,
    );
  });

  test.each([
    ['a key alone', KEY, 'line 1 (block 1): "PRIVATE KEY" is not a certificate'],
    ['a damaged certificate alone', `\n${DAMAGED}`, 'line 2 (block 1): the certificate is damaged'],
    ['garbage', 'hello', 'contains no certificate\n'],
  ])('%s: told before a connection is made', async (_name, content, words) => {
    const ca_file = place.write('ca.pem', content);
    await server.stop();
    const { exitCode, stderr } = await backup({ ca_file });
    expect(exitCode).toBe(1);
    expect(stderr).toContain(`ca_file ${ca_file} contains no certificate`);
    expect(stderr).toContain(words);
  });

  test('the damaged one is named when the server is not trusted', async () => {
    const { certificate } = await makeCertificate('other.example', []);
    const ca_file = place.write('ca.pem', `${certificate.trim()}\n${DAMAGED}`);
    const { exitCode, stderr } = await backup({ ca_file });
    expect(exitCode).toBe(1);
    expect(stderr).toContain('DEPTH_ZERO_SELF_SIGNED_CERT');
    expect(stderr).toContain(`not used: ca_file ${ca_file}, line `);
    expect(stderr).toContain('(block 2): the certificate is damaged');
  });
});

describe('variables that the Go plugin honours', () => {
  test('AWS_CA_BUNDLE', async () => {
    expectStored(await backup({}, { AWS_CA_BUNDLE: place.write('bundle.pem', own) }));
  });

  test('AWS_CA_BUNDLE that is not there', async () => {
    const { exitCode, stderr } = await backup({}, { AWS_CA_BUNDLE: '/nowhere.pem' });
    expect([exitCode, stderr.split('\n')[0]]).toEqual([
      1,
      "gpbackup_s3_plugin: AWS_CA_BUNDLE /nowhere.pem can't be read: there is no such file or folder",
    ]);
  });

  test('SSL_CERT_FILE', async () => {
    expectStored(await backup({}, { SSL_CERT_FILE: place.write('file.pem', own) }));
  });

  test('SSL_CERT_DIR', async () => {
    place.write('dir.pem', own);
    expectStored(await backup({}, { SSL_CERT_DIR: `/nowhere:${place.folder}` }));
  });

  test('NODE_EXTRA_CA_CERTS is not one of them', async () => {
    const { exitCode } = await backup({}, { NODE_EXTRA_CA_CERTS: place.write('extra.pem', own) });
    expect(exitCode).toBe(1);
  });
});

describe('damage among the certificates of the system', () => {
  test.each<[string, (pem: string, other: string) => string]>([
    ['at the beginning', (pem) => DAMAGED + pem],
    ['in the middle', (pem, other) => other + DAMAGED + pem],
    ['that is no certificate at all', (pem, other) => `${other}\0\0garbage\n${pem}`],
  ])('%s does not matter', async (_name, make) => {
    const other = `${(await makeCertificate('other.example', [])).certificate.trim()}\n`;
    const file = place.write('file.pem', make(own, other));
    expectStored(await backup({}, { SSL_CERT_FILE: file, SSL_CERT_DIR: '/nowhere' }));
  });

  test('is told in the log', async () => {
    const file = place.write('file.pem', DAMAGED + own);
    expectStored(await backup({}, { SSL_CERT_FILE: file, SSL_CERT_DIR: '/nowhere' }));
    expect((await warnings())[0]).toContain(
      "not used of the system's certificates: line 1 (block 1): the certificate is damaged",
    );
  });

  test('does not hide those of ca_file', async () => {
    const file = place.write('file.pem', DAMAGED);
    expectStored(
      await backup(
        { ca_file: place.write('ca.pem', own) },
        { SSL_CERT_FILE: file, SSL_CERT_DIR: '/nowhere' },
      ),
    );
  });

  test.skipIf(!existsSync('/etc/ssl/certs/ca-certificates.crt'))(
    'is never taken for a wrong address',
    async () => {
      const file = place.write('damaged.crt', `${DAMAGED}garbage`);
      const config = place.config(server, { retry_timeout: '2s' });
      const { exitCode, stderr } = await place.shell(
        `${OWN_MOUNTS} bash -c 'mount --bind ${file} /etc/ssl/certs/ca-certificates.crt && exec "$PLUGIN" delete_backup ${config} ${TIMESTAMP}'`,
      );
      expect(exitCode).toBe(1);
      expect(stderr).toContain("HINT: the server's certificate is not trusted");
      expect(stderr).not.toMatch(/typo|FailedToOpenSocket/);
    },
  );
});
