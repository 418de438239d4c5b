import { describe, expect, test } from 'bun:test';
import { chmodSync, mkdirSync, statSync } from 'node:fs';
import { startMetadata } from '../../lab/aws/metadata.ts';
import { startSts } from '../../lab/aws/sts.ts';
import type { Workplace } from '../../lab/program/plugin.ts';
import { askersOf, Crowd, forAnHour, inMilliseconds, startTogether, VERBOSE } from './shared-keys-stage.ts';
import { keys, metadataEnv, SECRET, SignIn, TOKEN } from './sign-in-stage.ts';

const MINUTE = 60_000;

type Options = Readonly<Record<string, string>>;

const nothing = (): void => {};

/** Runs 16 processes at once, which must succeed with the keys of the role. @returns how many asked a source */
async function askersAmong16(
  stage: SignIn,
  options: Options,
  source: string,
  env: Options = {},
): Promise<number> {
  const config = stage.config({ ...options, ...VERBOSE });
  const { stderr } = await startTogether(stage, `"$PLUGIN" list_directory ${config} >/dev/null`, 16, env);
  expect(stderr).toBe('');
  expect(new Set(stage.keysUsed())).toEqual(new Set(['OFTHEROLE']));
  return await askersOf(stage, source);
}

/** A command that gives these keys and notes each time that it is asked. */
function commandOf(place: Workplace, given: object): string {
  const script = place.write('give', '#!/bin/sh\necho asked >>"$0.log"\ncat "$0.json"\n');
  chmodSync(script, 0o755);
  place.write('give.json', JSON.stringify(given));
  return script;
}

describe('temporary keys', () => {
  test('are asked for once by a hundred processes, one after the other', async () => {
    await using crowd = await Crowd.of();
    for (let process = 0; process < 100; process += 1) expect(await crowd.backup()).toBe('OFTHEROLE');
    expect(crowd.asked).toBe(1);
    expect(statSync(crowd.folder).mode & 0o7777).toBe(0o700);
    expect(crowd.files(/./).map((path) => statSync(path).mode & 0o7777)).toEqual([0o600, 0o600]);
  }, 300_000);

  test('are asked for once by 64 processes at once, also by a service that takes one request at a time', async () => {
    await using crowd = await Crowd.of(forAnHour, [], { latency: 300, mostAtOnce: 1 });
    expect(await crowd.atOnce(64)).toEqual(['OFTHEROLE']);
    expect(await crowd.askers()).toBe(1);
    expect(crowd.files(/draft/)).toEqual([]);
  }, 300_000);

  test('of an instance are asked for once by 16 processes at once', async () => {
    await using stage = await SignIn.with();
    const service = await stage.serving(startMetadata(forAnHour));
    expect(await askersAmong16(stage, {}, 'instance', metadataEnv(service))).toBe(1);
  }, 300_000);

  const ROLE = { role_arn: 'arn:aws:iam::123456789012:role/backup' };
  test.each<readonly [string, string, Options, (place: Workplace) => void]>([
    [
      'by keys of the file',
      'keys',
      { ...ROLE, aws_access_key_id: 'LASTING', aws_secret_access_key: 'lasting-secret' },
      nothing,
    ],
    [
      'by a web identity',
      'web identity',
      { ...ROLE, web_identity_token_file: '~/token' },
      (place) => place.write('token', 'a-web-token'),
    ],
    [
      'of a profile',
      'profile',
      { aws_profile: 'backup' },
      (place) => {
        mkdirSync(place.path('.aws'));
        place.write(
          '.aws/config',
          `[profile backup]\nrole_arn = ${ROLE.role_arn}\nsource_profile = own\n[profile own]\naws_access_key_id = LASTING\naws_secret_access_key = lasting-secret\n`,
        );
      },
    ],
  ])(
    'of a role, %s, are asked for once by 16 processes at once',
    async (_title, source, options, prepare) => {
      await using stage = await SignIn.with();
      const caller = { id: 'LASTING', secret: 'lasting-secret' };
      const sts = await stage.serving(
        startSts({ keys: forAnHour, caller, region: 'us-east-1', webToken: () => 'a-web-token' }),
      );
      prepare(stage.place);
      expect(await askersAmong16(stage, { ...options, sts_endpoint: sts.url }, source)).toBe(1);
    },
    300_000,
  );

  test('of a command are asked for once by 16 processes at once', async () => {
    await using stage = await SignIn.with();
    const { AccessKeyId, SecretAccessKey, Token, Expiration } = forAnHour();
    const given = { Version: 1, AccessKeyId, SecretAccessKey, SessionToken: Token, Expiration };
    const script = commandOf(stage.place, given);
    expect(await askersAmong16(stage, { credential_process: script }, 'process')).toBe(1);
    expect(await Bun.file(`${script}.log`).text()).toBe('asked\n');
  }, 300_000);

  test('with credential_cache: off are asked for by each process, and not kept', async () => {
    await using crowd = await Crowd.of();
    const config = crowd.stage.config({ credential_cache: 'off' });
    for (let process = 0; process < 3; process += 1) {
      expect(await crowd.backup(crowd.env, config)).toBe('OFTHEROLE');
    }
    expect(crowd.asked).toBe(3);
    expect(() => crowd.files(/./)).toThrow('ENOENT');
  });

  test('that have expired are asked for once more', async () => {
    await using crowd = await Crowd.of(forAnHour, ['FIRST']);
    await crowd.backup();
    crowd.keep('FIRST', { asked: -60 * MINUTE, expires: -1 });
    expect(await crowd.atOnce(8)).toEqual(['OFTHEROLE']);
    expect(await crowd.askers()).toBe(2);
  }, 120_000);

  test('that end soon are replaced by the first process', async () => {
    await using crowd = await Crowd.of(forAnHour, ['FIRST'], { latency: 1000 });
    await crowd.backup();
    crowd.keep('FIRST', { asked: -56 * MINUTE, expires: 4 * MINUTE });
    expect(await crowd.backup()).toBe('OFTHEROLE');
    expect(await crowd.backup()).toBe('OFTHEROLE');
    expect(crowd.asked).toBe(2);
  });

  test('that end soon serve while they are replaced, and where that fails', async () => {
    await using crowd = await Crowd.of(forAnHour, ['FIRST']);
    await crowd.backup();
    crowd.keep('FIRST', { asked: -56 * MINUTE, expires: 4 * MINUTE });
    crowd.service.faults.push('silence', 'silence', 'silence');
    const first = crowd.backup();
    await until(() => crowd.asked === 2);
    // Nobody waits for the one that asks.
    expect(await crowd.atOnce(4)).toEqual(['FIRST']);
    expect(await first).toBe('FIRST');
    crowd.service.faults.length = 0;
    // A while later the next one tries, and after it another one.
    crowd.service.faults.push({ status: 400 });
    const before = crowd.asked;
    for (const id of ['FIRST', 'OFTHEROLE']) {
      crowd.keep('FIRST', { asked: -56 * MINUTE, expires: 4 * MINUTE });
      expect(await crowd.backup()).toBe(id);
    }
    expect(crowd.asked).toBe(before + 2);
  }, 120_000);

  test('that are short-lived are shared for most of their life', async () => {
    await using crowd = await Crowd.of(() => ({ ...keys(), Expiration: inMilliseconds(4 * MINUTE) }));
    for (let process = 0; process < 5; process += 1) expect(await crowd.backup()).toBe('OFTHEROLE');
    expect(crowd.asked).toBe(1);
  });

  test.each(['EXPIRED', 'FORGOTTEN'])('that the server no longer takes are replaced: %s', async (id) => {
    await using crowd = await Crowd.of(forAnHour, ['EXPIRED']);
    await crowd.backup();
    crowd.keep(id);
    expect(await crowd.backup()).toBe('OFTHEROLE');
    expect(await crowd.backup()).toBe('OFTHEROLE');
    expect(crowd.asked).toBe(2);
    expect(crowd.stage.keysUsed()).toEqual(['OFTHEROLE', id, 'OFTHEROLE', 'OFTHEROLE']);
  });

  test('that the server has never known are asked for by one process once', async () => {
    await using crowd = await Crowd.of(() => ({ ...forAnHour(), AccessKeyId: 'UNKNOWN' }));
    expect(await crowd.backup()).toMatchObject({ exitCode: 1 });
    expect([crowd.asked, crowd.stage.keysUsed()]).toEqual([1, ['UNKNOWN']]);
    expect(await crowd.backup()).toMatchObject({ exitCode: 1 });
    expect([crowd.asked, crowd.stage.keysUsed()]).toEqual([2, ['UNKNOWN', 'UNKNOWN', 'UNKNOWN']]);
  });
});

