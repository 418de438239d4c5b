import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { existsSync } from 'node:fs';
import { startContainer, startMetadata } from '../../lab/aws/metadata.ts';
import type { Service } from '../../lab/aws/service.ts';
import { startSts } from '../../lab/aws/sts.ts';
import type { Outcome } from '../../lab/program/plugin.ts';
import { until } from '../../lab/program/until.ts';
import { containerEnv, keys, metadataEnv, SECRET, SignIn, TOKEN } from './sign-in-stage.ts';

const CALLER = { id: 'CALLER', secret: 'secret/of-the-caller' };
const CALLER_KEYS = { aws_access_key_id: CALLER.id, aws_secret_access_key: CALLER.secret };
const CALLER_ENV = { AWS_ACCESS_KEY_ID: CALLER.id, AWS_SECRET_ACCESS_KEY: CALLER.secret };
const WRONG_ENV = { AWS_ACCESS_KEY_ID: 'WRONG', AWS_SECRET_ACCESS_KEY: 'wrong' };
const ROLE = 'arn:aws:iam::123456789012:role/backup';

let stage: SignIn;
let sts: Service;
let webToken: string;
beforeEach(async () => {
  stage = await SignIn.start({ region: 'site-2' });
  webToken = 'a-web-token';
  sts = await stage.serving(
    startSts({ keys, caller: CALLER, region: 'site-2', webToken: () => webToken, path: '/sts/v1' }),
  );
});
afterEach(async () => await stage[Symbol.asyncDispose]());

/** With an STS at an address of its own, whose region is that of the config file. */
async function backup(
  options: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>> = {},
): Promise<Outcome> {
  return await stage.backup(env, { region: 'site-2', sts_endpoint: `${sts.url}/sts/v1`, ...options });
}

function form(index = -1): URLSearchParams {
  return new URLSearchParams(sts.calls.at(index)?.body.toString());
}

function callerProfile(name: string): string {
  return `[${name}]\naws_access_key_id=${CALLER.id}\naws_secret_access_key=${CALLER.secret}\n`;
}

function roleProfile(name: string): string {
  return `[${name}]\naws_access_key_id=OFTHEROLE\naws_secret_access_key=${SECRET}\naws_session_token=${TOKEN}\n`;
}

/** A script that prints text, and its path. */
function script(name: string, body: string): string {
  const path = stage.place.write(name, `#!/bin/sh\n${body}\n`);
  Bun.spawnSync(['chmod', '755', path]);
  return path;
}

function printing(answer: object): string {
  return `cat ${stage.place.write('answer.json', JSON.stringify({ Version: 1, ...answer }))}`;
}

const CALLER_ANSWER = { AccessKeyId: CALLER.id, SecretAccessKey: CALLER.secret };
const ROLE_ANSWER = { AccessKeyId: 'OFTHEROLE', SecretAccessKey: SECRET, SessionToken: TOKEN };

