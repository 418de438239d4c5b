import { expect } from 'bun:test';
import type { GivenKeys } from '../../lab/aws/metadata.ts';
import type { Service } from '../../lab/aws/service.ts';
import { BACKUP_DIR, type Outcome, PREFIX, TIMESTAMP, Workplace } from '../../lab/program/plugin.ts';
import type { Credential } from '../../lab/s3-server/options.ts';
import { type S3Server, type S3ServerOptions, startS3Server } from '../../lab/s3-server/server.ts';

export const PATH = `${BACKUP_DIR}/gpbackup_0_${TIMESTAMP}_16385`;
export const SECRET = 'a-secret/of+the/role';
export const TOKEN = 'a-session-token/of+the/role==';

/** What services give, unless a test changes it. */
export const keys = (): GivenKeys => ({
  AccessKeyId: 'OFTHEROLE',
  SecretAccessKey: SECRET,
  Token: TOKEN,
  Expiration: '2099-01-01T00:00:00Z',
});

export const metadataEnv = (service: Service): Record<string, string> => ({
  AWS_EC2_METADATA_DISABLED: 'false',
  AWS_EC2_METADATA_SERVICE_ENDPOINT: service.url,
});

export const containerEnv = (service: Service): Record<string, string> => ({
  AWS_CONTAINER_CREDENTIALS_FULL_URI: `${service.url}/v1/credentials`,
});

/** A server that takes the keys of a role, and a place to run the program without keys in its config file. */
export class SignIn implements AsyncDisposable {
  readonly place = new Workplace();
  readonly server: S3Server;
  readonly #services: Service[] = [];

  private constructor(server: S3Server) {
    this.server = server;
  }

  /** @param ids access key ids that the server takes, beside that of `keys`; `EXPIRED` is answered ExpiredToken */
  static async with(...ids: string[]): Promise<SignIn> {
    return await SignIn.start({}, ids);
  }

  /** @param more temporary keys of a life of their own */
  static async start(
    options: S3ServerOptions = {},
    ids: readonly string[] = [],
    more: readonly Credential[] = [],
  ): Promise<SignIn> {
    const server = await startS3Server({
      ...options,
      credentials: [
        ...['OFTHEROLE', ...ids].map((id) => ({
          accessKeyId: id,
          secretAccessKey: SECRET,
          sessionToken: TOKEN,
          expired: id === 'EXPIRED',
        })),
        { accessKeyId: 'LASTING', secretAccessKey: 'lasting-secret' },
        ...more,
      ],
    });
    return new SignIn(server);
  }

  /** Stops the service with the rest. */
  async serving(service: Promise<Service>): Promise<Service> {
    const started = await service;
    this.#services.push(started);
    return started;
  }

  config(options: Readonly<Record<string, string>> = {}): string {
    const none = { aws_access_key_id: undefined, aws_secret_access_key: undefined };
    return this.place.config(this.server, { ...none, ...options });
  }

  /** Backs up a few bytes; instance metadata is switched off unless `env` says otherwise. */
  async backup(
    env: Readonly<Record<string, string>>,
    options?: Readonly<Record<string, string>>,
    data: string | Uint8Array | ReadableStream<Uint8Array> = 'data',
  ): Promise<Outcome> {
    return await this.place.run(['backup_data', this.config(options), PATH], {
      stdin: data,
      env: { ...this.place.env, AWS_EC2_METADATA_DISABLED: 'true', ...env },
    });
  }

  /** The access key ids of the requests to the server, in order. */
  keysUsed(): (string | undefined)[] {
    return this.server.requests.map(
      ({ headers }) => /Credential=([^/]+)/.exec(headers.get('authorization') ?? '')?.[1],
    );
  }

  expectStored(outcome: Outcome): void {
    expect([outcome.exitCode, outcome.stderr]).toEqual([0, '']);
    expect(this.server.objects.keys('backups', PREFIX)).toHaveLength(1);
  }

  /** One line that names the source and why, and a hint; no secret in either, nor in the log. */
  async expectRefused(outcome: Outcome, ...words: string[]): Promise<void> {
    await this.expectFailed(outcome, 'no credentials found (', ...words);
  }

  /** The same where one source is named: its name is what the message begins with. */
  async expectFailed(outcome: Outcome, ...words: string[]): Promise<void> {
    expect(outcome.exitCode).toBe(1);
    for (const word of words) expect(outcome.stderr).toContain(word);
    expect(outcome.stderr.trimEnd().split('\n')).toHaveLength(2);
    const told = outcome.stderr + (await this.place.logLines()).join('\n');
    expect(told).not.toMatch(/secret\/of|token\/of|lasting-secret/);
    expect(this.server.requests).toEqual([]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.place[Symbol.dispose]();
    await Promise.all([this.server.stop(), ...this.#services.map(async (service) => await service.stop())]);
  }
}
