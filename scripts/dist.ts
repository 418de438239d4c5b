import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { build } from './build.ts';
import { type Architecture, packArchive } from './release/archive.ts';

/** `npm run dist`: what is given to operators, in dist/: a tar.gz and its checksum for each kind of processor. */
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

await Promise.all(
  TARGETS.map(async ({ architecture, target }) => {
    const built = await build(join(work, architecture), target);
    const { archive, checksum } = await packArchive({ built, architecture, documents: root, into });
    console.log(`${archive} (${(statSync(archive).size / 1024 / 1024).toFixed(0)} MB)\n${checksum}`);
  }),
);
