import { describe, expect, test } from 'bun:test';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { FakeHosts, TARGET, VERSION_LINE } from './fake-hosts.ts';

const BOTH_FILES = ['gpbackup_s3_plugin', 'gpbackup_s3_plugin.bin'];
const lines = (text: string): string[] => text.trimEnd().split('\n').toSorted();
const read = (path: string): string => readFileSync(path, 'utf8');

/** A line that matches; the matcher itself has no type. */
const like = (pattern: RegExp): string => expect.stringMatching(pattern) as string;

async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; !condition(); tries += 1) {
    if (tries > 500) throw new Error('it never came to that');
    await Bun.sleep(20);
  }
}

describe('install-on-hosts.sh', () => {
  test('puts launcher and program on every host and prints each version', async () => {
    using hosts = new FakeHosts(['sdw1', 'sdw2']);
    const { exitCode, stdout, stderr } = await hosts.run(['-h', 'sdw1', '-h', 'sdw2', '-d', TARGET]);
    expect(stderr).toBe('');
    expect(lines(stdout)).toEqual([
      `installed on 2 hosts: ${TARGET}/gpbackup_s3_plugin`,
      `ok      sdw1: ${VERSION_LINE}`,
      `ok      sdw2: ${VERSION_LINE}`,
    ]);
    expect(exitCode).toBe(0);
    for (const host of ['sdw1', 'sdw2']) {
      expect(hosts.installedOn(host)).toEqual(BOTH_FILES);
      for (const name of BOTH_FILES) {
        expect(read(join(hosts.targetOf(host), name))).toBe(read(join(hosts.release, name)));
        expect(statSync(join(hosts.targetOf(host), name)).mode & 0o777).toBe(0o755);
      }
    }
    expect(hosts.leftovers()).toEqual([]);
  });

  test('puts the documents next to the program, in place of those of an older version', async () => {
    using hosts = new FakeHosts(['sdw1']);
    hosts.addDocuments();
    const documents = join(hosts.targetOf('sdw1'), 'gpbackup_s3_plugin.docs');
    mkdirSync(documents);
    writeFileSync(join(documents, 'OLD.md'), 'old');
    const { exitCode, stdout } = await hosts.run(['-h', 'sdw1', '-d', TARGET]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain(`ok      sdw1: ${VERSION_LINE}\n`);
    expect(hosts.installedOn('sdw1')).toEqual([...BOTH_FILES, 'gpbackup_s3_plugin.docs']);
    expect(readdirSync(documents).toSorted()).toEqual([
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'config.schema.json',
      'docs',
    ]);
    expect(read(join(documents, 'docs', 'options.md'))).toBe('options.md');
    for (const name of BOTH_FILES) {
      expect(read(join(hosts.targetOf('sdw1'), name))).toBe(read(join(hosts.release, name)));
    }
    expect(hosts.leftovers()).toEqual([]);
  });

  test('installs the plugin also where its documents can not be installed, and says so', async () => {
    using hosts = new FakeHosts(['sdw1']);
    hosts.addDocuments();
    hosts.executable(join(hosts.folder, 'bin', 'tar'), '#!/bin/sh\nexit 127\n');
    const { exitCode, stdout } = await hosts.run(['-h', 'sdw1', '-d', TARGET]);
    expect(stdout).toContain(`ok      sdw1: ${VERSION_LINE} (its documents could not be installed)\n`);
    expect(exitCode).toBe(0);
    expect(hosts.installedOn('sdw1')).toEqual(BOTH_FILES);
  });

  test('takes $GPHOME/bin when no target is given', async () => {
    using hosts = new FakeHosts(['sdw1']);
    const { exitCode } = await hosts.run(['-h', 'sdw1'], { GPHOME: dirname(TARGET) });
    expect(exitCode).toBe(0);
    expect(hosts.installedOn('sdw1')).toEqual(BOTH_FILES);
  });

  test('reads a host file with comments, empty lines, spaces, repeated hosts, CRLF and no last line break', async () => {
    using hosts = new FakeHosts(['cdw', 'sdw1', 'gpadmin@sdw2', 'sdw-3.example']);
    const file = join(hosts.folder, 'hostfile');
    writeFileSync(
      file,
      '# all hosts\n\ncdw\n  sdw1\t# rack 2\n\t\nsdw1\ngpadmin@sdw2\r\n   # none\nsdw-3.example',
    );
    const { exitCode, stdout } = await hosts.run(['-f', file, '-d', TARGET]);
    expect(lines(stdout)).toEqual([
      `installed on 4 hosts: ${TARGET}/gpbackup_s3_plugin`,
      ...['cdw', 'gpadmin@sdw2', 'sdw-3.example', 'sdw1'].map((host) => `ok      ${host}: ${VERSION_LINE}`),
    ]);
    expect(exitCode).toBe(0);
  });

  test('moves the program into place before the launcher', async () => {
    using hosts = new FakeHosts(['sdw1']);
    await hosts.run(['-h', 'sdw1', '-d', TARGET]);
    expect(lines(read(join(hosts.folder, 'moves')))).toHaveLength(2);
    expect(read(join(hosts.folder, 'moves')).split('\n').slice(0, 2)).toEqual([
      join(hosts.targetOf('sdw1'), 'gpbackup_s3_plugin.bin'),
      join(hosts.targetOf('sdw1'), 'gpbackup_s3_plugin'),
    ]);
  });

  test('replaces an installed file by a new one, so that a running program keeps its own', async () => {
    using hosts = new FakeHosts(['sdw1']);
    const installed = join(hosts.targetOf('sdw1'), 'gpbackup_s3_plugin.bin');
    writeFileSync(installed, 'old');
    const before = statSync(installed).ino;
    await hosts.run(['-h', 'sdw1', '-d', TARGET]);
    expect(statSync(installed).ino).not.toBe(before);
    expect(read(installed)).toBe(read(join(hosts.release, 'gpbackup_s3_plugin.bin')));
  });

  test('names every host that failed, says why, and installs on the others', async () => {
    const all = ['sdw1', 'unreachable', 'stale', 'foreign', 'nofolder', 'sdw2'];
    using hosts = new FakeHosts(all);
    rmSync(hosts.targetOf('nofolder'), { recursive: true });
    writeFileSync(hosts.targetOf('nofolder'), 'a file where the folder should be');
    const { exitCode, stdout, stderr } = await hosts.run([
      ...all.flatMap((host) => ['-h', host]),
      '-d',
      TARGET,
    ]);
    expect(exitCode).toBe(1);
    expect(stderr).toBe('4 of 6 hosts failed: unreachable stale foreign nofolder\n');
    expect(lines(stdout)).toEqual([
      like(/^FAILED {2}foreign: installed, but it does not start there: cannot execute/),
      like(/^FAILED {2}nofolder: not installed: there is no folder \S+\/nofolder\/greenplum\/bin/),
      `FAILED  stale: installed, but it says "gpbackup_s3_plugin version 1.0.0" instead of "${VERSION_LINE}"`,
      like(/^FAILED {2}unreachable: not installed: ssh: connect to host .* No route to host/),
      `ok      sdw1: ${VERSION_LINE}`,
      `ok      sdw2: ${VERSION_LINE}`,
    ]);
    expect(hosts.installedOn('sdw2')).toEqual(BOTH_FILES);
    expect(hosts.leftovers()).toEqual([]);
  });

  test.skipIf(process.getuid?.() === 0 && Bun.which('setpriv') === null)(
    'fails on a host whose target folder may not be written',
    async () => {
      using hosts = new FakeHosts(['nobody']);
      const locked = Bun.spawnSync(['chmod', '555', hosts.targetOf('nobody')]);
      expect(locked.success).toBe(true);
      const { exitCode, stdout } = await hosts.run(['-h', 'nobody', '-d', TARGET]);
      expect(exitCode).toBe(1);
      expect(stdout).toContain('FAILED  nobody: not installed:');
      expect(stdout).toContain('cannot be written');
      expect(hosts.installedOn('nobody')).toEqual([]);
    },
  );

  test('keeps what was installed, and leaves no half file, when the connection ends early', async () => {
    using hosts = new FakeHosts(['cut']);
    for (const name of BOTH_FILES) writeFileSync(join(hosts.targetOf('cut'), name), `old ${name}`);
    const { exitCode, stdout } = await hosts.run(['-h', 'cut', '-d', TARGET]);
    expect(exitCode).toBe(1);
    expect(stdout).toBe('FAILED  cut: not installed: not all bytes arrived \n');
    expect(hosts.installedOn('cut')).toEqual(BOTH_FILES);
    for (const name of BOTH_FILES) expect(read(join(hosts.targetOf('cut'), name))).toBe(`old ${name}`);
  });

  test('lets the hosts be compared with each other when the program does not start here', async () => {
    using hosts = new FakeHosts(['sdw1', 'sdw2', 'stale']);
    // The launcher of this side finds a program of another processor; the hosts' own says its version.
    hosts.executable(
      join(hosts.release, 'gpbackup_s3_plugin.bin'),
      `#!/bin/sh\n[ "\${0#${hosts.release}}" = "$0" ] || exit 126\necho "\${FAKE_SAYS:-${VERSION_LINE}}"\n`,
    );
    const { exitCode, stdout, stderr } = await hosts.run([
      '-h',
      'sdw1',
      '-h',
      'sdw2',
      '-h',
      'stale',
      '-d',
      TARGET,
    ]);
    expect(exitCode).toBe(1);
    expect(stderr).toBe('1 of 3 hosts failed: stale\n');
    expect(stdout).toContain(
      `FAILED  stale: it says "gpbackup_s3_plugin version 1.0.0", the hosts before say "${VERSION_LINE}"`,
    );
  });

  test('works on several hosts at once', async () => {
    const all = ['meet-1', 'meet-2', 'meet-3'];
    using hosts = new FakeHosts(all);
    const { exitCode, stdout } = await hosts.run([...all.flatMap((host) => ['-h', host]), '-d', TARGET], {
      FAKE_MEET: '3',
    });
    expect(stdout).not.toContain('nobody came');
    expect(exitCode).toBe(0);
  });

  test('works on no more hosts at once than -j says', async () => {
    const all = ['alone-1', 'alone-2', 'alone-3'];
    using hosts = new FakeHosts(all);
    const { exitCode } = await hosts.run([...all.flatMap((host) => ['-h', host]), '-d', TARGET, '-j', '1']);
    expect(exitCode).toBe(0);
    expect(existsSync(join(hosts.folder, 'overlap'))).toBe(false);
    expect(lines(read(join(hosts.folder, 'calls')))).toHaveLength(6);
  });

  test('ends its connections and removes its files when it is told to end', async () => {
    using hosts = new FakeHosts(['hang']);
    const child = hosts.start(['-h', 'hang', '-d', TARGET]);
    const marker = join(hosts.folder, 'hanging');
    await until(() => existsSync(marker));
    child.kill('SIGTERM');
    expect(await child.exited).toBe(130);
    const connection = `/proc/${read(marker).trim()}`;
    await until(() => !existsSync(connection) || /^State:\tZ/m.test(read(join(connection, 'status'))));
    expect(hosts.leftovers()).toEqual([]);
  });

  test.each<[string, string[], string]>([
    ['no host', ['-d', TARGET], 'no host given'],
    ['an empty host file', ['-f', 'empty', '-d', TARGET], 'no host given'],
    ['a host file that is not there', ['-f', 'missing', '-d', TARGET], "the host file missing can't be read"],
    [
      'two words in a line of the host file',
      ['-f', 'two', '-d', TARGET],
      'has more than one word in the line',
    ],
    [
      'a host that is an option of ssh',
      ['-h', '-oProxyCommand=x', '-d', TARGET],
      '"-oProxyCommand=x" is not a valid host name',
    ],
    ['a host with a shell character', ['-h', 'a;b', '-d', TARGET], '"a;b" is not a valid host name'],
    ['no target and no GPHOME', ['-h', 'sdw1'], 'GPHOME is not set'],
    ['a relative target', ['-h', 'sdw1', '-d', 'bin'], 'must be an absolute path'],
    ['a target with a quote', ['-h', 'sdw1', '-d', "/a'b"], 'characters that a remote shell would interpret'],
    [
      'a number of hosts that is none',
      ['-h', 'sdw1', '-d', TARGET, '-j', '0'],
      '"0" is not a valid number of hosts',
    ],
    ['an unknown option', ['-x'], 'unknown option or missing value: -x'],
    ['a word too many', ['-h', 'sdw1', '-d', TARGET, 'sdw2'], 'unexpected argument "sdw2"'],
  ])('refuses %s before it calls any host', async (_, args, message) => {
    using hosts = new FakeHosts(['sdw1']);
    writeFileSync(join(hosts.folder, 'empty'), '\n# nobody\n');
    writeFileSync(join(hosts.folder, 'two'), 'sdw1 sdw2\n');
    const { exitCode, stdout, stderr } = await hosts.run(args);
    expect(exitCode).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain(`install-on-hosts.sh: `);
    expect(stderr).toContain(message);
    expect(existsSync(join(hosts.folder, 'calls'))).toBe(false);
  });

  test('refuses to start without the program next to it', async () => {
    using hosts = new FakeHosts(['sdw1']);
    rmSync(join(hosts.release, 'gpbackup_s3_plugin.bin'));
    mkdirSync(join(hosts.release, 'gpbackup_s3_plugin.bin'));
    const { exitCode, stderr } = await hosts.run(['-h', 'sdw1', '-d', TARGET]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('gpbackup_s3_plugin.bin is missing: it belongs next to this script');
  });
});
