import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { existsSync, readFileSync } from 'node:fs';
import { type Outcome, outcomeOf } from '../../lab/program/plugin.ts';
import { until } from '../../lab/program/until.ts';
import { keys, PATH, SECRET, SignIn, TOKEN } from './sign-in-stage.ts';

let stage: SignIn;
beforeEach(async () => {
  stage = await SignIn.start();
});
afterEach(async () => await stage[Symbol.asyncDispose]());

async function profiles(text: string, env: Readonly<Record<string, string>> = {}): Promise<Outcome> {
  return await stage.backup({ AWS_CONFIG_FILE: stage.place.write('aws-config', text), ...env });
}

function byProcess(command: string): string {
  return `[default]\ncredential_process = ${command}\n`;
}

describe('a shared profile', () => {
  test('keys', async () => {
    const text =
      '[default]\naws_access_key_id=LASTING\naws_secret_access_key = lasting-secret # of the team\n';
    stage.expectStored(await profiles(text));
  });

  test('temporary keys with their token', async () => {
    const text = `[default]\naws_access_key_id=OFTHEROLE\naws_secret_access_key=${SECRET}\naws_session_token=${TOKEN}\n`;
    stage.expectStored(await profiles(text));
  });

  const BROKEN = [
    ['that AWS_PROFILE names and is not there', '[default]\nregion=x\n', '"work" is not in'],
    [
      'whose source_profile is not there',
      '[profile work]\nrole_arn=arn:aws:iam::123456789012:role/x\nsource_profile=gone\n',
      '"work" names source_profile "gone", which is not in',
    ],
    [
      'whose source_profile leads back to it',
      '[profile work]\nrole_arn=arn:aws:iam::1:role/x\nsource_profile=b\n[profile b]\nrole_arn=arn:aws:iam::1:role/y\nsource_profile=work\n',
      'the source_profile entries refer to each other in a circle: "work" > "b" > "work"',
    ],
    [
      'without keys',
      '[profile work]\nregion = eu-west-1\n',
      '"work" has no keys, role or credential_process',
    ],
    [
      'with half of the keys',
      '[profile work]\naws_access_key_id = LASTING\n',
      '"work" has no aws_secret_access_key',
    ],
    [
      'for a person at a browser',
      '[profile work]\nsso_session = x\n',
      '"work" signs in by IAM Identity Center (SSO)',
    ],
  ] as const;

  test.each(BROKEN)('%s is named', async (_name, text, words) => {
    await stage.expectRefused(await profiles(text, { AWS_PROFILE: 'work' }), words);
  });

  test('a process that prints keys', async () => {
    const answer = stage.place.write(
      'keys.json',
      JSON.stringify({ Version: 1, ...keys(), SessionToken: TOKEN }),
    );
    stage.expectStored(await profiles(byProcess(`cat ${answer}`)));
  });

  test('a process that exits 3: its status and the first line that it wrote to stderr', async () => {
    const command = stage.place.write('command', 'echo "vault is sealed" >&2; echo more >&2; exit 3\n');
    const outcome = await profiles(byProcess(`sh ${command}`));
    await stage.expectRefused(
      outcome,
      'credential_process exited with status 3: vault is sealed)',
      'HINT: run the',
    );
  });

  test('a process that is not there, and one that prints something else', async () => {
    await stage.expectRefused(
      await profiles(byProcess('/nowhere/command')),
      "can't be started: there is no such",
    );
    const outcome = await profiles(byProcess(`echo ${SECRET}`));
    await stage.expectRefused(outcome, 'printed no keys: its answer is not a JSON object');
  });

  test('SIGTERM ends the wait for a process, and the process with its children', async () => {
    const mark = stage.place.path('pids');
    const command = stage.place.write('hang', `sleep 1000 & echo $$ $! > ${mark}; wait\n`);
    const env = {
      ...stage.place.env,
      AWS_CONFIG_FILE: stage.place.write('aws-config', byProcess(`sh ${command}`)),
    };
    const child = stage.place.start(['backup_data', stage.config(), PATH], { stdin: 'data', env });
    await until(() => existsSync(mark) && readFileSync(mark, 'utf8').endsWith('\n'));
    child.kill('SIGTERM');
    const { exitCode, stderr } = await outcomeOf(child);
    expect([exitCode, stderr]).toEqual([143, 'gpbackup_s3_plugin: ended by SIGTERM\n']);
    const pids = readFileSync(mark, 'utf8').trim().split(' ');
    await until(() => pids.every((pid) => !isRunning(pid)));
  });
});

function isRunning(pid: string): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