describe('keys are not shared', () => {
  test('by sign-ins that differ', async () => {
    await using crowd = await Crowd.of();
    await crowd.backup();
    const others = [
      { ...crowd.env, AWS_CONTAINER_AUTHORIZATION_TOKEN: 'another' },
      { ...crowd.env, AWS_ROLE_SESSION_NAME: 'another' },
      { ...crowd.env, AWS_CONTAINER_CREDENTIALS_FULL_URI: `${crowd.service.url}/v1/others` },
    ];
    for (const env of others) await crowd.backup(env);
    expect(crowd.asked).toBe(4);
    // What Greenplum's backends have of their own makes no difference.
    await crowd.backup({ ...crowd.env, GP_SEGMENT_ID: '3', PGPORT: '6000', PATH: '/bin' });
    expect(crowd.asked).toBe(4);
  });

  test('that have no end: they are in no file', async () => {
    await using crowd = await Crowd.of();
    const { place } = crowd.stage;
    const lasting = { Version: 1, AccessKeyId: 'OFTHEROLE', SecretAccessKey: SECRET, SessionToken: TOKEN };
    const script = commandOf(place, lasting);
    const config = crowd.stage.config({ credential_process: script });
    for (let process = 0; process < 3; process += 1) {
      expect(await crowd.backup(place.env, config)).toBe('OFTHEROLE');
    }
    expect(await Bun.file(`${script}.log`).text()).toBe('asked\n'.repeat(3));
    expect(crowd.texts()).not.toMatch(/OFTHEROLE|secret|token/);
  });

  test('of a profile without an end: they are in no file, and a change of the profile counts at once', async () => {
    await using crowd = await Crowd.of();
    const { place } = crowd.stage;
    const credentials = place.path('credentials');
    const env = { ...place.env, AWS_SHARED_CREDENTIALS_FILE: credentials };
    const text = `[default]\naws_access_key_id=LASTING\naws_secret_access_key=lasting-secret\n`;
    await Bun.write(credentials, text);
    expect(await crowd.backup(env)).toBe('LASTING');
    await Bun.write(
      credentials,
      `[default]\naws_access_key_id=OFTHEROLE\naws_secret_access_key=${SECRET}\naws_session_token=${TOKEN}\n`,
    );
    expect(await crowd.backup(env)).toBe('OFTHEROLE');
    expect(crowd.texts()).not.toMatch(/LASTING|OFTHEROLE|secret|token/);
  });
});

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
}
