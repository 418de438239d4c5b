import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type GivenKeys, startContainer } from '../../lab/aws/metadata.ts';
import type { Service, ServiceOptions } from '../../lab/aws/service.ts';
import { type Outcome, OWN_MOUNTS } from '../../lab/program/plugin.ts';
import { Secret } from '../../src/base/secret.ts';
import { hostUptime } from '../../src/host/host-clock.ts';
import { type KeptAnswer, textOf } from '../../src/session/kept-answer.ts';
import { containerEnv, keys, PATH, SECRET, SignIn, TOKEN } from './sign-in-stage.ts';

const HOUR = 3_600_000;

/** A time so many milliseconds from now. */
export function inMilliseconds(count: number): string {
  return new Date(Date.now() + count).toISOString();
}

/** The keys that a service gives for an hour. */
export function forAnHour(id = 'OFTHEROLE'): GivenKeys {
  return { ...keys(), AccessKeyId: id, Expiration: inMilliseconds(HOUR) };
}

/** Options of a config file with which the log says where keys come from. */
export const VERBOSE = { logger_verbosity: 'verbose' } as const;

/** How many processes have had keys from a source itself, by their log. */
export async function askersOf(stage: SignIn, source: string): Promise<number> {
  const lines = await stage.place.logLines();
  const told = lines.map((line) => line.replace(/ \(backup \d{14}\)$/, ''));
  return told.filter((line) => line.endsWith(`credentials come from: ${source}`)).length;
}

/**
 * Runs a shell's line in so many processes at once, which the shell starts: this process must be free to answer them.
 * stderr tells which failed.
 */
export async function startTogether(
  { place }: SignIn,
  line: string,
  processes: number,
  env: Readonly<Record<string, string>>,
): Promise<Outcome> {
  const all = `for number in $(seq ${processes}); do (${line} || echo "status $?" >&2) & done; wait`;
  return await place.shell(all, { env: { ...place.env, AWS_EC2_METADATA_DISABLED: 'true', ...env } });
}

interface KeptTimes {
  readonly asked?: number;
  readonly expires?: number;
  readonly uptime?: number;
  readonly tried?: number;
}

/** Processes of one host that have their keys from one container service, which counts how often it is asked. */
export class Crowd implements AsyncDisposable {
  readonly stage: SignIn;
  readonly service: Service;
  readonly env: Readonly<Record<string, string>>;
  /** The path of the config file. */
  readonly config: string;

  private constructor(stage: SignIn, service: Service) {
    this.stage = stage;
    this.service = service;
    this.env = { ...stage.place.env, AWS_EC2_METADATA_DISABLED: 'true', ...containerEnv(service) };
    this.config = stage.config(VERBOSE);
  }

  /** @param ids access key ids that the server takes, beside that of `keys` */
  static async of(
    given: () => GivenKeys = forAnHour,
    ids: readonly string[] = [],
    options: ServiceOptions = {},
  ): Promise<Crowd> {
    const stage = await SignIn.with(...ids);
    return new Crowd(stage, await stage.serving(startContainer(given, undefined, options)));
  }

  /** How often the service was asked. On a machine that stands still for seconds a process asks again. */
  get asked(): number {
    return this.service.calls.length;
  }

  /** How many processes have asked the service until they had keys. */
  async askers(): Promise<number> {
    return await askersOf(this.stage, 'container');
  }

  get folder(): string {
    return this.stage.place.path('gpbackup_s3_plugin');
  }

  /** The paths of the files in the private folder whose names end so. */
  files(end: RegExp): string[] {
    return readdirSync(this.folder)
      .filter((name) => end.test(name))
      .map((name) => join(this.folder, name));
  }

  /** The one file with the kept answer. */
  kept(): string {
    const [path = '', ...more] = this.files(/^keys-[0-9a-f]+$/);
    if (path === '' || more.length > 0) throw new Error(`kept: ${readdirSync(this.folder).join(', ')}`);
    return path;
  }

  /** Stores a few bytes in one request. @returns whose keys it had; in an array what went wrong */
  async backup(
    env: Readonly<Record<string, string>> = this.env,
    config = this.config,
  ): Promise<string | Outcome> {
    const before = this.stage.keysUsed().length;
    const outcome = await this.stage.place.run(['backup_data', config, PATH], { stdin: 'data', env });
    if (outcome.exitCode !== 0 || outcome.stderr !== '') return outcome;
    return this.stage.keysUsed().slice(before).at(-1) ?? 'none';
  }

  /** @returns whose keys they had, without repetitions; or what went wrong */
  async atOnce(processes: number): Promise<unknown[]> {
    const before = this.stage.keysUsed().length;
    const line = `echo data | "$PLUGIN" backup_data ${this.config} ${PATH}`;
    const outcome = await startTogether(this.stage, line, processes, this.env);
    if (outcome.stderr !== '') return [outcome];
    return [...new Set(this.stage.keysUsed().slice(before))];
  }

  /** Runs a shell's lines with mounts of their own, until one fails; `$STORE` stores a few bytes in one request. */
  async shell(lines: string, env: Readonly<Record<string, string>> = {}): Promise<Outcome> {
    const { place } = this.stage;
    place.write('lines', `set -e\n${lines}\n`);
    return await place.shell(`${OWN_MOUNTS} bash lines`, {
      env: {
        ...this.env,
        PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
        STORE: `eval echo data | "$PLUGIN" backup_data ${this.config} ${PATH}`,
        ...env,
      },
    });
  }

  /** Replaces what is kept: keys of this id; times in milliseconds from now. */
  keep(id: string, { asked = 0, expires = HOUR, uptime = asked, tried = asked }: KeptTimes = {}): void {
    const path = this.kept();
    const credentials = {
      accessKeyId: id,
      secretAccessKey: new Secret(SECRET),
      sessionToken: new Secret(TOKEN),
    };
    const now = Date.now();
    const answer: KeptAnswer = {
      credentials,
      asked: now + asked,
      expires: now + expires,
      uptime: hostUptime() + uptime,
      tried: now + tried,
    };
    writeFileSync(path, textOf(answer, path.slice(this.folder.length + 1)));
  }

  /** Every text in the private folder. */
  texts(): string {
    return this.files(/./)
      .map((path) => readFileSync(path, 'latin1'))
      .join('\n');
  }

  /** As on a host where no process has run yet. */
  forget(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stage[Symbol.asyncDispose]();
  }
}