describe('role_arn', () => {
  test('is assumed with the keys of the file, for an hour, as gpbackup-HOST', async () => {
    stage.expectStored(await backup({ ...CALLER_KEYS, role_arn: ROLE }));
    expect(form().get('RoleArn')).toBe(ROLE);
    expect(form().get('RoleSessionName')).toMatch(/^gpbackup-[\w.-]+$/);
    expect([form().get('DurationSeconds'), form().get('ExternalId')]).toEqual(['3600', null]);
  });

  test('is assumed with external id, session name and duration', async () => {
    stage.expectStored(
      await backup(
        {
          ...CALLER_KEYS,
          role_arn: ROLE,
          role_external_id: 'ours:1',
          role_session_name: 'nightly@dc2',
          role_session_duration: '15m',
        },
        { AWS_ROLE_SESSION_NAME: 'other' },
      ),
    );
    const sent = ['ExternalId', 'RoleSessionName', 'DurationSeconds'].map((name) => form().get(name));
    expect(sent).toEqual(['ours:1', 'nightly@dc2', '900']);
  });

  test.each(['auto', 'role', 'environment'])(
    'is assumed with keys of the environment (%s)',
    async (source) => {
      stage.expectStored(await backup({ role_arn: ROLE, credential_source: source }, CALLER_ENV));
    },
  );

  test('is assumed with keys of a profile', async () => {
    const file = stage.place.write('creds', callerProfile('work'));
    const options = { role_arn: ROLE, aws_profile: 'work', aws_shared_credentials_file: file };
    stage.expectStored(await backup(options, WRONG_ENV));
  });

  test('is assumed with keys of a process, a container and an instance', async () => {
    stage.expectStored(
      await backup({ role_arn: ROLE, credential_process: printing(CALLER_ANSWER) }, WRONG_ENV),
    );
    const own = {
      AccessKeyId: CALLER.id,
      SecretAccessKey: CALLER.secret,
      Token: '',
      Expiration: '2099-01-01T00:00:00Z',
    };
    const container = await stage.serving(startContainer(() => own));
    const asContainer = { role_arn: ROLE, credential_source: 'container' };
    stage.expectStored(await backup(asContainer, { ...WRONG_ENV, ...containerEnv(container) }));
    const metadata = await stage.serving(startMetadata(() => own));
    const asInstance = { role_arn: ROLE, credential_source: 'instance' };
    stage.expectStored(await backup(asInstance, { ...WRONG_ENV, ...metadataEnv(metadata) }));
    expect(sts.calls).toHaveLength(3);
  });

  test('that STS refuses is named, with its code and what to do', async () => {
    const keysOfOther = { aws_access_key_id: 'OTHER', aws_secret_access_key: 'lasting-secret' };
    const outcome = await backup({ ...keysOfOther, role_arn: ROLE });
    await stage.expectFailed(
      outcome,
      `role_arn: STS at 127.0.0.1:${sts.port}, AssumeRole of ${ROLE}, failed: HTTP 403 InvalidClientTokenId`,
      'HINT: STS does not know the access key id',
    );
    const named = await backup({ ...keysOfOther, role_arn: ROLE, credential_source: 'role' });
    await stage.expectFailed(named, 'credential_source: role: role_arn: STS at');
  });
});

describe('sts_endpoint', () => {
  test('comes before AWS_ENDPOINT_URL_STS, and is retried as S3 is', async () => {
    const cut = { status: 200, body: `<AssumeRoleResponse><a><SecretAccessKey>${SECRET}` };
    sts.faults.push(cut, { status: 503 }, 'reset');
    const env = { AWS_ENDPOINT_URL_STS: 'http://127.0.0.1:1', AWS_REGION: 'eu-west-1' };
    stage.expectStored(await backup({ ...CALLER_KEYS, role_arn: ROLE }, env));
    expect(sts.calls.length).toBe(4);
  });

  test('in another region says which one was meant', async () => {
    const elsewhere = await stage.serving(startSts({ keys, caller: CALLER, region: 'dc-3' }));
    const options = { ...CALLER_KEYS, role_arn: ROLE, sts_endpoint: elsewhere.url };
    await stage.expectFailed(
      await backup(options),
      'SignatureDoesNotMatch',
      'signed for the region site-2: set region',
    );
  });

  test('whose clock is an hour ahead is asked again by its time', async () => {
    const late = await stage.serving(startSts({ keys, caller: CALLER, region: 'site-2', ahead: 3_600_000 }));
    stage.expectStored(await backup({ ...CALLER_KEYS, role_arn: ROLE, sts_endpoint: late.url }));
    expect(late.calls).toHaveLength(2);
  });

  test('that gives half an answer, or no token, is refused without a word of it', async () => {
    const whole = `<AssumeRoleResponse><AssumeRoleResult><Credentials><SecretAccessKey>${SECRET}</SecretAccessKey>
      <AccessKeyId>OFTHEROLE</AccessKeyId><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>
      </AssumeRoleResult></AssumeRoleResponse>`;
    const endings: readonly (readonly [string, string])[] = [
      [whole, 'it gave no AccessKeyId, SecretAccessKey and SessionToken'],
      [whole.slice(0, 90), 'its answer is not a whole AssumeRoleResponse in XML'],
      [whole.replaceAll('AssumeRole', 'Other'), 'its answer is not a whole AssumeRoleResponse in XML'],
    ];
    for (const [body, words] of endings) {
      sts.faults.push(...Array.from({ length: 3 }, () => ({ status: 200, body })));
      await stage.expectFailed(
        await backup({ ...CALLER_KEYS, role_arn: ROLE }),
        words,
        'HINT: every host must reach STS',
      );
    }
  });
});

