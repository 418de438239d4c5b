import { chmodSync, copyFileSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { S3Server } from '../s3-server/server.ts';

/** The installed program: `npm test` builds it before it runs the tests. */
export const PLUGIN =
  process.env['PLUGIN'] ?? join(import.meta.dir, '..', '..', 'dist', 'gpbackup_s3_plugin');

/** A backup folder as gpbackup names it on the coordinator or a segment. */
export const TIMESTAMP = '20260102030405';
export const BACKUP_DIR = `/data/primary/gpseg0/backups/20260102/${TIMESTAMP}`;
export const PREFIX = `gp/test/backups/20260102/${TIMESTAMP}/`;

const isRoot = process.getuid?.() === 0;

/** Put in front of a shell's command: runs it as a user without rights, since root may do everything. */
export const UNPRIVILEGED = isRoot ? 'setpriv --reuid=65534 --regid=65534 --clear-groups' : '';

/** Whether everybody may enter a folder and all above it. */
function canBeEntered(folder: string): boolean {
  if ((statSync(folder).mode & 0o001) === 0) return false;
  const above = dirname(folder);
  return above === folder || canBeEntered(above);
}

/** Put in front of a shell's command: gives it mounts of its own. */
export const OWN_MOUNTS = isRoot ? 'unshare --mount' : 'unshare --user --map-root-user --mount';

export interface Outcome {
  readonly exitCode: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

export interface RunOptions {
  readonly stdin?: Uint8Array | string | ReadableStream<Uint8Array>;
  /** Replaces the clean environment below altogether. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** A folder of its own for one test, with a home and a config file in it. */
export class Workplace implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'gpbackup-s3-plugin-test-'));
  readonly home = this.folder;
  /** What Greenplum's backends give, and nothing that this machine adds for its own tools. */
  readonly env: Readonly<Record<string, string>> = {
    HOME: this.home,
    PATH: '/usr/bin:/bin',
    // Marks of set-ups that fail, and statistics, stay in the test's own folder.
    XDG_RUNTIME_DIR: this.home,
    TMPDIR: this.home,
  };
  program: string;
  /** Of config files, which have a secret in them. */
  #configMode = 0o600;

  /** @param program what is run as the program */
  constructor(program = PLUGIN) {
    this.program = program;
  }

  /**
   * A folder that other users can enter, and in it a copy of the program when the project is where they can't, as a
   * clone of root's often is.
   */
  static reachable(): Workplace {
    const place = new Workplace();
    chmodSync(place.folder, 0o755);
    place.#configMode = 0o644;
    if (!canBeEntered(dirname(PLUGIN))) {
      place.program = place.path(basename(PLUGIN));
      for (const end of ['', '.bin']) {
        copyFileSync(`${PLUGIN}${end}`, `${place.program}${end}`);
        chmodSync(`${place.program}${end}`, 0o755);
      }
    }
    return place;
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  write(name: string, content: string | Uint8Array): string {
    writeFileSync(this.path(name), content);
    return this.path(name);
  }

  /** A config file for the server; `options` are added or replace, `undefined` removes. */
  config(
    server: Pick<S3Server, 'url'>,
    options: Readonly<Record<string, string | undefined>> = {},
    name = 'config.yaml',
  ): string {
    const all: Record<string, string | undefined> = {
      endpoint: server.url,
      aws_access_key_id: 'testkey',
      aws_secret_access_key: 'testsecret',
      bucket: 'backups',
      folder: 'gp/test',
      ...options,
    };
    const lines = Object.entries(all)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => `  ${key}: "${value}"`);
    const path = this.write(name, `executablepath: ${this.program}\noptions:\n${lines.join('\n')}\n`);
    chmodSync(path, this.#configMode);
    return path;
  }

  /** Starts the program with arguments, as they are. */
  start(
    args: readonly string[],
    options: RunOptions = {},
  ): Bun.Subprocess<'pipe' | Uint8Array | ReadableStream, 'pipe', 'pipe'> {
    const { stdin } = options;
    return Bun.spawn([this.program, ...args], {
      cwd: options.cwd ?? this.folder,
      env: { ...(options.env ?? this.env) },
      stdin:
        stdin === undefined ? 'pipe' : typeof stdin === 'string' ? new TextEncoder().encode(stdin) : stdin,
      stdout: 'pipe',
      stderr: 'pipe',
    });
  }

  /** Runs the program to its end; without `stdin` its input is empty. */
  async run(args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
    return await outcomeOf(this.start(args, { stdin: new Uint8Array(0), ...options }));
  }

  /** Runs a shell command line as gpbackup and Greenplum do; `$PLUGIN` is the program. */
  async shell(line: string, options: RunOptions = {}): Promise<Outcome> {
    const child = Bun.spawn(['bash', '-c', line], {
      cwd: options.cwd ?? this.folder,
      env: { ...(options.env ?? this.env), PLUGIN: this.program },
      stdin: new Uint8Array(0),
      stdout: 'pipe',
      stderr: 'pipe',
    });
    return await outcomeOf(child);
  }

  /** All lines of the log file, or none. */
  async logLines(): Promise<string[]> {
    const lines: string[] = [];
    for await (const file of new Bun.Glob('gpAdminLogs/*.log').scan({ cwd: this.home })) {
      lines.push(...(await Bun.file(this.path(file)).text()).split('\n').filter((line) => line !== ''));
    }
    return lines;
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

interface Child {
  readonly stdout: ReadableStream<Uint8Array>;
  readonly stderr: ReadableStream<Uint8Array>;
  readonly exited: Promise<number>;
}

export async function outcomeOf(child: Child): Promise<Outcome> {
  const [stdout, stderr, exitCode] = await Promise.all([
    new Response(child.stdout).bytes(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  return { exitCode, stdout: Buffer.from(stdout), stderr };
}

/** Bytes without a pattern that a mistake in offsets could hide in; the same for the same seed. */
export function someBytes(length: number, seed = 1): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  const words = new Uint32Array(bytes.buffer, 0, Math.floor(length / 4));
  let state = seed >>> 0 || 1;
  for (let index = 0; index < words.length; index += 1) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    words[index] = state >>> 0;
  }
  for (let index = words.length * 4; index < length; index += 1) bytes[index] = (index * 31 + seed) & 0xff;
  return bytes;
}
