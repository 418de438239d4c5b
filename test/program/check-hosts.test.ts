import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { Outcome } from '../../lab/program/plugin.ts';
import { until } from '../../lab/program/until.ts';
import { VERSION } from '../../src/base/product.ts';
import { badLines, CheckStage, misconfigured } from './check-stage.ts';

/**
 * Runs the command here. Where the host has a folder, its config file, its program and its commands take the place of
 * this host's: `HOST/config.yaml`, `HOST/program`, `HOST/bin`. `HOST/ssh` is run in place of all of it.
 */
const SSH = `#!/bin/sh
for word in "$@"; do printf '%s\\n' "$word" >>"$FAKE/words"; done
while [ "\${1#-}" != "$1" ]; do shift 2; done
host=$1
shift
command=$*
own=$FAKE/$host
[ -e "$own/ssh" ] && exec "$own/ssh" "$command"
[ -e "$own/config.yaml" ] && command=$(printf '%s' "$command" | sed "s#'$FAKE/config.yaml'#'$own/config.yaml'#g")
[ -e "$own/program" ] && command=$(printf '%s' "$command" | sed "s#'$FAKE_PROGRAM'#'$own/program'#g")
[ -e "$own/without-config" ] && command=$(printf '%s' "$command" | sed "s#'$FAKE/config.yaml'#'$own/nowhere.yaml'#g")
PATH=$own/bin:$PATH
echo 'Welcome to this host'
exec sh -c "$command"
`;

let stage: CheckStage;
beforeEach(async () => {
  stage = await CheckStage.start();
  mkdirSync(stage.place.path('bin'));
  executable('bin/ssh', SSH);
});
afterEach(async () => await stage[Symbol.asyncDispose]());

function executable(name: string, text: string): void {
  chmodSync(stage.place.write(name, text), 0o755);
}

/** The environment in which ssh is the one above. */
function env(): Record<string, string> {
  const { place } = stage;
  const path = `${place.path('bin')}:/usr/bin:/bin`;
  return { ...place.env, PATH: path, FAKE: place.folder, FAKE_PROGRAM: place.program };
}

async function onHosts(hosts: string, flags: readonly string[] = []): Promise<Outcome> {
  const file = stage.place.write('all_hosts', hosts);
  return await stage.place.run(['check', stage.config(), '--hosts', file, ...flags], { env: env() });
}

/** With one host that has files of its own. */
async function onHost(files: Readonly<Record<string, string>>): Promise<Outcome> {
  mkdirSync(stage.place.path('sdw1/bin'), { recursive: true });
  for (const [name, text] of Object.entries(files)) executable(`sdw1/${name}`, text);
  return await onHosts('sdw1\n');
}

test('where all is in order, each host has a line', async () => {
  const outcome = await onHosts('# segments\nsdw1\n\n sdw2 # the second\nsdw1\n');
  expect([badLines(outcome), outcome.exitCode, outcome.stderr]).toEqual([[], 0, '']);
  const lines = outcome.stdout
    .toString()
    .split('\n')
    .filter((line) => line.includes('sdw'));
  expect(lines.map((line) => line.replaceAll(/ +/g, ' ').replace(VERSION, 'VERSION'))).toEqual(
    ['sdw1', 'sdw2'].map(
      (host) => `ok ${host}: host version VERSION, the same config and time, all checks are ok`,
    ),
  );
  const words = readFileSync(stage.place.path('words'), 'utf8');
  expect(words).toContain('BatchMode=yes\n');
  expect(words).toMatch(/ConnectTimeout=\d+\n/);
});

describe('what differs on a host', () => {
  misconfigured(
    'A host has another version',
    async () => await onHost({ program: '#!/bin/sh\necho gpbackup_s3_plugin version 1.0.0\n' }),
    { also: ['FAIL sdw1: check '] },
  );

  misconfigured('A host does not have the plugin', async () => {
    const missing = `#!/bin/sh\nexec sh -c "$(printf '%s' "$1" | sed "s#'$FAKE_PROGRAM'#'/nowhere/x'#g")"\n`;
    return await onHost({ ssh: missing });
  });

  misconfigured(
    'A host has another config file',
    async () => {
      const text = await Bun.file(stage.config()).text();
      const outcome = await onHost({ 'config.yaml': `${text}  restore_subset: "on"\n` });
      const hash = new Bun.CryptoHasher('sha256').update(text).digest('hex');
      expect(outcome.stdout.toString()).not.toContain(hash);
      return outcome;
    },
    { also: ['warn sdw1: config mode '] },
  );

  misconfigured('A host does not have the config file', async () => await onHost({ 'without-config': '' }));

  misconfigured(
    'The clock of a host is 3 minutes off',
    async () => await onHost({ 'bin/date': '#!/bin/sh\necho $(($(/bin/date +%s) - 181))\n' }),
  );

  misconfigured(
    "A host can't be reached",
    async () =>
      await onHost({
        ssh: '#!/bin/sh\necho "ssh: connect to host sdw1 port 22: No route to host" >&2\nexit 255\n',
      }),
    { exitCode: 4 },
  );

  misconfigured(
    "A host can't reach the server",
    async () => {
      const text = await Bun.file(stage.config()).text();
      const away = text.replace(/endpoint: .*/, 'endpoint: "http://127.0.0.1:1"');
      return await onHost({ 'config.yaml': away });
    },
    { also: ['warn sdw1: config '] },
  );

  test('a host that is well is not held up by one that is not', async () => {
    mkdirSync(stage.place.path('sdw2'));
    executable('sdw2/ssh', '#!/bin/sh\nexit 255\n');
    const outcome = await onHosts('sdw1\nsdw2\nsdw3\n');
    expect(badLines(outcome).map((line) => line.split(' HINT')[0])).toEqual([
      'FAIL sdw2: ssh ssh exited with status 255',
    ]);
    expect(outcome.stdout.toString()).toMatch(/^ok +sdw3: host/m);
  });
});

