import { afterAll, beforeAll, expect } from 'bun:test';
import { chmodSync } from 'node:fs';
import { type GivenKeys, startContainer, startMetadata } from '../../lab/aws/metadata.ts';
import type { Service, ServiceFault } from '../../lab/aws/service.ts';
import { startSts } from '../../lab/aws/sts.ts';
import { BACKUP_DIR, type Outcome, PREFIX, TIMESTAMP, Workplace } from '../../lab/program/plugin.ts';
import { type S3Server, startS3Server } from '../../lab/s3-server/server.ts';
import { freePorts } from '../../lab/servers/free-ports.ts';
import { storeOf } from './embedded-store.ts';
import { faultCase, type Tries } from './fault-case.ts';
import { expectSafeBackup } from './safety.ts';

/**
 * What the sources of credentials get wrong. The store is the lab's, which checks the keys and the token of each
 * request: whoever stores something there has signed in.
 */
const SECRET = 'a-secret/of+the/role';
const TOKEN = 'a-session-token/of+the/role==';
const CALLER = { id: 'CALLER', secret: 'secret/of-the-caller' };
const DATA = new TextEncoder().encode('1,one\n2,two\n');

let store: S3Server;
beforeAll(async () => {
  store = await startS3Server({
    credentials: [{ accessKeyId: 'OFTHEROLE', secretAccessKey: SECRET, sessionToken: TOKEN }],
  });
});
afterAll(async () => {
  await store.stop();
});

type Texts = Readonly<Record<string, string>>;

/** How a source is played, and how the program is told of it. */
interface Source {
  readonly name: 'instance' | 'container' | 'role' | 'web_identity';
  readonly start: (keys: () => GivenKeys, ahead?: number) => Promise<Service>;
  readonly options: (place: Workplace, address: string) => Texts;
  readonly env: (address: string) => Texts;
}

const ROLE = { role_arn: 'arn:aws:iam::123456789012:role/backup' };

const SOURCES: readonly Source[] = [
  {
    name: 'instance',
    start: (keys) => startMetadata(keys),
    options: () => ({ credential_source: 'instance' }),
    env: (address) => ({
      AWS_EC2_METADATA_DISABLED: 'false',
      AWS_EC2_METADATA_SERVICE_ENDPOINT: address,
    }),
  },
  {
    name: 'container',
    start: (keys) => startContainer(keys),
    options: () => ({ credential_source: 'container' }),
    env: (address) => ({ AWS_CONTAINER_CREDENTIALS_FULL_URI: `${address}/v1` }),
  },
  {
    name: 'role',
    start: (keys, ahead) => startSts({ keys, caller: CALLER, region: 'us-east-1', ahead }),
    options: (_, address) => ({
      ...ROLE,
      credential_source: 'role',
      sts_endpoint: address,
      aws_access_key_id: CALLER.id,
      aws_secret_access_key: CALLER.secret,
    }),
    env: () => ({}),
  },
  {
    name: 'web_identity',
    start: (keys, ahead) =>
      startSts({ keys, caller: CALLER, region: 'us-east-1', webToken: () => 'a-web-token', ahead }),
    options: (place, address) => ({
      ...ROLE,
      credential_source: 'web_identity',
      sts_endpoint: address,
      web_identity_token_file: place.write('token', 'a-web-token'),
    }),
    env: () => ({}),
  },
];

function keysUntil(Expiration: string): () => GivenKeys {
  return () => ({ AccessKeyId: 'OFTHEROLE', SecretAccessKey: SECRET, Token: TOKEN, Expiration });
}

const GOOD = keysUntil('2099-01-01T00:00:00Z');

let count = 0;

/** One small backup; what is stored, and that nothing secret is shown. @returns its outcome */
async function backup(place: Workplace, tries: Tries, options: Texts, env: Texts): Promise<Outcome> {
  count += 1;
  const name = `gpbackup_0_${TIMESTAMP}_${count}`;
  const none = { aws_access_key_id: undefined, aws_secret_access_key: undefined };
  const config = place.config(store, { ...none, retry_timeout: '3s', ...options });
  const outcome = await place.run(['backup_data', config, `${BACKUP_DIR}/${name}`], {
    stdin: DATA,
    env: { ...place.env, AWS_EC2_METADATA_DISABLED: 'true', ...env },
  });
  const fate = await expectSafeBackup(outcome, { store: storeOf(store), key: PREFIX + name, data: DATA });
  tries[fate]();
  const shown = outcome.stderr + (await place.logLines()).join('\n');
  expect(shown).not.toMatch(/secret\/of|token\/of|a-web-token/);
  return outcome;
}

