import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { PROGRAM, VERSION } from '../../src/base/product.ts';
import type { Built } from '../build.ts';
import type { Architecture } from './archive.ts';
import { DOCUMENTS } from './documents.ts';
import { type MadeFiles, madeFiles } from './made-files.ts';

/** Names of packages have no underscores. */
export const PACKAGE = PROGRAM.replaceAll('_', '-');
/** Launcher and program are next to each other here; a link in /usr/bin leads to the launcher. */
export const PROGRAM_FOLDER = `/usr/lib/${PROGRAM}`;
export const DOCUMENT_FOLDER = `/usr/share/doc/${PACKAGE}`;

/** The same package from the same sources: no time and no name of the machine that packs. */
const PACKED_AT = '2026-01-01T00:00:00Z';
const FORMATS = ['deb', 'rpm'] as const;
/** Architectures as both kinds of packages call them: nfpm translates these. */
const ARCHITECTURES: Readonly<Record<Architecture, string>> = { x64: 'amd64', arm64: 'arm64' };

export interface PackageOptions {
  readonly built: Built;
  readonly architecture: Architecture;
  /** The folder that contains README.md. */
  readonly documents: string;
  /** Where the packages and their checksums are written. */
  readonly into: string;
  /** A folder for files that are packed; it is left as it is. */
  readonly work: string;
  /** The path of nfpm. */
  readonly nfpm: string;
}

/** A package, and its SHA-256 in the format of sha256sum. */
export interface Package {
  readonly path: string;
  readonly checksum: string;
}

/**
 * Makes `gpbackup-s3-plugin_VERSION_amd64.deb` and `gpbackup-s3-plugin-VERSION-1.x86_64.rpm`, or those of arm64.
 * @throws when a file is missing or nfpm fails.
 */
export async function makePackages(options: PackageOptions): Promise<readonly Package[]> {
  const { into, work, nfpm } = options;
  mkdirSync(work, { recursive: true });
  const made = await madeFiles();
  const packages: Package[] = [];
  for (const format of FORMATS) {
    const config = join(work, `nfpm-${format}.json`);
    writeFileSync(config, JSON.stringify(packageConfig(format, options, made)));
    const child = Bun.spawn(
      [nfpm, 'package', '--config', config, '--packager', format, '--target', `${into}/`],
      {
        stdout: 'pipe',
        stderr: 'pipe',
      },
    );
    const [said, errors, status] = await Promise.all([
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
      child.exited,
    ]);
    const [, path = ''] = /^created package: (.+)$/m.exec(said) ?? [];
    if (status !== 0 || path === '') throw new Error(`nfpm failed:\n${said}${errors}`);
    const digest = new Bun.CryptoHasher('sha256').update(readFileSync(path)).digest('hex');
    const checksum = `${path}.sha256`;
    writeFileSync(checksum, `${digest}  ${basename(path)}\n`);
    packages.push({ path: resolve(path), checksum });
  }
  return packages;
}

/** Only rpm knows documents and licences as such: in a deb files of these types would be missing. */
function rpmType(name: string): string {
  return name === 'LICENSE' ? 'license' : 'doc';
}

/** What nfpm reads: YAML, of which JSON is a part. */
function packageConfig(
  format: (typeof FORMATS)[number],
  { built, architecture, documents, work }: PackageOptions,
  made: MadeFiles,
): object {
  const written = (name: string, body: string | Uint8Array): string => {
    const path = join(work, name);
    writeFileSync(path, body);
    return path;
  };
  const file = (dst: string, src: string, mode = 0o644, type?: string): object => ({
    src,
    dst,
    ...(type === undefined ? {} : { type }),
    file_info: { mode, owner: 'root', group: 'root', mtime: PACKED_AT },
  });
  const page = gzipSync(made.manPage, { level: 9 });
  const texts = DOCUMENTS.map((name) =>
    file(
      `${DOCUMENT_FOLDER}/${name}`,
      join(documents, name),
      0o644,
      format === 'rpm' ? rpmType(name) : undefined,
    ),
  );
  // A folder that no package owns remains when its files are removed.
  const folders = [PROGRAM_FOLDER, ...DOCUMENTS.map((name) => dirname(join(DOCUMENT_FOLDER, name)))];
  return {
    name: PACKAGE,
    arch: ARCHITECTURES[architecture],
    platform: 'linux',
    version: VERSION,
    release: '1',
    section: 'database',
    priority: 'optional',
    maintainer: `${PROGRAM} maintainers`,
    description:
      'stores the backups of gpbackup in S3\nStorage plugin for gpbackup and gprestore: Greenplum, Cloudberry, Greengage, WarehousePG.',
    license: 'Apache-2.0',
    mtime: PACKED_AT,
    rpm: {
      summary: 'Stores the backups of gpbackup in S3',
      buildhost: 'localhost',
      group: 'Applications/Databases',
    },
    contents: [
      ...[...new Set(folders)].toSorted().map((dst) => ({
        dst,
        type: 'dir',
        file_info: { mode: 0o755, owner: 'root', group: 'root', mtime: PACKED_AT },
      })),
      file(`${PROGRAM_FOLDER}/${PROGRAM}`, built.launcher, 0o755),
      file(`${PROGRAM_FOLDER}/${PROGRAM}.bin`, built.program, 0o755),
      file(`/usr/bin/${PROGRAM}`, `../lib/${PROGRAM}/${PROGRAM}`, 0o777, 'symlink'),
      file(`/usr/share/man/man1/${PROGRAM}.1.gz`, written(`${PROGRAM}.1.gz`, page)),
      file(
        `/usr/share/bash-completion/completions/${PROGRAM}`,
        written(`${PROGRAM}.completion`, made.completion),
      ),
      ...texts,
    ],
  };
}
