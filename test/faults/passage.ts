import { expect } from 'bun:test';
import { mkdirSync } from 'node:fs';
import { type Outcome, outcomeOf, PLUGIN, someBytes, Workplace } from '../../lab/program/plugin.ts';
import { type Proxy, type ProxyOptions, startProxy } from '../../lab/proxy/proxy.ts';
import type { Tries } from './fault-case.ts';
import {
  expectClearError,
  expectSafeBackup,
  expectSafeRestore,
  expectSafeRestoreFile,
  type Store,
} from './safety.ts';

/** Three parts of the growing schedule, and five ranges of a restore: 8 MiB, 8 MiB and a rest. */
export const LARGE = 8 * 1024 * 1024 * 2 + 12_345;
/** One PutObject, one range. */
export const SMALL = 100_000;

export type Options = Readonly<Record<string, string | undefined>>;

/** A server as seen from outside of the plugin, and its address. */
export type Server = Store & { readonly url: string };

let objects = 0;

/**
 * The way between one object and a real server: a proxy, a folder, and the commands whose outcome is checked. Each has an
 * object of its own, so that many can run beside each other.
 */
export class Passage implements AsyncDisposable {
  readonly proxy: Proxy;
  readonly place = new Workplace();
  readonly data: Uint8Array<ArrayBuffer>;
  readonly name: string;
  /** Of a backup of its own: delete_backup must not touch the objects of others. */
  readonly timestamp: string;
  /** Put in front of the program, for a run with surroundings of its own. */
  prefix: readonly string[] = [];
  readonly #server: Server;
  readonly #tries: Tries;
  #configs = 0;

  private constructor(server: Server, tries: Tries, proxy: Proxy, size: number) {
    objects += 1;
    this.#server = server;
    this.#tries = tries;
    this.proxy = proxy;
    this.data = someBytes(size, objects);
    this.timestamp = `20260102${String(objects).padStart(6, '0')}`;
    this.name = `gpbackup_0_${this.timestamp}_16385`;
  }

  /** @param size of the object, in bytes. */
  static async open(
    server: Server,
    tries: Tries,
    size: number,
    options: ProxyOptions = {},
  ): Promise<Passage> {
    return new Passage(server, tries, await startProxy({ upstream: server.url, ...options }), size);
  }

  get key(): string {
    return `gp/test/${this.#folder}/${this.name}`;
  }

  get #folder(): string {
    return `backups/20260102/${this.timestamp}`;
  }

  /** A config file that leads through the proxy. */
  config(options: Options = {}): string {
    this.#configs += 1;
    return this.place.config(this.proxy, options, `config-${this.#configs}.yaml`);
  }

  /** Stores the object past the proxy, so that it can be restored. */
  async store(options: Options = {}): Promise<void> {
    const config = this.place.config(this.#server, options, 'direct.yaml');
    const outcome = await this.place.run(['backup_data', config, this.#path], { stdin: this.data });
    expect(outcome).toEqual({ exitCode: 0, stdout: Buffer.alloc(0), stderr: '' });
  }

  async #backup(options: Options): Promise<Outcome> {
    return await this.#run('backup_data', this.#path, options, this.data);
  }

  async #run(command: string, path: string, options: Options, stdin = new Uint8Array(0)): Promise<Outcome> {
    const args = [command, this.config(options), path];
    const child = Bun.spawn([...this.prefix, PLUGIN, ...args], {
      cwd: this.place.folder,
      env: { ...this.place.env },
      stdin,
      stdout: 'pipe',
      stderr: 'pipe',
    });
    return await outcomeOf(child);
  }

  /** backup_data that must succeed, and have stored every byte. */
  async backupSurvives(options: Options = {}): Promise<void> {
    const outcome = await this.#backup(options);
    expectSuccess(outcome);
    this.#tries[await expectSafeBackup(outcome, { store: this.#server, key: this.key, data: this.data })]();
  }

  /**
   * backup_data that must fail with these texts in its message.
   * @param previous what was stored under the key before
   * @param isCutOff the server can't be reached at the end, so that an upload may remain
   */
  async backupFails(
    texts: readonly (string | RegExp)[],
    options: Options = {},
    { previous, isCutOff = false }: { readonly previous?: Uint8Array; readonly isCutOff?: boolean } = {},
  ): Promise<void> {
    const outcome = await this.#backup(options);
    expectFailure(outcome, texts);
    const fate = await expectSafeBackup(outcome, {
      store: this.#server,
      key: this.key,
      data: this.data,
      uploadMayRemain: isCutOff,
      ...(previous === undefined ? {} : { previous }),
    });
    this.#tries[fate]();
  }

  /** restore_data that must succeed and write every byte. */
  async restoreSurvives(options: Options = {}): Promise<void> {
    const outcome = await this.#run('restore_data', this.#path, options);
    expectSuccess(outcome);
    this.#tries[expectSafeRestore(outcome, this)]();
  }

  /** restore_data that must fail with these texts in its message. */
  async restoreFails(texts: readonly (string | RegExp)[], options: Options = {}): Promise<void> {
    const outcome = await this.#run('restore_data', this.#path, options);
    expectFailure(outcome, texts);
    this.#tries[expectSafeRestore(outcome, this)]();
  }

  /** restore_file that must succeed, or fail with these texts and leave nothing. */
  async restoresFile(texts?: readonly (string | RegExp)[], options: Options = {}): Promise<void> {
    const folder = this.place.path(this.#folder);
    mkdirSync(folder, { recursive: true });
    const path = `${folder}/${this.name}`;
    const outcome = await this.#run('restore_file', path, options);
    if (texts === undefined) expectSuccess(outcome);
    else expectFailure(outcome, texts);
    this.#tries[await expectSafeRestoreFile(outcome, { path, data: this.data })]();
  }

  /** delete_backup that must succeed, and leave neither object nor upload; or fail with these texts. */
  async deletesBackup(texts?: readonly (string | RegExp)[], options: Options = {}): Promise<void> {
    const outcome = await this.#run('delete_backup', this.timestamp, options);
    if (texts === undefined) {
      expectSuccess(outcome);
      expect([await this.#server.bytes(this.key), await this.#server.uploads(this.key)]).toEqual([
        undefined,
        [],
      ]);
      this.#tries.survived();
    } else {
      expectFailure(outcome, texts);
      expectClearError(outcome);
      this.#tries.failedCleanly();
    }
  }

  /** The script has done something to so many requests: without it a case would show nothing. */
  expectFired(least = 1): void {
    expect(this.proxy.script.fired).toBeGreaterThanOrEqual(least);
  }

  get #path(): string {
    return `/data/primary/gpseg0/${this.#folder}/${this.name}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.place[Symbol.dispose]();
    await this.proxy.stop();
  }
}

function expectSuccess({ exitCode, stderr }: Outcome): void {
  expect([exitCode, stderr]).toEqual([0, '']);
}

function expectFailure({ exitCode, stderr }: Outcome, texts: readonly (string | RegExp)[]): void {
  expect(exitCode, stderr).toBe(1);
  for (const text of texts) expect(stderr).toMatch(text);
}
