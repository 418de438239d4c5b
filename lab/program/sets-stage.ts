import { SETS_FOLDER, setFiles } from '../sets.ts';
import { type S3ServerOptions, startTestServer, type TestServer } from '../test-server.ts';
import { expectJson } from './json-output.ts';
import { type Outcome, Workplace } from './plugin.ts';

const BUCKET = 'backups';
/** When the real sets were stored, long ago. */
const STORED = new Date('2026-11-25T03:00:00Z');

/** The real sets in the lab's server, and the program with a config for them. */
export class SetsStage implements AsyncDisposable {
  readonly server: TestServer;
  readonly place: Workplace;
  readonly config: string;

  private constructor(server: TestServer, place: Workplace) {
    this.server = server;
    this.place = place;
    this.config = place.config(server, { folder: SETS_FOLDER });
  }

  /** @param timestamps of which sets; default: of all */
  static async open(timestamps?: readonly string[], options: S3ServerOptions = {}): Promise<SetsStage> {
    const stage = new SetsStage(await startTestServer({ buckets: [BUCKET], ...options }), new Workplace());
    for (const { key, content } of setFiles()) {
      if (timestamps === undefined || timestamps.some((one) => key.includes(`/${one}/`)))
        await stage.put(key, content);
    }
    return stage;
  }

  /** The key of a set's file, by the end of its name. */
  static key(timestamp: string, end: string): string {
    return `${SETS_FOLDER}/backups/${timestamp.slice(0, 8)}/${timestamp}/gpbackup_${timestamp}_${end}`;
  }

  /** Below the folder of a set, any name. */
  static keyNamed(timestamp: string, name: string): string {
    return `${SETS_FOLDER}/backups/${timestamp.slice(0, 8)}/${timestamp}/${name}`;
  }

  async put(key: string, content: Uint8Array | string, lastModified = STORED): Promise<void> {
    await this.server.objects.put(BUCKET, key, content, { lastModified });
  }

  async text(key: string): Promise<string> {
    return String(await this.server.objects.get(BUCKET, key));
  }

  async delete(key: string): Promise<void> {
    await this.server.objects.delete(BUCKET, key);
  }

  async run(command: string, ...args: readonly string[]): Promise<Outcome> {
    return await this.place.run([command, this.config, ...args]);
  }

  /** The result of a command with `--json`, after it was compared with its schema; `exitCode` is what it must be. */
  async json<Result>(command: string, args: readonly string[] = [], exitCode = 0): Promise<Result> {
    const outcome = await this.run(command, ...args, '--json');
    if (outcome.exitCode !== exitCode)
      throw new Error(
        `${command} ended with ${outcome.exitCode}: ${outcome.stderr}${outcome.stdout.toString()}`,
      );
    return expectJson<Result>(command, outcome.stdout).result;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.place[Symbol.dispose]();
    await this.server.stop();
  }
}
