import { chmodSync } from 'node:fs';
import { BACKUP_DIR, TIMESTAMP, Workplace } from '../../lab/program/plugin.ts';
import { startTestServer, type TestServer } from '../../lab/test-server.ts';
import { encrypt } from '../../src/config/openpgp/encrypt.ts';

export const PATH = `${BACKUP_DIR}/gpbackup_0_${TIMESTAMP}_16385`;
/** The secret key that the server knows; nothing else on the machine contains it. */
export const KEY = 'wJalr-OnlyInThese/Tests+7MDENG=';
export const PASSPHRASE = '66706c6c6e677a6965796f6834';

/** How the config file says where the secret is, and the environment that it takes. */
export interface Way {
  readonly options: Readonly<Record<string, string | undefined>>;
  readonly env?: Readonly<Record<string, string>>;
}

/** A server that knows one key, and a place to run the program with the key's secret outside of the config file. */
export class SecretStage implements AsyncDisposable {
  readonly place: Workplace;
  readonly server: TestServer;

  private constructor(server: TestServer, place: Workplace) {
    this.server = server;
    this.place = place;
  }

  static async start(place = new Workplace()): Promise<SecretStage> {
    const credentials = [{ accessKeyId: 'testkey', secretAccessKey: KEY }];
    return new SecretStage(await startTestServer({ credentials }), place);
  }

  /** A file that only its owner can read. */
  secretFile(name: string, content: string | Uint8Array, mode = 0o600): string {
    const path = this.place.write(name, content);
    chmodSync(path, mode);
    return path;
  }

  /** Each way to have the secret key outside of the file, and in it. */
  async ways(): Promise<Readonly<Record<string, Way>>> {
    const file = this.secretFile('secret-key', `${KEY}\nnot this line\n`);
    const message = Buffer.from(await encrypt(KEY, PASSPHRASE)).toString('hex');
    return {
      'in the file': { options: { aws_secret_access_key: KEY } },
      'in another file': { options: { aws_secret_access_key_file: file } },
      'of a command': { options: { aws_secret_access_key_command: `cat ${file}` } },
      'in the environment': { options: { aws_secret_access_key: '${S3_KEY}' }, env: { S3_KEY: KEY } },
      encrypted: {
        options: {
          aws_secret_access_key: message,
          password_encryption: 'on',
          gpbackup_s3_plugin: PASSPHRASE,
        },
      },
    };
  }

  config({ options }: Way, name = 'config.yaml', mode = 0o600): string {
    const path = this.place.config(this.server, { aws_secret_access_key: undefined, ...options }, name);
    chmodSync(path, mode);
    return path;
  }

  env({ env }: Way): Record<string, string> {
    return { ...this.place.env, TMPDIR: this.place.folder, ...env };
  }

  async warnings(): Promise<readonly string[]> {
    return (await this.place.logLines())
      .filter((line) => line.includes('-[WARNING]:-'))
      .map((line) => line.slice(line.indexOf('-[WARNING]:-') + 12).replace(/ \(backup \d{14}\)$/, ''));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.place[Symbol.dispose]();
    await this.server.stop();
  }
}
