import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { closed, compiled, type Envelope, type Schema, schemaOf } from '../../lab/program/json-output.ts';
import { CheckStage } from './check-stage.ts';

/** The forms of what `check` answers. */
let stage: CheckStage;
beforeEach(async () => {
  stage = await CheckStage.start();
});
afterEach(async () => await stage[Symbol.asyncDispose]());

interface Result {
  readonly status: string;
  readonly checks: readonly { readonly status: string; readonly what: string; readonly seen: boolean }[];
  readonly last_backup: string | null;
  readonly latency_seconds: number | null;
  readonly upload_bytes_per_second: number | null;
}

describe('--json', () => {
  const validate = compiled(closed(schemaOf('check')) as Schema);
  const json = async (flags: readonly string[], options = {}): Promise<Result> => {
    const { stdout } = await stage.check([...flags, '--json'], options);
    const answer = JSON.parse(stdout.toString()) as Envelope<Result>;
    validate(answer);
    expect(validate.errors ?? []).toEqual([]);
    return answer.result;
  };

  test('has a check for each line, and figures', async () => {
    const { status, checks, ...rest } = await json(['--write']);
    expect(status).toBe('ok');
    const lines = (await stage.check(['--write'])).stdout.toString().split('\n').slice(0, -2);
    expect(checks.map(({ what }) => what)).toEqual(lines.map((line) => line.slice(6).split('  ')[0] ?? ''));
    expect(rest.last_backup).toBe('20261125025410');
    expect(rest.latency_seconds).toBeGreaterThan(0);
    expect(rest.upload_bytes_per_second).toBeGreaterThan(0);
  });

  test('has the mistakes of a config file that can not be used', async () => {
    const { status, checks, last_backup } = await json([], { bukcet: 'x' });
    expect([status, last_backup]).toEqual(['FAIL', null]);
    expect(checks[0]).toMatchObject({ status: 'FAIL', what: 'config', seen: true });
  });
});

const nagios = async (flags: readonly string[] = [], options = {}) => {
  const { exitCode, stdout, stderr } = await stage.check(['--nagios', ...flags], options);
  expect(stderr).toBe('');
  expect(stdout.toString().split('\n')).toHaveLength(2);
  expect(stdout.toString().split('|')).toHaveLength(stdout.toString().includes('UNKNOWN') ? 1 : 2);
  return [exitCode, stdout.toString().trimEnd()] as const;
};

describe('--nagios', () => {
  test('says OK, with the last backup and figures', async () => {
    const [exitCode, line] = await nagios(['--max-age', '20000d']);
    expect(exitCode).toBe(0);
    expect(line).toMatch(
      /^GPBACKUP_S3 OK - \d+ checks; last backup 20261125025410 of sales, \d+ [hd] old \| age=\d+s;;1728000000 latency=[\d.]+s warnings=0 failures=0$/,
    );
  });

  test('says WARNING for a warning', async () => {
    const [exitCode, line] = await nagios([], { aws_session_token: undefined, verify_tls: 'off' });
    expect(exitCode).toBe(1);
    expect(line).toStartWith('GPBACKUP_S3 WARNING - config: verify_tls is off');
  });

  test('says CRITICAL for a failure, which comes first', async () => {
    const [exitCode, line] = await nagios(['--max-age', '26h'], { verify_tls: 'off' });
    expect(exitCode).toBe(2);
    expect(line).toStartWith('GPBACKUP_S3 CRITICAL - last backup: 20261125025410 of sales');
    expect(line).toContain('; config: verify_tls is off');
  });

  test('says CRITICAL for a config file that can not be used', async () => {
    const [exitCode, line] = await nagios([], { bukcet: 'a|b' });
    expect(exitCode).toBe(2);
    expect(line).toStartWith('GPBACKUP_S3 CRITICAL - config: ');
  });

  test('says UNKNOWN for a value that is not valid', async () => {
    const [exitCode, line] = await nagios(['--max-age', 'a|b']);
    expect(exitCode).toBe(3);
    expect(line).toStartWith('GPBACKUP_S3 UNKNOWN - --max-age: "a/b" is not a valid duration');
  });
});

test('secrets are in no line, message or log', async () => {
  const secret = 'SECRET+of/this+test0123456789abcdefghijk';
  const config = stage.config({ aws_secret_access_key: secret, logger_verbosity: 'debug' });
  for (const flags of [[], ['--json'], ['--nagios'], ['--write']]) {
    const { stdout, stderr } = await stage.place.run(['check', config, ...flags]);
    expect(stdout.toString() + stderr).not.toContain(secret);
  }
  expect((await stage.place.logLines()).join('\n')).not.toContain(secret);
});

test('the log has one line about it', async () => {
  await stage.check();
  const lines = (await stage.place.logLines()).filter((line) => line.includes('-[INFO]:-checked '));
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/config\.yaml: \d+ ok$/);
});
