import { afterEach, beforeEach } from 'bun:test';
import { expectJson } from '../../lab/program/json-output.ts';
import { type Outcome, Workplace } from '../../lab/program/plugin.ts';
import { SETS_FOLDER, type SetFile, setFiles } from '../../lab/sets.ts';
import { startTestServer, type TestServer } from '../../lab/test-server.ts';
import type { FindingKind } from '../../src/catalogue/verify/finding.ts';

/** The sets that gpbackup called good. */
export const GOOD = [
  '20261125025200',
  '20261125025212',
  '20261125025218',
  '20261125025222',
  '20261125025319',
  '20261125025323',
  '20261125025328',
  '20261125025334',
  '20261125025344',
  '20261125025354',
  '20261125025400',
  '20261125025405',
  '20261125025410',
] as const;

export interface VerifyResult {
  readonly timestamp: string;
  readonly status: 'valid' | 'invalid';
  readonly checked: number;
  readonly missing: number;
  readonly size: number;
  readonly checksum: number;
  readonly rows: number;
  readonly findings: readonly { readonly key: string; readonly kind: FindingKind; readonly detail: string }[];
  readonly bytes: number;
  readonly uncompressed_bytes: number | null;
  readonly resumed: number;
  readonly tables:
    | readonly {
        readonly table: string;
        readonly oid: number;
        readonly rows: number;
        readonly expected: number;
      }[]
    | null;
}

/** The key of a file of a real set. */
export function keyOf(timestamp: string, name: string): string {
  return `${SETS_FOLDER}/backups/${timestamp.slice(0, 8)}/${timestamp}/${name}`;
}

/** The bytes of a file of a real set. */
export function bytesOf(timestamp: string, name: string): Uint8Array {
  const found = setFiles(timestamp).find(({ key }) => key === keyOf(timestamp, name));
  if (found === undefined) throw new Error(`there is no ${name} of ${timestamp}`);
  return found.content;
}

/** A server with real sets, for each test. */
export class VerifyStage {
  server!: TestServer;
  place!: Workplace;

  constructor() {
    beforeEach(async () => {
      this.server = await startTestServer();
      this.place = new Workplace();
    });
    afterEach(async () => {
      this.place[Symbol.dispose]();
      await this.server.stop();
    });
  }

  /** Stores sets; `change` may replace a file's bytes, or leave it out. */
  async store(
    timestamps: readonly string[],
    change: (file: SetFile, name: string) => Uint8Array | undefined = ({ content }) => content,
  ): Promise<void> {
    for (const timestamp of timestamps) {
      for (const file of setFiles(timestamp)) {
        const bytes = change(file, file.key.slice(file.key.lastIndexOf('/') + 1));
        if (bytes !== undefined) await this.server.objects.put('backups', file.key, bytes);
      }
    }
  }

  /** Replaces or adds an object. */
  async put(timestamp: string, name: string, bytes: Uint8Array | string): Promise<void> {
    await this.server.objects.put('backups', keyOf(timestamp, name), bytes);
  }

  config(options: Readonly<Record<string, string | undefined>> = {}): string {
    return this.place.config(this.server, { folder: SETS_FOLDER, ...options });
  }

  async run(args: readonly string[]): Promise<Outcome> {
    const [command = '', ...rest] = args;
    return await this.place.run([command, this.config(), ...rest]);
  }

  /** The result with `--json`. The exit code must fit to its status. */
  async verify(timestamp: string, ...flags: readonly string[]): Promise<VerifyResult> {
    const { exitCode, stdout, stderr } = await this.run(['verify_backup', timestamp, ...flags, '--json']);
    if (exitCode !== 0 && exitCode !== 3) throw new Error(`verify_backup: ${exitCode} ${stderr}`);
    const { result } = expectJson<VerifyResult>('verify_backup', stdout);
    if ((result.status === 'valid') !== (exitCode === 0))
      throw new Error(`${result.status}, and exit ${exitCode}`);
    return result;
  }
}
