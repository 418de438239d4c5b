import { expect } from 'bun:test';
import { readFileSync } from 'node:fs';
import { Agent } from 'node:https';
import {
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  type S3ClientConfig,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { BACKUP_DIR, type Outcome, type RunOptions, TIMESTAMP, Workplace } from '../../lab/program/plugin.ts';
import type { Credentials } from '../../lab/servers/server.ts';
import type { ServerUnderTest } from './candidate.ts';
import type { Capability, Seen } from './capabilities.ts';

export const BUCKET = 'compatibility';

type ConfigOptions = Readonly<Record<string, string | undefined>>;

/** One case on one server: a folder of its own in the bucket, a home with a log of its own. */
export class Trial implements Disposable {
  readonly server: ServerUnderTest;
  /** The independent client, without checksums that nobody asked for. */
  readonly store: S3Client;
  readonly place: Workplace;
  /** The option `folder`. */
  readonly folder: string;
  readonly see: (capability: Capability, seen: Seen) => void;

  constructor(server: ServerUnderTest, id: string, see: (capability: Capability, seen: Seen) => void) {
    this.server = server;
    this.store = sdkClient(server);
    this.place = new Workplace(server.program);
    this.folder = `gp/${id}`;
    this.see = see;
  }

  /** The keys of a backup's files begin with this. */
  get prefix(): string {
    return `${this.folder}/backups/${TIMESTAMP.slice(0, 8)}/${TIMESTAMP}/`;
  }

  /** A config file with what a user must write, and no more than `options` beside it. */
  config(options: ConfigOptions = {}, name?: string): string {
    const { endpoint, region, accessKeyId, secretAccessKey, sessionToken, ca } = this.server;
    return this.place.config(
      { url: endpoint },
      {
        region,
        aws_access_key_id: accessKeyId,
        aws_secret_access_key: secretAccessKey,
        aws_session_token: sessionToken,
        bucket: BUCKET,
        folder: this.folder,
        ca_file: ca,
        ...this.server.options,
        ...options,
      },
      name,
    );
  }

  /** The config file of another user of the server. */
  configOf({ accessKeyId, secretAccessKey, sessionToken }: Credentials): string {
    return this.config(
      {
        aws_access_key_id: accessKeyId,
        aws_secret_access_key: secretAccessKey,
        aws_session_token: sessionToken,
      },
      'user.yaml',
    );
  }

  /** Runs a command that must succeed without a word on stderr. Gives its standard output. */
  async succeed(args: readonly string[], options?: RunOptions): Promise<Buffer> {
    const outcome = await this.place.run(args, options);
    expect([args[0], outcome.exitCode, outcome.stderr]).toEqual([args[0], 0, '']);
    return outcome.stdout;
  }

  /** The same for a shell's command line, in which `$PLUGIN` is the program. */
  async shell(line: string): Promise<Buffer> {
    const outcome = await this.place.shell(line);
    expect([line, outcome.exitCode, outcome.stderr]).toEqual([line, 0, '']);
    return outcome.stdout;
  }

  async backup(config: string, name: string, data: Uint8Array<ArrayBuffer>): Promise<void> {
    await this.succeed(['backup_data', config, `${BACKUP_DIR}/${name}`], { stdin: data });
  }

  async restore(config: string, name: string): Promise<Buffer> {
    return await this.succeed(['restore_data', config, `${BACKUP_DIR}/${name}`]);
  }

  /** Puts an object past the program. */
  async put(key: string, body: string | Uint8Array, metadata?: Record<string, string>): Promise<void> {
    await this.store.send(
      new PutObjectCommand({
        Bucket: BUCKET,
        Key: key,
        Body: body,
        ...(metadata === undefined ? {} : { Metadata: metadata }),
      }),
    );
  }

  /** An object's bytes past the program; undefined when there is none, or there can't be one of this key. */
  async stored(key: string, client = this.store): Promise<Uint8Array | undefined> {
    try {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: BUCKET, Key: key }));
      return await Body?.transformToByteArray();
    } catch (error) {
      const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
      if (status === 404 || status === 400) return undefined;
      throw error;
    }
  }

  /** All keys with a prefix, past the program. */
  async keys(prefix: string): Promise<string[]> {
    const keys: string[] = [];
    let token: string | undefined;
    do {
      const page = await this.store.send(
        new ListObjectsV2Command({ Bucket: BUCKET, Prefix: prefix, ContinuationToken: token }),
      );
      keys.push(...(page.Contents ?? []).map(({ Key = '' }) => Key));
      token = page.IsTruncated === true ? page.NextContinuationToken : undefined;
    } while (token !== undefined);
    return keys;
  }

  /** What the log tells of requests, under `logger_verbosity: debug`: operation, URL and status of each answer. */
  async requests(): Promise<{ operation: string; url: string; status: number }[]> {
    return (await this.place.logLines()).flatMap((line) => {
      const found = /-\[DEBUG\]:-(\w+) (\S+): HTTP (\d+) after/.exec(line);
      return found === null
        ? []
        : [{ operation: found[1] ?? '', url: found[2] ?? '', status: Number(found[3]) }];
    });
  }

  /** A command failed as it should: one message, a hint that fits, no stack and no secret. */
  expectTold({ exitCode, stderr }: Outcome, hint: RegExp): void {
    expect([exitCode, /^gpbackup_s3_plugin: [^\n]+\nHINT: [^\n]+\n$/.test(stderr), stderr]).toEqual([
      1,
      true,
      stderr,
    ]);
    expect(stderr.split('\n')[1]).toMatch(hint);
    expect(stderr).not.toMatch(/\bat .*\.ts|gpbackup_s3_plugin: internal error/);
    expect(stderr.includes(this.server.secretAccessKey)).toBe(false);
  }

  [Symbol.dispose](): void {
    this.store.destroy();
    this.place[Symbol.dispose]();
  }
}

/** The S3 code, or the status, that a failed command tells. */
export function codeIn({ stderr }: Outcome): string {
  return /HTTP (\d+ \w+)/.exec(stderr)?.[1] ?? stderr.split('\n')[0] ?? '';
}

export function sdkClient(server: ServerUnderTest, changes: S3ClientConfig = {}): S3Client {
  const { endpoint, region, accessKeyId, secretAccessKey, sessionToken, ca } = server;
  return new S3Client({
    endpoint,
    region,
    forcePathStyle: true,
    credentials: {
      accessKeyId,
      secretAccessKey,
      ...(sessionToken === undefined ? {} : { sessionToken }),
    },
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    ...(ca === undefined ? {} : { requestHandler: { httpsAgent: new Agent({ ca: readFileSync(ca) }) } }),
    ...server.sdk,
    ...changes,
  });
}
