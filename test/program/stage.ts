import { expect } from 'bun:test';
import { BACKUP_DIR, type Outcome, TIMESTAMP, Workplace } from '../../lab/program/plugin.ts';
import type { Profile } from '../../lab/s3-server/profiles/profile.ts';
import type { S3Operation, S3ServerOptions } from '../../lab/s3-server/server.ts';
import { startTestServer, type TestServer } from '../../lab/test-server.ts';

/** What backups on a stage are stored as. */
export const PATH = `${BACKUP_DIR}/gpbackup_0_${TIMESTAMP}`;

/** A server that plays a provider, and a place to run the program with a config file that names its host alone. */
export class Stage implements AsyncDisposable {
  readonly played: TestServer;
  readonly place: Workplace;
  readonly #endpoint: string;

  private constructor(program: string, played: TestServer, host: string) {
    this.place = new Workplace(program);
    this.played = played;
    this.#endpoint = `http://${host}:${played.port}`;
  }

  /** @param program runs where the profile's host, and `backups.` in front of it, lead to this machine */
  static async of(program: string, profile: Profile, options: S3ServerOptions = {}): Promise<Stage> {
    return new Stage(program, await startTestServer({ profile, ...options }), profile.host);
  }

  config(options: Readonly<Record<string, string>> = {}): string {
    return this.place.config({ url: this.#endpoint }, options);
  }

  async run(
    command: string,
    data?: Uint8Array,
    options?: Readonly<Record<string, string>>,
  ): Promise<Outcome> {
    const stdin = data === undefined ? {} : { stdin: Uint8Array.from(data) };
    return await this.place.run([command, this.config(options), PATH], stdin);
  }

  /** Backs up and restores; both must succeed in silence. */
  async roundTrip(data: Uint8Array, options?: Readonly<Record<string, string>>): Promise<void> {
    const { exitCode, stderr } = await this.run('backup_data', data, options);
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(Bun.hash((await this.run('restore_data', undefined, options)).stdout)).toBe(Bun.hash(data));
  }

  statuses(operation: S3Operation): (number | undefined)[] {
    return this.played.requests
      .filter((request) => request.operation === operation)
      .map(({ status }) => status);
  }

  /** Bytes of each part, in the order of their numbers. */
  partSizes(): number[] {
    return this.played.requests
      .filter(({ operation, status }) => operation === 'UploadPart' && status === 200)
      .toSorted((left, right) => (left.partNumber ?? 0) - (right.partNumber ?? 0))
      .map(({ bodyLength }) => bodyLength);
  }

  checksumHeaders(): string[] {
    return this.played.requests.flatMap(({ headers }) =>
      [...headers.keys()].filter((name) => name.startsWith('x-amz-checksum-')),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.place[Symbol.dispose]();
    await this.played.stop();
  }
}
