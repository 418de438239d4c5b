import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const REPOSITORY = join(import.meta.dir, '..', '..');
/** The target folder as the script is told; each host has its own behind it. */
export const TARGET = '/greenplum/bin';
export const VERSION_LINE = 'gpbackup_s3_plugin version 9.8.7';

/** Says the version of the file it came from, unless the host (see SSH) makes it lie or fail. */
const PROGRAM = `#!/bin/sh
[ "$FAKE_FAILS" = yes ] && { echo 'cannot execute binary file' >&2; exit 126; }
echo "\${FAKE_SAYS:-${VERSION_LINE}}"
`;

/**
 * Runs the command here, in the host's folder. A host's name says what is wrong with it:
 * `unreachable`, `cut` (the connection ends early), `stale` and `other` (their program says another version),
 * `foreign` (the program does not start), `nobody` (the user may not write), `hang` (no answer ever),
 * `meet-*` (waits until FAKE_MEET hosts have been called), `alone-*` (notes when another is called as well).
 */
const SSH = `#!/bin/sh
while [ "\${1#-}" != "$1" ]; do shift 2; done
host=$1
shift
command=$(printf '%s' "$*" | sed "s#'${TARGET}#'$FAKE_HOSTS/$host${TARGET}#g")
echo "$host" >>"$FAKE_HOSTS/calls"
PATH=$FAKE_HOSTS/bin:$PATH
cd "$FAKE_HOSTS" || exit 255
case $host in
unreachable) echo 'ssh: connect to host unreachable port 22: No route to host' >&2; exit 255 ;;
cut) head -c 100 | sh -c "$command"; exit $? ;;
stale | other) FAKE_SAYS='gpbackup_s3_plugin version 1.0.0'; export FAKE_SAYS ;;
foreign) FAKE_FAILS=yes; export FAKE_FAILS ;;
nobody) [ "$(id -u)" = 0 ] && exec setpriv --reuid=65534 --regid=65534 --clear-groups sh -c "$command" ;;
hang) echo $$ >hanging.new; mv hanging.new hanging; exec tail -f /dev/null ;;
meet-*)
  touch "met-$host"
  tries=0
  until [ "$(ls | grep -c '^met-')" -ge "$FAKE_MEET" ]; do
    tries=$((tries + 1))
    [ $tries -gt 500 ] && { echo 'nobody came' >&2; exit 1; }
    sleep 0.02
  done ;;
alone-*)
  mkdir busy 2>/dev/null || touch overlap
  sh -c "$command"
  status=$?
  rmdir busy 2>/dev/null
  exit $status ;;
esac
exec sh -c "$command"
`;

const MV = `#!/bin/sh
for last in "$@"; do :; done
echo "$last" >>"$FAKE_HOSTS/moves"
exec /bin/mv "$@"
`;

export interface Outcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The install script in a folder like the unpacked archive, and hosts that are folders. */
export class FakeHosts implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'gpbackup-s3-plugin-hosts-'));
  readonly release = join(this.folder, 'release');
  readonly #tmp = join(this.folder, 'tmp');

  constructor(hosts: readonly string[]) {
    // A host's user may be another one than the tests'.
    chmodSync(this.folder, 0o755);
    for (const folder of [this.release, this.#tmp, join(this.folder, 'bin'), join(this.folder, 'ssh')]) {
      mkdirSync(folder);
    }
    copyFileSync(
      join(REPOSITORY, 'scripts', 'install-on-hosts.sh'),
      join(this.release, 'install-on-hosts.sh'),
    );
    copyFileSync(
      join(REPOSITORY, 'launcher', 'gpbackup_s3_plugin'),
      join(this.release, 'gpbackup_s3_plugin'),
    );
    this.executable(join(this.release, 'gpbackup_s3_plugin'));
    this.executable(join(this.release, 'gpbackup_s3_plugin.bin'), PROGRAM);
    this.executable(join(this.folder, 'ssh', 'ssh'), SSH);
    this.executable(join(this.folder, 'bin', 'mv'), MV);
    for (const host of hosts) mkdirSync(this.targetOf(host), { recursive: true });
  }

  executable(path: string, text?: string): void {
    if (text !== undefined) writeFileSync(path, text);
    chmodSync(path, 0o755);
  }

  /** Puts documents next to the install script, as the archive has them. */
  addDocuments(): void {
    mkdirSync(join(this.release, 'docs'));
    for (const name of ['README.md', 'LICENSE', 'CHANGELOG.md', 'config.schema.json']) {
      writeFileSync(join(this.release, name), name);
    }
    writeFileSync(join(this.release, 'docs', 'options.md'), 'options.md');
  }

  /** Where the target folder of a host really is. */
  targetOf(host: string): string {
    return join(this.folder, host, TARGET);
  }

  /** The files in a host's target folder, hidden ones too. */
  installedOn(host: string): string[] {
    return readdirSync(this.targetOf(host)).toSorted();
  }

  /** What the script has left in the folder for temporary files. */
  leftovers(): string[] {
    return readdirSync(this.#tmp);
  }

  start(
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): Bun.Subprocess<'ignore', 'pipe', 'pipe'> {
    return Bun.spawn(['bash', join(this.release, 'install-on-hosts.sh'), ...args], {
      cwd: this.folder,
      env: {
        PATH: `${join(this.folder, 'ssh')}:/usr/bin:/bin`,
        HOME: this.folder,
        TMPDIR: this.#tmp,
        FAKE_HOSTS: this.folder,
        ...env,
      },
      stdin: 'ignore',
      stdout: 'pipe',
      stderr: 'pipe',
    });
  }

  async run(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Outcome> {
    const child = this.start(args, env);
    const [stdout, stderr, exitCode] = await Promise.all([
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
      child.exited,
    ]);
    return { exitCode, stdout, stderr };
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