function byToken(): Record<string, string> {
  return { role_arn: ROLE, web_identity_token_file: stage.place.write('token', 'a-web-token\n') };
}

describe('web_identity_token_file', () => {
  test('is exchanged for the keys of role_arn, unsigned, whatever the environment says', async () => {
    const env = {
      ...WRONG_ENV,
      AWS_ROLE_ARN: 'arn:aws:iam::123456789012:role/x',
      AWS_WEB_IDENTITY_TOKEN_FILE: '/x',
    };
    stage.expectStored(await backup({ ...byToken(), role_session_duration: '30m' }, env));
    expect(sts.calls.map(({ headers }) => headers.has('authorization'))).toEqual([false]);
    expect([form().get('RoleArn'), form().get('DurationSeconds')]).toEqual([ROLE, '1800']);
    expect(form().get('RoleSessionName')).toStartWith('gpbackup-');
  });

  test('as the one source that is named', async () => {
    const missing = {
      ...byToken(),
      credential_source: 'web_identity',
      web_identity_token_file: '/nowhere/token',
    };
    await stage.expectFailed(
      await backup(missing, CALLER_ENV),
      'credential_source: web_identity: the web identity token file /nowhere/token',
    );
    stage.expectStored(await backup({ ...byToken(), credential_source: 'web_identity' }, WRONG_ENV));
  });

  test('may be of the environment while the role is that of the file', async () => {
    const file = stage.place.write('token', 'a-web-token\n');
    const env = {
      ...WRONG_ENV,
      AWS_ROLE_ARN: 'arn:aws:iam::123456789012:role/x',
      AWS_WEB_IDENTITY_TOKEN_FILE: file,
    };
    stage.expectStored(await backup({ role_arn: ROLE, credential_source: 'web_identity' }, env));
    expect(form().get('RoleArn')).toBe(ROLE);
  });

  test('of the environment, as EKS sets it, with a role of another account: one after the other', async () => {
    const file = stage.place.write('token', 'a-web-token\n');
    let given = 0;
    const chain = await stage.serving(
      startSts({
        caller: { ...CALLER, token: 't' },
        region: 'site-2',
        webToken: () => webToken,
        keys: () => {
          given += 1;
          return given > 1
            ? keys()
            : { ...keys(), AccessKeyId: CALLER.id, SecretAccessKey: CALLER.secret, Token: 't' };
        },
      }),
    );
    const env = { AWS_ROLE_ARN: 'arn:aws:iam::123456789012:role/pod', AWS_WEB_IDENTITY_TOKEN_FILE: file };
    stage.expectStored(await backup({ role_arn: ROLE, sts_endpoint: chain.url }, env));
    const roles = chain.calls.map(({ body }) => new URLSearchParams(body.toString()).get('RoleArn'));
    expect(roles).toEqual(['arn:aws:iam::123456789012:role/pod', ROLE]);
  });
});

