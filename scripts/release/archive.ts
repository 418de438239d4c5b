import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { packTar } from 'modern-tar';
import { PROGRAM, VERSION } from '../../src/base/product.ts';
import type { Built } from '../build.ts';
import { DOCUMENTS } from './documents.ts';
import { madeFiles } from './made-files.ts';

export type Architecture = 'x64' | 'arm64';

export interface ArchiveOptions {
  readonly built: Built;
  readonly architecture: Architecture;
  /** The folder that contains README.md. */
  readonly documents: string;
  /** Where the archive and its checksum are written. */
  readonly into: string;
  /** Of gzip; 6 by default: 9 takes 50% longer and saves 0.1%. */
  readonly level?: number;
}

export interface Archive {
  readonly archive: string;
  readonly checksum: string;
}

const INSTALLER = join(import.meta.dir, '..', 'install-on-hosts.sh');
/** The same archive from the same sources: no time and no user of the machine that packs. */
const PACKED_AT = new Date(Date.UTC(2026, 0, 1));

interface Entry {
  /** Inside the archive's folder. */
  readonly name: string;
  readonly body: Uint8Array;
  readonly mode: number;
}

/**
 * Packs what an operator needs into `gpbackup_s3_plugin-VERSION-linux-ARCHITECTURE.tar.gz`, in one folder of that
 * name, and writes its SHA-256 next to it in the format of sha256sum.
 * @throws when a file is missing.
 */
export async function packArchive(options: ArchiveOptions): Promise<Archive> {
  const { built, architecture, documents, into, level = 6 } = options;
  const folder = `${PROGRAM}-${VERSION}-linux-${architecture}`;
  const made = await madeFiles();
  const entries: Entry[] = [
    ...[built.launcher, built.program, INSTALLER].map((path) => ({
      name: basename(path),
      body: readFileSync(path),
      mode: 0o755,
    })),
    { name: `${PROGRAM}.1`, body: Buffer.from(made.manPage), mode: 0o644 },
    { name: `${PROGRAM}.bash-completion`, body: Buffer.from(made.completion), mode: 0o644 },
    ...DOCUMENTS.map((name) => ({ name, body: readFileSync(join(documents, name)), mode: 0o644 })),
  ];
  const owner = { uid: 0, gid: 0, uname: 'root', gname: 'root', mtime: PACKED_AT };
  const files = entries.map(({ name, body, mode }) => {
    const header = { name: `${folder}/${name}`, size: body.length, mode, ...owner };
    return { header, body };
  });
  const directory = {
    header: { name: `${folder}/`, type: 'directory' as const, size: 0, mode: 0o755, ...owner },
  };
  const packed = await promisify(gzip)(await packTar([directory, ...files]), { level });
  const archive = join(into, `${folder}.tar.gz`);
  writeFileSync(archive, packed);
  const checksum = `${archive}.sha256`;
  const digest = new Bun.CryptoHasher('sha256').update(packed).digest('hex');
  writeFileSync(checksum, `${digest}  ${basename(archive)}\n`);
  return { archive, checksum };
}