/** One backup by each source, which has these faults. @returns the outcomes by name */
async function withFaults(
  tries: Tries,
  faults: (service: Service) => readonly (ServiceFault | undefined)[],
  { keys = GOOD, options = {} }: { readonly keys?: () => GivenKeys; readonly options?: Texts } = {},
): Promise<[Source, Outcome][]> {
  return await Promise.all(
    SOURCES.map(async (source): Promise<[Source, Outcome]> => {
      using place = new Workplace();
      const service = await source.start(keys);
      try {
        service.faults.push(...faults(service));
        const all = { ...source.options(place, service.url), ...options };
        return [source, await backup(place, tries, all, source.env(service.url))];
      } finally {
        await service.stop();
      }
    }),
  );
}

function times<T>(number: number, fault: T): T[] {
  return Array.from({ length: number }, () => fault);
}

function expectAll(outcomes: readonly [Source, Outcome][]): void {
  expect(outcomes.map(([{ name }, { exitCode, stderr }]) => [name, exitCode, stderr])).toEqual(
    outcomes.map(([{ name }]) => [name, 0, '']),
  );
}

/** Each names its source and why, on one line, with a hint on the next one. */
function expectNone(outcomes: readonly [Source, Outcome][], words: RegExp): void {
  for (const [{ name }, { exitCode, stderr }] of outcomes) {
    expect(stderr).toContain(`gpbackup_s3_plugin: credential_source: ${name}: `);
    expect(stderr).toMatch(words);
    expect([exitCode, stderr.trimEnd().split('\n').length]).toEqual([1, 2]);
  }
}

const EACH = 'instance, container, STS (role and web identity)';
const title = (what: string): string => `credentials: ${what}: ${EACH}`;

for (const status of [429, 500, 503]) {
  faultCase('Server answers', title(`${status} for a while, and then the keys`), async (tries) => {
    expectAll(await withFaults(tries, () => times(3, { status, body: 'busy' })));
  });
  faultCase(
    'Server answers',
    title(`${status} for good: an error that names the source (retry_timeout: 3s)`),
    async (tries) => {
      expectNone(await withFaults(tries, () => times(200, { status })), new RegExp(`HTTP ${status}.* tries`));
    },
    { concurrent: true },
  );
}

faultCase('Server answers', title('refused for good: an error at once'), async (tries) => {
  const outcomes = await withFaults(tries, () => times(20, { status: 400, body: 'no' }));
  expectNone(outcomes, /HTTP 400/);
});

faultCase(
  'Network',
  title('slow, longer than the first wait: waited for (retry_timeout: 60s)'),
  async (tries) => {
    expectAll(await withFaults(tries, () => [{ after: 6000 }], { options: { retry_timeout: '60s' } }));
  },
  { concurrent: true },
);

faultCase(
  'Network',
  title('silence for good: an error that says how long was waited (retry_timeout: 3s)'),
  async (tries) => {
    expectNone(await withFaults(tries, () => times(50, 'silence')), /ESTALLED/);
  },
  { concurrent: true },
);

faultCase('Network', title('a connection reset three times, and then the keys'), async (tries) => {
  expectAll(await withFaults(tries, () => times(3, 'reset')));
});

faultCase('Network', title('an answer cut in its middle, and then the keys'), async (tries) => {
  expectAll(await withFaults(tries, () => times(2, 'cut')));
});

faultCase(
  'Network',
  title('every answer cut in its middle: an error, no key in it (retry_timeout: 3s)'),
  async (tries) => {
    expectNone(await withFaults(tries, () => times(200, 'cut')), /failed: /);
  },
  { concurrent: true },
);

faultCase(
  'Network',
  title('a port where nobody listens: an error that names it (retry_timeout: 3s)'),
  async (tries) => {
    const [port = 0] = await freePorts(1);
    const address = `http://127.0.0.1:${port}`;
    for (const source of SOURCES) {
      using place = new Workplace();
      const options = { ...source.options(place, address), retry_timeout: '1s' };
      const outcome = await backup(place, tries, options, source.env(address));
      expectNone([[source, outcome]], new RegExp(`127.0.0.1:${port}.* failed: `));
    }
  },
);

