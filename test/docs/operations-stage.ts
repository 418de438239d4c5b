import { chmodSync, mkdirSync, symlinkSync } from 'node:fs';
import { type Outcome, Workplace } from '../../lab/program/plugin.ts';
import { SETS_FOLDER, setFiles } from '../../lab/sets.ts';
import { startTestServer, type TestServer } from '../../lab/test-server.ts';

/** The example's timestamp, and that of the real set that is there in its place: full, gzip, with two built on it. */
const EXAMPLE = /20260102(?:030405)?/g;
const SET = '20261125025319';

/** Programs of others that the document calls: each writes its name and its words into a file, and succeeds. */
export const RECORDED: readonly string[] = [
  'gpbackup',
  'gprestore',
  'gpbackman',
  'gpssh',
  'psql',
  'systemctl',
];

/** Runs the command here, whatever the host. */
const SSH = '#!/bin/bash\nwhile [ "${1#-}" != "$1" ]; do shift 2; done\nshift\nexec bash -c "$*"\n';

/** A host as docs/operations.md has it, with the real sets in its bucket; its paths are below a folder of the test. */
export class OperationsStage implements AsyncDisposable {
  readonly place = new Workplace();
  readonly server: TestServer;

  private constructor(server: TestServer) {
    this.server = server;
  }

  /** @param sets timestamps of the real sets in the first bucket; all by default. */
  static async start(sets?: readonly string[]): Promise<OperationsStage> {
    const server = await startTestServer({ buckets: ['backups', 'second'] });
    const stage = new OperationsStage(server);
    for (const { key, content } of sets?.flatMap((set) => setFiles(set)) ?? setFiles())
      await server.objects.put('backups', key, content);
    const { place } = stage;
    for (const folder of ['bin', 'coordinator', 'gpAdminLogs', 'scripts']) mkdirSync(place.path(folder));
    stage.#config('s3.yaml', 'backups', 'second');
    stage.#config('second.yaml', 'second', 'backups');
    place.write('greenplum_path.sh', '');
    place.write('all_hosts', 'sdw1\nsdw2\n');
    for (const name of RECORDED) {
      place.write(
        `bin/${name}`,
        `#!/bin/bash\necho "${name} $*" >>${place.path('recorded')}\ncat >/dev/null\n`,
      );
      chmodSync(place.path(`bin/${name}`), 0o755);
    }
    place.write('bin/ssh', SSH);
    chmodSync(place.path('bin/ssh'), 0o755);
    symlinkSync(place.program, place.path('bin/gpbackup_s3_plugin'));
    return stage;
  }

  #config(name: string, bucket: string, remote: string): void {
    this.place.config(this.server, { folder: SETS_FOLDER, bucket, remote_bucket: remote }, name);
  }

  /** A text of the document with this host's paths and the real set's timestamp. */
  here(text: string): string {
    const { place } = this;
    return text
      .replaceAll('/usr/local/greenplum-db/bin', place.path('bin'))
      .replaceAll('/usr/local/greenplum-db', place.folder)
      .replaceAll('/var/lib/node_exporter', place.folder)
      .replaceAll('/home/gpadmin', place.folder)
      .replaceAll('/tmp/backups', place.path('backups'))
      .replaceAll(EXAMPLE, (day) => SET.slice(0, day.length));
  }

  /** Runs a command line of the document. */
  async run(text: string): Promise<Outcome> {
    const { place } = this;
    return await place.shell(`set -o pipefail\n${this.here(text)}`, {
      env: {
        ...place.env,
        PATH: `${place.path('bin')}:${place.env['PATH'] ?? ''}`,
        COORDINATOR_DATA_DIRECTORY: place.path('coordinator'),
      },
    });
  }

  /** What was recorded of other programs, a line each. */
  async recorded(): Promise<string[]> {
    const file = Bun.file(this.place.path('recorded'));
    return (await file.exists()) ? (await file.text()).split('\n').slice(0, -1) : [];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.place[Symbol.dispose]();
    await this.server.stop();
  }
}
