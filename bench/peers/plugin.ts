import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ByteRange } from '../../src/base/byte-range.ts';
import type { Command } from '../measure/lane.ts';
import { ACCESS_KEY, BUCKET, type Endpoint, type Job, type Peer, SECRET_KEY } from './peer.ts';

const FOLDER = 'backups/20260102/20260102030405';

/** What is different between this plugin and another one of the family. */
export interface PluginSettings {
  readonly title: string;
  /** For config and offsets files. */
  readonly folder: string;
  /** Options of the config file in addition to those that are always there. */
  readonly options?: Readonly<Record<string, string>>;
  /** It knows the options that are new in this project. */
  readonly knowsNewOptions: boolean;
  /** Keys from a command, which one process asks; the others find what it was given. Default: in the config file. */
  readonly keys?: 'kept';
}

/** A plugin with gpbackup's commands and config file: ours, or the one that `--peer` names. */
export class Plugin implements Peer {
  readonly title: string;
  readonly tables = 2000;
  readonly executable: string;
  readonly #settings: PluginSettings;

  constructor(executable: string, settings: PluginSettings) {
    this.executable = executable;
    this.title = settings.title;
    this.#settings = settings;
    mkdirSync(join(settings.folder, FOLDER), { recursive: true });
  }

  command(job: Job, endpoint: Endpoint): Command {
    const { keys, folder } = this.#settings;
    return {
      argv: [this.executable, ...this.#args(job, endpoint)],
      env: {
        // The other plugins have no option for it: their runtime reads this.
        ...(endpoint.certificate === undefined ? {} : { SSL_CERT_FILE: endpoint.certificate }),
        ...(keys === undefined ? {} : { XDG_RUNTIME_DIR: folder }),
      },
    };
  }

  #args(job: Job, endpoint: Endpoint): readonly string[] {
    if (job.kind === 'version') return ['plugin_api_version'];
    if (job.kind === 'list') {
      const [command = '', ...rest] = job.asks ?? ['list_backups'];
      return [command, this.#config(endpoint, false, `gp/${job.folder}`), ...rest, '--json'];
    }
    const config = this.#config(endpoint, job.kind === 'up' && job.unsigned === true);
    const path = `/data/${FOLDER}/${job.name}`;
    switch (job.kind) {
      case 'store file':
        return ['backup_file', config, this.#placed(job.file, job.name)];
      case 'up':
        return ['backup_data', config, path];
      case 'down':
        return ['restore_data', config, path];
      case 'subset':
        return ['restore_data_subset', config, path, this.#offsets(job.name, job.ranges)];
    }
  }

  #config({ url, certificate }: Endpoint, unsigned: boolean, below = 'gp'): string {
    const { knowsNewOptions, folder } = this.#settings;
    const options: Record<string, string> = {
      region: 'us-east-1',
      endpoint: url,
      encryption: url.startsWith('https:') ? 'on' : 'off',
      ...this.#signIn(),
      bucket: BUCKET,
      folder: below,
      ...this.#settings.options,
      ...(knowsNewOptions && certificate !== undefined ? { ca_file: certificate } : {}),
      ...(knowsNewOptions && unsigned ? { payload_signing: 'off' } : {}),
    };
    const lines = Object.entries(options).map(([name, value]) => `  ${name}: "${value}"`);
    const path = join(
      folder,
      `config-${new URL(url).port}${unsigned ? '-unsigned' : ''}${below === 'gp' ? '' : '-lists'}.yaml`,
    );
    writeFileSync(path, `executablepath: ${this.executable}\noptions:\n${lines.join('\n')}\n`);
    return path;
  }

  #signIn(): Record<string, string> {
    const { keys, folder } = this.#settings;
    if (keys === undefined) return { aws_access_key_id: ACCESS_KEY, aws_secret_access_key: SECRET_KEY };
    const given = {
      Version: 1,
      AccessKeyId: ACCESS_KEY,
      SecretAccessKey: SECRET_KEY,
      // As long as those of STS.
      SessionToken: 'x'.repeat(800),
      Expiration: '2099-01-01T00:00:00Z',
    };
    const path = join(folder, 'given.json');
    writeFileSync(path, JSON.stringify(given));
    return { credential_process: `/bin/cat ${path}` };
  }

  /** The file under a path that ends as gpbackup's do. */
  #placed(file: string, name: string): string {
    const path = join(this.#settings.folder, FOLDER, name);
    mkdirSync(dirname(path), { recursive: true });
    copyFileSync(file, path);
    return path;
  }

  #offsets(name: string, ranges: readonly ByteRange[]): string {
    const path = join(this.#settings.folder, `${name}.offsets`);
    writeFileSync(path, [ranges.length, ...ranges.flatMap(({ start, end }) => [start, end])].join(' '));
    return path;
  }
}