faultCase('Server answers', title('garbage instead of keys: an error without it'), async (tries) => {
  const garbage = [
    `<html>${SECRET}`,
    `{"SecretAccessKey":"${SECRET}`,
    `["${SECRET}"]`,
    `<AssumeRoleResponse><SecretAccessKey>${SECRET}</SecretAccessKey></AssumeRoleResponse>`,
    '\0\x01\x02\u001b[31m',
    '',
  ];
  for (const body of garbage) {
    expectNone(await withFaults(tries, () => times(20, { status: 200, body })), /EPROTOCOL.*tries/);
  }
});

faultCase('Server answers', title('garbage once, and then the keys'), async (tries) => {
  expectAll(await withFaults(tries, () => [{ status: 200, body: '<html>busy</html>' }]));
});

faultCase('Server answers', title('an answer without end: an error'), async (tries) => {
  const body = 'x'.repeat(20_000_000);
  expectNone(await withFaults(tries, () => times(5, { status: 200, body })), /ETOOLONG/);
});

faultCase(
  'Server answers',
  title('keys that have expired at birth: an error with the time'),
  async (tries) => {
    const outcomes = await withFaults(tries, () => [], { keys: keysUntil('2020-01-01T00:00:00Z') });
    expectNone(outcomes, /expired on 2020-01-01T00:00:00.000Z/);
  },
);

faultCase('Server answers', title('keys whose end is not a time: an error'), async (tries) => {
  const outcomes = await withFaults(tries, () => [], { keys: keysUntil('tomorrow') });
  expectNone(outcomes, /Expiration that is not a valid time/);
});

for (const [what, minutes] of [
  ['an hour slow', 60],
  ['an hour fast', -60],
] as const) {
  faultCase(
    'Server answers',
    `credentials: a clock that is ${what}, as STS sees it: signed again with its time, keys end by its time`,
    async (tries) => {
      const ahead = minutes * 60_000;
      for (const source of SOURCES.filter(({ name }) => name === 'role' || name === 'web_identity')) {
        using place = new Workplace();
        const service = await source.start(
          keysUntil(new Date(Date.now() + ahead + 900_000).toISOString()),
          ahead,
        );
        try {
          const outcome = await backup(place, tries, source.options(place, service.url), {});
          expect([outcome.exitCode, outcome.stderr]).toEqual([0, '']);
          expect(service.calls).toHaveLength(source.name === 'role' ? 2 : 1);
        } finally {
          await service.stop();
        }
      }
    },
  );
}

faultCase(
  'Process',
  'credentials: credential_process that exits with 1, hangs, prints garbage or is missing: an error with what it said',
  async (tries) => {
    const BODIES: readonly (readonly [string, RegExp])[] = [
      ['echo "vault is sealed" >&2; exit 1', /exited with status 1: vault is sealed\n/],
      ['sleep 1000', /did not end within 3 s/],
      ['kill -9 $$', /was ended by SIGKILL/],
      [`echo '{"SecretAccessKey":"${SECRET}'`, /printed no keys/],
      [`echo "${SECRET}" >&2; echo "${SECRET}"; exit 1`, /exited with status 1/],
      ['yes', /printed more than 64KB/],
      ['exec rm /nowhere/file', /exited with status 1: .*\/nowhere\/file/],
    ];
    for (const [body, words] of BODIES) {
      using place = new Workplace();
      const command = place.write('keys', `#!/bin/sh\n${body}\n`);
      chmodSync(command, 0o755);
      const options = { credential_source: 'process', credential_process: command, max_request_retries: '1' };
      const outcome = await backup(place, tries, options, {});
      expect(outcome.stderr).toContain('credential_source: process: credential_process ');
      expect(outcome.stderr).toMatch(words);
    }
  },
);

faultCase('Process', 'credentials: credential_process that fails twice: run again', async (tries) => {
  using place = new Workplace();
  const mark = place.path('mark');
  const answer = place.write(
    'answer',
    JSON.stringify({ Version: 1, AccessKeyId: 'OFTHEROLE', SecretAccessKey: SECRET, SessionToken: TOKEN }),
  );
  const command = place.write(
    'keys',
    `#!/bin/sh\necho x >>${mark}\n[ "$(wc -l <${mark})" -ge 3 ] || exit 1\ncat ${answer}\n`,
  );
  chmodSync(command, 0o755);
  const outcome = await backup(place, tries, { credential_process: command }, {});
  expect([outcome.exitCode, outcome.stderr]).toEqual([0, '']);
});