describe('a profile', () => {
  test('by the options comes before that of the environment', async () => {
    const mine = stage.place.write('mine', roleProfile('work'));
    const config = stage.place.write('config', '[profile work]\nregion = x\n');
    const env = {
      ...WRONG_ENV,
      AWS_PROFILE: 'other',
      AWS_SHARED_CREDENTIALS_FILE: '/x',
      AWS_CONFIG_FILE: '/y',
    };
    const options = { aws_profile: 'work', aws_shared_credentials_file: mine, aws_config_file: config };
    stage.expectStored(await backup(options, env));
  });

  test('with a role, by source_profile, and STS at its own address', async () => {
    const config = stage.place.write(
      'config',
      `[profile work]\nrole_arn=${ROLE}\nsource_profile=base\n[profile base]\nsource_profile=x\n`,
    );
    const credentials = stage.place.write('credentials', callerProfile('base'));
    const options = {
      aws_profile: 'work',
      aws_config_file: config,
      aws_shared_credentials_file: credentials,
    };
    stage.expectStored(await backup(options));
  });

  test('is the only source if it is named: default, AWS_PROFILE or aws_profile', async () => {
    const file = stage.place.write('creds', `${roleProfile('default')}${roleProfile('work')}`);
    const options = { credential_source: 'profile', aws_shared_credentials_file: file };
    stage.expectStored(await backup(options, WRONG_ENV));
    stage.expectStored(await backup(options, { ...WRONG_ENV, AWS_PROFILE: 'work' }));
    stage.server.requests.length = 0;
    await stage.expectFailed(
      await backup(options, { ...CALLER_ENV, AWS_PROFILE: 'gone' }),
      'credential_source: profile: "gone" is not in ',
    );
    await stage.expectFailed(
      await backup({ credential_source: 'profile', aws_profile: 'gone' }),
      'credential_source: profile: "gone" is not in ',
    );
  });

  test('in a file that is not there: the file is named', async () => {
    const outcome = await backup({ aws_profile: 'work', aws_config_file: '/nowhere/config' });
    await stage.expectRefused(outcome, "profile: /nowhere/config can't be read: there is no such file");
  });
});

describe('credential_process', () => {
  test('gives keys that are never asked for again without an end', async () => {
    const mark = stage.place.path('runs');
    const command = script('keys', `echo run >>${mark}\n${printing(ROLE_ANSWER)}`);
    const options = { credential_process: command, backup_multipart_chunksize: '5MB' };
    const outcome = await stage.backup(
      WRONG_ENV,
      { region: 'site-2', ...options },
      new Uint8Array(21_000_000),
    );
    expect([outcome.exitCode, outcome.stderr]).toEqual([0, '']);
    expect(stage.keysUsed().length).toBeGreaterThan(4);
    expect(await Bun.file(mark).text()).toBe('run\n');
  });

  test('is started without a shell, with its words as they are quoted', async () => {
    const mark = stage.place.path('words');
    const command = script('get keys', `printf '%s|' "$@" >${mark}\n${printing(ROLE_ANSWER)}`);
    const line = `'${command}' $HOME 'a  b' "c \\\\ d" e\\ f ; touch ${stage.place.path('x')} *`;
    // In the config file's double quotes.
    const credential_process = line.replaceAll('\\', '\\\\').replaceAll('"', '\\"');
    stage.expectStored(await backup({ credential_process }));
    expect(await Bun.file(mark).text()).toBe(`$HOME|a  b|c \\ d|e f|;|touch|${stage.place.path('x')}|*|`);
  });

  test.each<[string, string, string]>([
    [
      'exits with 3',
      'echo "vault is sealed" >&2; echo more >&2; exit 3',
      'exited with status 3: vault is sealed\n',
    ],
    [
      'shows its secret',
      `set -x; echo '{"SecretAccessKey": "${SECRET}", "SessionToken": "${TOKEN}"}'; exit 1`,
      'exited with status 1: + echo',
    ],
    ['prints text', `echo ${SECRET}`, 'printed no keys: its answer is not a JSON object'],
    ['prints nothing', 'true', 'printed no keys'],
    ['prints another version', `echo '{"Version":2}'`, 'printed no document of Version 1'],
    ['prints without end', 'yes', 'printed more than 64KB'],
  ])('that %s is named', async (_name, body, words) => {
    const options = { credential_source: 'process', credential_process: script('keys', body) };
    await stage.expectFailed(await backup(options), 'credential_source: process: credential_process ', words);
  });

  test('that prints keys that have ended is named', async () => {
    const command = printing({ ...ROLE_ANSWER, Expiration: '2020-01-01T00:00:00Z' });
    await stage.expectRefused(
      await backup({ credential_process: command }),
      'expired on 2020-01-01T00:00:00.000Z',
    );
  });

  test('that still runs when all work is done ends with the program', async () => {
    const mark = stage.place.path('pids');
    const soon = printing({ ...ROLE_ANSWER, Expiration: new Date(Date.now() + 240_000).toISOString() });
    // The second run, for the keys that follow, has no end.
    const command = script(
      'keys',
      `echo $$ >>${mark}\n[ "$(wc -l <${mark})" -lt 2 ] || exec sleep 1000\n${soon}`,
    );
    // Two parts: there is a request after the first one.
    const options = { credential_process: command, backup_multipart_chunksize: '5MB', region: 'site-2' };
    const outcome = await stage.backup({}, options, new Uint8Array(6_000_000));
    expect([outcome.exitCode, outcome.stderr]).toEqual([0, '']);
    const [, second = ''] = (await Bun.file(mark).text()).split('\n');
    expect(second).toMatch(/^\d+$/);
    await until(() => !existsSync(`/proc/${second}/exe`));
  });

  test('that is written for a shell: what to do', async () => {
    const outcome = await backup({ credential_process: '/nowhere/keys | tail -1' });
    await stage.expectRefused(
      outcome,
      "process: credential_process can't be started: there is no such",
      "sh -c '",
    );
  });
});

