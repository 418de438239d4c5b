import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { renameSync } from 'node:fs';
import { startContainer } from '../../lab/aws/metadata.ts';
import type { Service } from '../../lab/aws/service.ts';
import { startSts } from '../../lab/aws/sts.ts';
import { until } from '../../lab/program/until.ts';
import { containerEnv, keys, SignIn } from './sign-in-stage.ts';

const CALLER = { id: 'CALLER', secret: 'secret/of-the-caller' };
const ROLE = 'arn:aws:iam::123456789012:role/backup';
const SOURCE = `[base]\naws_access_key_id=${CALLER.id}\naws_secret_access_key=${CALLER.secret}\n`;

let stage: SignIn;
let sts: Service;
let webToken: string;
beforeEach(async () => {
  stage = await SignIn.start({ region: 'eu-central-1' });
  webToken = 'a-web-token';
  sts = await stage.serving(
    startSts({ keys, caller: CALLER, region: 'eu-central-1', externalId: 'ours', webToken: () => webToken }),
  );
});
afterEach(async () => await stage[Symbol.asyncDispose]());

/** The region of the option is the one that STS is asked for. */
const REGION = { region: 'eu-central-1' };

function env(config: string, credentials = ''): Record<string, string> {
  return {
    AWS_ENDPOINT_URL_STS: sts.url,
    AWS_REGION: 'us-west-2',
    AWS_CONFIG_FILE: stage.place.write('aws-config', config),
    AWS_SHARED_CREDENTIALS_FILE: stage.place.write('aws-credentials', credentials),
  };
}

async function backup(variables: Readonly<Record<string, string>>): ReturnType<SignIn['backup']> {
  return await stage.backup(variables, REGION);
}

describe('the role of a profile', () => {
  const role = `[default]\nrole_arn=${ROLE}\nexternal_id=ours\nregion=ap-south-1\n`;

  test('by source_profile, after one 500 and one reset', async () => {
    sts.faults.push({ status: 500 }, 'reset');
    stage.expectStored(await backup(env(`${role}source_profile=base\n`, SOURCE)));
    const form = new URLSearchParams(sts.calls.at(-1)?.body.toString());
    expect(form.get('RoleSessionName')).toStartWith('gpbackup-');
    expect(form.get('DurationSeconds')).toBeNull();
  });

  test('by source_profile: itself, with its name and duration', async () => {
    const own = `role_session_name=nightly\nduration_seconds=900\nsource_profile=default\n`;
    const files = env(`${role}${own}`, SOURCE.replace('[base]', '[default]'));
    stage.expectStored(await backup(files));
    const form = new URLSearchParams(sts.calls[0]?.body.toString());
    expect([form.get('RoleSessionName'), form.get('DurationSeconds')]).toEqual(['nightly', '900']);
  });

  test('by credential_source Environment', async () => {
    const variables = { AWS_ACCESS_KEY_ID: CALLER.id, AWS_SECRET_ACCESS_KEY: CALLER.secret };
    const files = env(`${role.replace('default', 'profile work')}credential_source=Environment\n`);
    const outcome = await backup({ ...files, ...variables, AWS_PROFILE: 'work' });
    // Keys of the environment come before any profile.
    expect(outcome.stderr).toContain('InvalidAccessKeyId');
    expect(sts.calls).toEqual([]);
  });

  test('by credential_source EcsContainer', async () => {
    const { id, secret } = CALLER;
    const own = { AccessKeyId: id, SecretAccessKey: secret, Token: '', Expiration: '2099-01-01T00:00:00Z' };
    const container = await stage.serving(startContainer(() => own));
    const files = env(`${role}credential_source=EcsContainer\n`);
    stage.expectStored(await backup({ ...files, ...containerEnv(container) }));
  });

  test.each([
    ['credential_source=Moon', 'credential_source Moon: must be Environment'],
    [
      'credential_source=EcsContainer',
      'credential_source EcsContainer: AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
    ],
    ['source_profile=base\ncredential_source=Environment', 'both source_profile and credential_source'],
    ['source_profile=base\nmfa_serial=arn:aws:iam::1:mfa/me', 'mfa_serial'],
    ['', 'no source_profile, credential_source or web_identity_token_file'],
  ])('with %p is refused by name', async (settings, words) => {
    await stage.expectRefused(await backup(env(`${role}${settings}\n`, SOURCE)), words);
    expect(sts.calls).toEqual([]);
  });

  test('that STS refuses: its code, its words and what to do', async () => {
    const outcome = await backup(env(`[default]\nrole_arn=${ROLE}\nsource_profile=base\n`, SOURCE));
    const words = `AssumeRole of ${ROLE}, failed: HTTP 403 AccessDenied: not authorized`;
    await stage.expectRefused(outcome, words, 'HINT: the role');
    expect(outcome.stderr).not.toContain(CALLER.secret);
  });
});

function webEnv(file: string): Record<string, string> {
  return { ...env(''), AWS_ROLE_ARN: ROLE, AWS_WEB_IDENTITY_TOKEN_FILE: file };
}

describe('web identity', () => {
  test('of the environment: unsigned, after one 503', async () => {
    sts.faults.push({ status: 503 });
    stage.expectStored(await backup(webEnv(stage.place.write('token', 'a-web-token\n'))));
    expect(sts.calls.map(({ headers }) => headers.has('authorization'))).toEqual([false, false]);
  });

  test('of a profile', async () => {
    const file = stage.place.write('token', 'a-web-token');
    stage.expectStored(await backup(env(`[default]\nrole_arn=${ROLE}\nweb_identity_token_file=${file}\n`)));
  });

  test('whose token was replaced meanwhile: the file is read again', async () => {
    const file = stage.place.write('token', 'an-old-token');
    sts.faults.push({ after: 1 });
    const pending = backup(webEnv(file));
    // The first answer refuses the old token; a kubelet writes the new one.
    await until(() => sts.calls.length > 0);
    renameSync(stage.place.write('new-token', 'a-web-token'), file);
    stage.expectStored(await pending);
  });

  test('whose token file is missing or empty names it', async () => {
    await stage.expectRefused(
      await backup(webEnv('/nowhere/token')),
      "web identity: the web identity token file /nowhere/token can't be read: there is no such file",
    );
    const empty = stage.place.write('token', '\n');
    await stage.expectRefused(await backup(webEnv(empty)), `${empty} is empty`);
  });

  test('whose token STS does not take: its words, not the token', async () => {
    const outcome = await backup(webEnv(stage.place.write('token', 'not-the-token')));
    await stage.expectRefused(
      outcome,
      'HTTP 400 InvalidIdentityToken: The token included is not valid, 3 tries',
    );
    expect(outcome.stderr).not.toContain('not-the-token');
  });
});

test('a region of the option that is none of AWS, as servers elsewhere have them, is not where STS is asked', async () => {
  await using elsewhere = await SignIn.start({ region: 'site-2' });
  // STS takes a signature for its own region only.
  const role = `[default]\nrole_arn=${ROLE}\nexternal_id=ours\nsource_profile=base\n`;
  const outcome = await elsewhere.backup(
    { ...env(role, SOURCE), AWS_REGION: 'eu-central-1' },
    { region: 'site-2' },
  );
  elsewhere.expectStored(outcome);
});
