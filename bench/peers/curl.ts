import type { Command } from '../measure/lane.ts';
import { BUCKET, type Endpoint, type Job, type Peer } from './peer.ts';

/** One plain stream without a signature: what a single connection can do at best. */
export class Curl implements Peer {
  readonly title = 'curl';
  readonly tables = 2000;
  readonly #program: string;

  constructor(program: string) {
    this.#program = program;
  }

  command(job: Job, { url, certificate }: Endpoint): Command | undefined {
    // It would have to read the pages to ask for the next.
    if (job.kind === 'list') return undefined;
    if (job.kind === 'version') return { argv: [this.#program, '--version'] };
    const object = `${url}/${BUCKET}/gp/${job.name}`;
    const always = ['-sS', ...(certificate === undefined ? [] : ['--cacert', certificate])];
    const upload = ['-o', '/dev/null', '-H', 'Expect:', '-T'];
    switch (job.kind) {
      case 'store file':
        return { argv: [this.#program, ...always, ...upload, job.file, object] };
      case 'up':
        return { argv: [this.#program, ...always, ...upload, '-', object] };
      case 'down':
        return { argv: [this.#program, ...always, object] };
      case 'subset': {
        const requests = job.ranges.map(({ start, end }) => [...always, '-r', `${start}-${end - 1}`, object]);
        return {
          argv: [
            this.#program,
            ...requests.flatMap((one, index) => (index === 0 ? one : ['--next', ...one])),
          ],
        };
      }
    }
  }
}
