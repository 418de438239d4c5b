import type { Command } from '../measure/lane.ts';
import { ACCESS_KEY, BUCKET, type Endpoint, type Job, type Peer, SECRET_KEY } from './peer.ts';

/** rclone with its defaults; an option says that the bucket exists, as in a real backup. */
export class Rclone implements Peer {
  readonly title = 'rclone';
  readonly tables = 300;
  readonly #program: string;

  constructor(program: string) {
    this.#program = program;
  }

  command(job: Job, { url, certificate }: Endpoint): Command | undefined {
    const env: Record<string, string> = {
      RCLONE_CONFIG: '/dev/null',
      RCLONE_CONFIG_SINK_TYPE: 's3',
      RCLONE_CONFIG_SINK_PROVIDER: 'Other',
      RCLONE_CONFIG_SINK_REGION: 'us-east-1',
      RCLONE_CONFIG_SINK_ENDPOINT: url,
      RCLONE_CONFIG_SINK_ACCESS_KEY_ID: ACCESS_KEY,
      RCLONE_CONFIG_SINK_SECRET_ACCESS_KEY: SECRET_KEY,
      RCLONE_CONFIG_SINK_NO_CHECK_BUCKET: 'true',
      // The sink makes up lists of version 2 alone.
      RCLONE_CONFIG_SINK_LIST_VERSION: '2',
      ...(certificate === undefined ? {} : { RCLONE_CA_CERT: certificate }),
      ...(job.kind === 'up' && job.unsigned === true
        ? { RCLONE_CONFIG_SINK_USE_UNSIGNED_PAYLOAD: 'true' }
        : {}),
    };
    const args = argsOf(job);
    return args === undefined ? undefined : { argv: [this.#program, ...args], env };
  }
}

function argsOf(job: Job): readonly string[] | undefined {
  if (job.kind === 'version') return ['version'];
  if (job.kind === 'list') return ['size', `sink:${BUCKET}/gp/${job.folder}`];
  const object = `sink:${BUCKET}/gp/${job.name}`;
  switch (job.kind) {
    case 'store file':
      return ['copyto', job.file, object];
    case 'up':
      return ['rcat', object];
    case 'down':
      return ['cat', object];
    case 'subset':
      // One range a process is all it can do.
      return undefined;
  }
}