test('what is found here too is shown once', async () => {
  await stage[Symbol.asyncDispose]();
  stage = await CheckStage.start({ lifecycle: [] });
  mkdirSync(stage.place.path('bin'));
  executable('bin/ssh', SSH);
  const outcome = await onHosts('sdw1\nsdw2\n');
  expect(badLines(outcome).map((line) => line.slice(0, 14))).toEqual(['warn lifecycle']);
  expect(outcome.stdout.toString()).toMatch(/^ok +sdw2: host +version .*, the same findings$/m);
});

test('what a hostile host says does not reach the terminal', async () => {
  const hostile = '\\033[2J\\nok    sdw1: host  all is well';
  const outcome = await onHost({
    ssh: `#!/bin/sh\nprintf '${hostile}' >&2\nprintf '${hostile}'\nexit 255\n`,
  });
  expect(outcome.stdout.toString()).not.toContain('\u001b');
  expect(outcome.stdout.toString()).not.toMatch(/^ok {4}sdw1/m);
});

test('what a hostile host answers as JSON stays on its line', async () => {
  const check = {
    result: { checks: [{ status: '\u001b[31m', what: 'a\nok    zzz', detail: { x: 1 }, hint: 7 }] },
  };
  const lines = [
    'clock',
    '$(date +%s)',
    'config',
    'a'.repeat(64),
    'version',
    'gpbackup_s3_plugin version 1',
    'check',
  ];
  const marked = lines.map((line, index) => (index % 2 === 0 ? `gpbackup_s3_plugin@${line}` : line));
  writeFileSync(stage.place.path('answer.json'), JSON.stringify(check));
  const outcome = await onHost({
    ssh: `#!/bin/sh\ncat <<END\n${marked.join('\n')}\nEND\ncat "$FAKE/answer.json"\n`,
  });
  expect(outcome.stdout.toString()).not.toContain('\u001b');
  expect(outcome.stdout.toString()).not.toMatch(/^ok {4}zzz/m);
  expect(badLines(outcome).map((line) => line.trim())).toContain('FAIL sdw1: a\\nok zzz');
  expect(outcome.exitCode).toBe(3);
});

test('the hosts are asked in parallel', async () => {
  // Each waits until all four have been called.
  const meet = `#!/bin/sh
touch "$FAKE/met-$$"
tries=0
until [ "$(ls "$FAKE" | grep -c '^met-')" -ge 4 ]; do
  tries=$((tries + 1)); [ $tries -gt 500 ] && exit 1; sleep 0.02
done
exec sh -c "$1"
`;
  const hosts = ['h1', 'h2', 'h3', 'h4'];
  for (const host of hosts) {
    mkdirSync(stage.place.path(host));
    executable(`${host}/ssh`, meet);
  }
  expect(badLines(await onHosts(hosts.join('\n')))).toEqual([]);
});

test('a signal ends what runs for other hosts', async () => {
  mkdirSync(stage.place.path('sdw1'));
  executable('sdw1/ssh', '#!/bin/sh\necho $$ >"$FAKE/pid"\nexec sleep 300\n');
  const file = stage.place.write('all_hosts', 'sdw1\n');
  const child = stage.place.start(['check', stage.config(), '--hosts', file], { env: env() });
  const pid = (): number =>
    existsSync(stage.place.path('pid')) ? Number(readFileSync(stage.place.path('pid'), 'utf8')) : 0;
  await until(() => pid() > 0);
  child.kill('SIGTERM');
  expect(await child.exited).toBe(143);
  await until(
    () => !existsSync(`/proc/${pid()}`) || readFileSync(`/proc/${pid()}/stat`, 'utf8').includes(') Z'),
  );
});

describe('the file of hosts', () => {
  test.each([
    ['-oProxyCommand=touch$IFS/tmp/x', '"-oProxyCommand=touch$IFS/tmp/x" is not a valid host name'],
    ['sdw1;reboot', 'is not a valid host name'],
    ['sdw1 sdw2', '"sdw1 sdw2" is not a valid host name'],
    ['$(id)', 'is not a valid host name'],
    ['# none\n', 'names no host'],
  ])('%p is refused', async (text, message) => {
    const { exitCode, stderr } = await onHosts(text);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(message);
    expect(existsSync(stage.place.path('words'))).toBe(false);
  });

  test('that is not there is refused', async () => {
    const { exitCode, stderr } = await stage.place.run(['check', stage.config(), '--hosts', '/nowhere']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("the host file /nowhere can't be read");
  });
});
