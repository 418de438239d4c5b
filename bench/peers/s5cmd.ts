import type { Command } from '../measure/lane.ts';
import { ACCESS_KEY, BUCKET, type Endpoint, type Job, type Peer, SECRET_KEY } from './peer.ts';

/** s5cmd with its defaults: another program in Go that stores and reads streams. */
export class S5cmd implements Peer {
  readonly title = 's5cmd';
  readonly tables = 300;
  readonly #program: string;

  constructor(program: string) {
    this.#program = program;
  }

  command(job: Job, { url, certificate }: Endpoint): Command | undefined {
    if (job.kind === 'version') return { argv: [this.#program, 'version'] };
    if (job.kind === 'list')
      return this.#started(['du', `s3://${BUCKET}/gp/${job.folder}/*`], url, certificate);
    if (job.kind === 'subset' || (job.kind === 'up' && job.unsigned === true)) return undefined;
    const object = `s3://${BUCKET}/gp/${job.name}`;
    const work =
      job.kind === 'store file'
        ? ['cp', job.file, object]
        : job.kind === 'up'
          ? ['pipe', object]
          : ['cat', object];
    return this.#started(work, url, certificate);
  }

  #started(work: readonly string[], url: string, certificate: string | undefined): Command {
    return {
      argv: [this.#program, '--endpoint-url', url, '--log', 'error', ...work],
      env: {
        AWS_ACCESS_KEY_ID: ACCESS_KEY,
        AWS_SECRET_ACCESS_KEY: SECRET_KEY,
        AWS_REGION: 'us-east-1',
        ...(certificate === undefined ? {} : { AWS_CA_BUNDLE: certificate }),
      },
    };
  }
}
