import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import { chmodSync } from 'node:fs';
import { createServer } from 'node:net';
import { startAnyHostProxy } from '../../lab/aws/any-host-proxy.ts';
import { startSts } from '../../lab/aws/sts.ts';
import { type Outcome, Workplace } from '../../lab/program/plugin.ts';
import { Authority } from '../../lab/s3-server/authority.ts';
import type { ServerTls } from '../../lab/s3-server/options.ts';
import { type S3Server, startS3Server } from '../../lab/s3-server/server.ts';
import { SETS_FOLDER, setFiles } from '../../lab/sets.ts';
import { badLines, CheckStage, HEALTHY, misconfigured } from './check-stage.ts';

/** What `check` finds on the way to the server. */
const DAY = 86_400_000;
const MINUTE = 60_000;
const inDays = (days: number): Date => new Date(Date.now() + days * DAY);

const NO_KEYS = {
  SecretAccessKey: 'temporary-secret',
  Token: 'temporary-token',
  Expiration: new Date(Date.now() + 3_600_000).toISOString(),
};

let root: Authority;
beforeAll(async () => {
  root = await Authority.make('Test Root');
});

let place: Workplace;
let server: S3Server | undefined;
beforeEach(() => {
  place = new Workplace();
  server = undefined;
});
afterEach(async () => {
  place[Symbol.dispose]();
  await server?.stop();
});

async function overTls(
  until: Date,
  options: Readonly<Record<string, string | undefined>> = {},
  tls: ServerTls = {},
): Promise<Outcome> {
  const certificate = await root.issue({ name: 'server', from: inDays(-100), until });
  server = await startS3Server({ ...HEALTHY, tls: { certificate, ...tls } });
  for (const { key, content } of setFiles('20261125025410'))
    await server.objects.put('backups', key, content);
  const ca_file = place.write('ca.pem', root.certificate);
  return await place.run(['check', place.config(server, { folder: SETS_FOLDER, ca_file, ...options })]);
}

async function plain(options: Readonly<Record<string, string | undefined>>): Promise<Outcome> {
  server = await startS3Server(HEALTHY);
  return await place.run(['check', place.config(server, options)]);
}

describe('names and connections', () => {
  misconfigured(
    'The host name is not known',
    async () => await plain({ endpoint: 'https://s3.nowhere.invalid' }),
    { exitCode: 4 },
  );

  misconfigured(
    'Nothing listens at the endpoint',
    async () => {
      const closed = createServer().listen(0, '127.0.0.1');
      await new Promise((resolve) => closed.once('listening', resolve));
      const { port } = closed.address() as { port: number };
      await new Promise((resolve) => closed.close(resolve));
      return await plain({ endpoint: `http://127.0.0.1:${port}` });
    },
    { exitCode: 4 },
  );

  misconfigured(
    'The server does not speak TLS',
    async () => {
      const plainOnly = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
      plainOnly.listen(0, '127.0.0.1');
      await new Promise((resolve) => plainOnly.once('listening', resolve));
      const { port } = plainOnly.address() as { port: number };
      try {
        return await plain({ endpoint: `https://127.0.0.1:${port}` });
      } finally {
        plainOnly.close();
      }
    },
    { exitCode: 4 },
  );
});

