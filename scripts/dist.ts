import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { reasonOf } from '../src/base/plugin-error.ts';
import { build } from './build.ts';
import { type Architecture, packArchive } from './release/archive.ts';
import { installNfpm } from './release/nfpm.ts';
import { makePackages } from './release/packages.ts';

/**
 * `npm run dist [-- --archives]`: what is given to operators, in dist/: for each kind of processor a tar.gz, a deb and
 * an rpm, each with its checksum. `--archives`: the tar.gz alone, for a machine without Python's pip.
 */
const TARGETS: readonly { readonly architecture: Architecture; readonly target: string }[] = [
  // The runtime that needs no AVX: Greenplum hosts can be old.
  { architecture: 'x64', target: 'bun-linux-x64-baseline' },
  { architecture: 'arm64', target: 'bun-linux-arm64' },
];

const root = join(import.meta.dir, '..');
const into = join(root, 'dist');
mkdirSync(into, { recursive: true });
mkdirSync(join(root, '.cache'), { recursive: true });
const work = mkdtempSync(join(root, '.cache', 'dist-'));
process.on('exit', () => rmSync(work, { recursive: true, force: true }));

const isForAll = !process.argv.includes('--archives');
const nfpm = isForAll
  ? await installNfpm().catch((error: unknown) => {
      process.exitCode = 1;
      console.error(`no packages are made: ${reasonOf(error)} (npm run dist -- --archives makes none)`);
      return undefined;
    })
  : undefined;

function tell(path: string, checksum: string): void {
  console.log(`${path} (${(statSync(path).size / 1024 / 1024).toFixed(0)} MB)\n${checksum}`);
}

await Promise.all(
  TARGETS.map(async ({ architecture, target }) => {
    const folder = join(work, architecture);
    const built = await build(folder, target);
    const { archive, checksum } = await packArchive({ built, architecture, documents: root, into });
    tell(archive, checksum);
    if (nfpm === undefined) return;
    const options = { built, architecture, documents: root, into, work: join(folder, 'package'), nfpm };
    for (const made of await makePackages(options)) tell(made.path, made.checksum);
  }),
);
