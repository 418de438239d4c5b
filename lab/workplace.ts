import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Place } from '../bench/cases/case.ts';
import type { Endpoint } from '../bench/peers/peer.ts';
import type { Sink } from '../bench/sink/sink.ts';

/** The temporary folder of a bench: homes, config files, small files to store. It is removed at the end. */
export class Workplace implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'gpbackup-s3-plugin-bench-'));
  /** All that measured processes find in their environment. */
  readonly env: Readonly<Record<string, string>> = {
    HOME: this.subfolder('home'),
    PATH: '/usr/bin:/bin',
    TMPDIR: this.folder,
  };

  subfolder(name: string): string {
    const path = join(this.folder, name);
    mkdirSync(path, { recursive: true });
    return path;
  }

  /** What cases need, with the addresses of `sink`. */
  place({ urls, certificate }: Sink): Place {
    const trusted = join(this.folder, 'certificate.pem');
    writeFileSync(trusted, certificate);
    return {
      http: plain(urls.http),
      network: plain(urls.network),
      https: { url: urls.https, certificate: trusted },
      folder: this.folder,
      file: (bytes) => {
        const path = join(this.folder, `file-${bytes}`);
        writeFileSync(path, new Uint8Array(bytes));
        return path;
      },
    };
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function plain(url: string): Endpoint {
  return { url, certificate: undefined };
}