describe('AWS', () => {
  misconfigured(
    'The bucket is in another region of AWS',
    async () => {
      server = await startS3Server({ ...HEALTHY, region: 'eu-central-1' });
      const { port, objects } = server;
      for (const { key, content } of setFiles('20261125025410')) await objects.put('backups', key, content);
      // Path style: the names of hosts in the proxy are those of the regions.
      const proxy = await startAnyHostProxy((host) => (host.startsWith('s3.') ? port : undefined));
      const aws = { endpoint: undefined, region: 'us-east-1', dual_stack: 'off', url_style: 'path' };
      try {
        const options = { ...aws, folder: SETS_FOLDER, encryption: 'off', http_proxy: proxy.url };
        const outcome = await place.run(['check', place.config({ url: '' }, options)]);
        expect(outcome.stdout.toString()).toMatch(/^ok {4}identity +can't be seen: STS at /m);
        expect(outcome.stdout.toString()).toMatch(/^ok {4}connection .* \(the proxy of http_proxy\)/m);
        return outcome;
      } finally {
        await proxy.stop();
      }
    },
    { also: ['warn encryption '] },
  );

  test('data that travels as plain http is shown, but on this host', async () => {
    const outcome = await plain({ endpoint: 'http://s3.nowhere.invalid' });
    expect(badLines(outcome)[0]).toStartWith('warn encryption the data travels as plain http');
  });
});

test('whose keys they are is asked of the STS that is named', async () => {
  const caller = { id: 'testkey', secret: 'testsecret' };
  const region = 'us-east-1';
  const sts = await startSts({
    caller,
    region,
    keys: () => ({ ...NO_KEYS, AccessKeyId: 'ASIATEMPORARY000001' }),
  });
  const secretAccessKey = 'temporary-secret';
  const credentials = [
    { accessKeyId: 'ASIATEMPORARY000001', secretAccessKey, sessionToken: 'temporary-token' },
  ];
  server = await startS3Server({ ...HEALTHY, credentials });
  try {
    const role_arn = 'arn:aws:iam::123456789012:role/backup';
    const options = { role_arn, sts_endpoint: sts.url, region, credential_cache: 'off' };
    const { stdout } = await place.run(['check', place.config(server, options)]);
    expect(stdout.toString()).toMatch(
      /^ok {4}keys +key id ASIA…0001, from: keys, as the role arn:aws:iam::123456789012:role\/backup; they end in \d+(\.\d+)? min and are renewed$/m,
    );
    expect(stdout.toString()).not.toContain('temporary');
  } finally {
    await sts.stop();
  }
});

describe('certificates', () => {
  test('one that lasts is shown with its issuer and its last day, and the version of TLS', async () => {
    const outcome = await overTls(inDays(200.5));
    expect([badLines(outcome), outcome.exitCode]).toEqual([[], 0]);
    expect(outcome.stdout.toString()).toMatch(/^ok {4}tls +TLSv1\.3$/m);
    expect(outcome.stdout.toString()).toMatch(
      /^ok {4}certificate +server, issued by Test Root, ends in 200 days \(\d{4}-\d\d-\d\d\)$/m,
    );
  });

  misconfigured('The certificate ends in 10 days', async () => await overTls(inDays(10.5)));

  misconfigured('The certificate has expired', async () => await overTls(inDays(-2)), {
    exitCode: 4,
    also: ['FAIL access '],
  });

  misconfigured(
    'The certificate is not trusted',
    async () => await overTls(inDays(200), { ca_file: undefined }),
    { exitCode: 4 },
  );

  misconfigured('The client certificate ends in 10 days', async () => {
    const { certificate, privateKey } = await root.issue({ name: 'gpadmin', until: inDays(10.5) });
    const client_cert_file = place.write('client.pem', certificate);
    const client_key_file = place.write('client.key', privateKey);
    chmodSync(client_key_file, 0o600);
    const files = { client_cert_file, client_key_file };
    return await overTls(inDays(200), files, { clientAuthority: root.certificate });
  });

  test('signs of a hostile certificate do not reach the terminal', async () => {
    const name = '\u001b[31mevil\nok    all fine';
    const certificate = await root.issue({ name, until: inDays(200) });
    const outcome = await overTls(inDays(200), {}, { certificate });
    expect(outcome.stdout.toString()).not.toContain('\u001b');
    expect(outcome.stdout.toString()).not.toMatch(/^ok {4}all fine/m);
  });
});

async function off(minutes: number): Promise<Outcome> {
  await using stage = await CheckStage.start();
  stage.server.clock = () => new Date(Date.now() + minutes * MINUTE);
  return await stage.check();
}

describe('the clock', () => {
  misconfigured('The clock is 3 minutes off', async () => await off(-3.01));
  misconfigured('The clock is 20 minutes off', async () => await off(20.01));
});
