import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { chmodSync, mkdirSync } from 'node:fs';
import { UNPRIVILEGED, Workplace } from '../../lab/program/plugin.ts';
import { Authority } from '../../lab/s3-server/authority.ts';
import { profileOf } from '../../lab/s3-server/profiles/profiles.ts';
import { badLines, CheckStage, misconfigured } from './check-stage.ts';

/** What `check` finds on this host, without a request. */
let stage: CheckStage;
beforeEach(async () => {
  stage = await CheckStage.start();
});
afterEach(async () => await stage[Symbol.asyncDispose]());

test('where all is in order, every line is ok, and nothing is stored', async () => {
  const { exitCode, stdout, stderr } = await stage.check();
  const lines = stdout.toString().trimEnd().split('\n');
  expect(lines.slice(0, -1).filter((line) => !line.startsWith('ok    '))).toEqual([]);
  expect(lines.at(-1)).toBe(`${lines.length - 1} ok`);
  expect([exitCode, stderr]).toEqual([0, '']);
  expect(stage.server.requests.filter(({ method }) => !['GET', 'HEAD'].includes(method))).toEqual([]);
});

describe('the config file', () => {
  misconfigured('An option is misspelt', async () => await stage.check([], { bukcet: 'x' }), { exitCode: 2 });

  misconfigured(
    'Required options are missing',
    async () => await stage.check([], { bucket: undefined, folder: undefined }),
    { exitCode: 2, also: ['FAIL config '] },
  );

  misconfigured(
    'The config file is not there',
    async () => await stage.place.run(['check', stage.place.path('nowhere.yaml')]),
    { exitCode: 2 },
  );

  misconfigured('Others can read the config file', async () => {
    const config = stage.config();
    chmodSync(config, 0o644);
    return await stage.place.run(['check', config]);
  });

  test('one without secrets may be read by others', async () => {
    const config = stage.config({ aws_access_key_id: undefined, aws_secret_access_key: undefined });
    chmodSync(config, 0o644);
    const env = { ...stage.place.env, AWS_ACCESS_KEY_ID: 'testkey', AWS_SECRET_ACCESS_KEY: 'testsecret' };
    const outcome = await stage.place.run(['check', config], { env });
    expect([badLines(outcome), outcome.exitCode]).toEqual([[], 0]);
    expect(outcome.stdout.toString()).toContain('from: environment; they do not end');
  });

  misconfigured(
    'Others can read the key of the client certificate',
    async () => {
      const { certificate, privateKey } = await (await Authority.make('Root')).issue({ name: 'gpadmin' });
      const client_key_file = stage.place.write('client.key', privateKey);
      chmodSync(client_key_file, 0o644);
      const client_cert_file = stage.place.write('client.pem', certificate);
      return await stage.check([], { client_cert_file, client_key_file });
    },
    // They have no effect by http.
    { also: ['warn config '] },
  );

  misconfigured('Certificates are not verified', async () => await stage.check([], { verify_tls: 'off' }));

  misconfigured(
    'The provider refuses an option',
    async () => {
      const { host } = profileOf('Cloudflare R2');
      const away = { endpoint: `https://${host}`, http_proxy: 'http://127.0.0.1:1' };
      return await stage.check([], { ...away, tags: 'team=dba' });
    },
    { exitCode: 4, also: ['FAIL connection '] },
  );
});

async function withProgram(path: string) {
  const config = stage.config();
  const text = (await Bun.file(config).text()).replace(/^executablepath: .*$/m, `executablepath: ${path}`);
  return await stage.place.run(['check', stage.place.write('config.yaml', text)]);
}

describe('the host', () => {
  misconfigured('executablepath names another program', async () => {
    const path = stage.place.write('other', '#!/bin/sh\necho gpbackup_s3_plugin version 1.0.0\n');
    chmodSync(path, 0o755);
    return await withProgram(path);
  });

  misconfigured('executablepath names nothing', async () => await withProgram('/nowhere/gpbackup_s3_plugin'));

  misconfigured(
    'Nothing can be logged',
    async () => {
      await stage[Symbol.asyncDispose]();
      stage = await CheckStage.start({}, undefined, Workplace.reachable());
      const home = stage.place.path('home');
      mkdirSync(`${home}/gpAdminLogs`, { recursive: true, mode: 0o755 });
      chmodSync(`${home}/gpAdminLogs`, 0o555);
      const env = { ...stage.place.env, HOME: home };
      return await stage.place.shell(`exec ${UNPRIVILEGED} "$PLUGIN" check '${stage.config()}'`, { env });
    },
    { also: ['warn config mode '] },
  );

  misconfigured(
    'There are no keys where the config file says',
    async () =>
      await stage.check([], {
        aws_access_key_id: undefined,
        aws_secret_access_key: undefined,
        credential_source: 'environment',
      }),
    { exitCode: 4 },
  );
});
