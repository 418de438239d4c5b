import type { Command } from '../measure/lane.ts';
import { ACCESS_KEY, BUCKET, type Endpoint, type Job, type Peer, SECRET_KEY } from './peer.ts';

/** The AWS CLI with its defaults. */
export class AwsCli implements Peer {
  readonly title = 'AWS CLI';
  readonly tables = 30;
  readonly #python: string;

  /** @param python with the package `awscli` */
  constructor(python: string) {
    this.#python = python;
  }

  command(job: Job, { url, certificate }: Endpoint): Command | undefined {
    const program = [this.#python, '-m', 'awscli'];
    if (job.kind === 'version') return { argv: [...program, '--version'] };
    // It takes minutes for a list of a million keys.
    if (job.kind === 'list' || job.kind === 'subset' || (job.kind === 'up' && job.unsigned === true))
      return undefined;
    const object = `s3://${BUCKET}/gp/${job.name}`;
    const paths =
      job.kind === 'store file' ? [job.file, object] : job.kind === 'up' ? ['-', object] : [object, '-'];
    return {
      argv: [...program, 's3', 'cp', '--only-show-errors', '--endpoint-url', url, ...paths],
      env: {
        AWS_ACCESS_KEY_ID: ACCESS_KEY,
        AWS_SECRET_ACCESS_KEY: SECRET_KEY,
        AWS_DEFAULT_REGION: 'us-east-1',
        AWS_EC2_METADATA_DISABLED: 'true',
        ...(certificate === undefined ? {} : { AWS_CA_BUNDLE: certificate }),
      },
    };
  }
}