describe('credential_source', () => {
  test('keys: those of the file, whatever else there is', async () => {
    const options = {
      credential_source: 'keys',
      aws_access_key_id: 'LASTING',
      aws_secret_access_key: 'lasting-secret',
    };
    stage.expectStored(await backup(options, WRONG_ENV));
  });

  test.each<[string, string]>([
    ['environment', 'credential_source: environment: AWS_ACCESS_KEY_ID not set'],
    ['web_identity', 'credential_source: web_identity: AWS_WEB_IDENTITY_TOKEN_FILE not set'],
    [
      'container',
      'credential_source: container: AWS_CONTAINER_CREDENTIALS_RELATIVE_URI and _FULL_URI not set',
    ],
    ['instance', 'credential_source: instance: switched off by AWS_EC2_METADATA_DISABLED'],
    ['profile', 'credential_source: profile: "default" is not in'],
  ])('%s that is not set up fails by its name, though the file has keys', async (source, words) => {
    const options = {
      credential_source: source,
      aws_access_key_id: 'LASTING',
      aws_secret_access_key: 'lasting-secret',
    };
    await stage.expectFailed(await backup(options), words, 'HINT: ');
  });

  test.each([
    ['container', async () => containerEnv(await stage.serving(startContainer(keys)))],
    ['instance', async () => metadataEnv(await stage.serving(startMetadata(keys)))],
  ] as const)('%s is the only one that is asked', async (source, start) => {
    const env = { ...WRONG_ENV, ...(await start()) };
    stage.expectStored(await backup({ credential_source: source }, env));
  });

  test.each([
    ['container', async () => await stage.serving(startContainer(keys)), containerEnv],
    ['instance', async () => await stage.serving(startMetadata(keys)), metadataEnv],
  ] as const)('%s that fails is named, and nobody else is asked', async (source, start, envOf) => {
    const service = await start();
    service.faults.push(...Array.from({ length: 20 }, () => ({ status: 404, body: 'not here' })));
    const env = { ...envOf(service), AWS_ACCESS_KEY_ID: 'LASTING', AWS_SECRET_ACCESS_KEY: 'lasting-secret' };
    await stage.expectFailed(
      await backup({ credential_source: source }, env),
      `credential_source: ${source}: `,
      'HTTP 404',
    );
  });
});
