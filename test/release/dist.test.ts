import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { PLUGIN } from '../../lab/program/plugin.ts';
import type { Built } from '../../scripts/build.ts';
import { type Archive, packArchive } from '../../scripts/release/archive.ts';
import { DOCUMENTS } from '../../scripts/release/documents.ts';
import { VERSION } from '../../src/base/product.ts';

const FOLDER = `gpbackup_s3_plugin-${VERSION}-linux-x64`;
const work = mkdtempSync(join(tmpdir(), 'gpbackup-s3-plugin-dist-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

function folder(name: string): string {
  const path = join(work, name);
  mkdirSync(path);
  return path;
}

function run(command: readonly string[], cwd: string): { exitCode: number; stdout: string } {
  const { exitCode, stdout, stderr } = Bun.spawnSync([...command], {
    cwd,
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
  });
  return { exitCode, stdout: `${stdout.toString()}${stderr.toString()}` };
}

/** Mode, owner and name of every entry, in the archive's order. */
function listing({ archive }: Archive): string[] {
  const { stdout } = run(['tar', '-tvzf', archive], work);
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => line.replace(/^(\S+) (\S+) .* (\S+)$/, '$1 $2 $3'));
}

/** Small stand-ins of both files: what is in them makes no difference to how they are packed. */
function standIns(name: string): Built {
  const into = folder(name);
  const built = { launcher: join(into, 'gpbackup_s3_plugin'), program: join(into, 'gpbackup_s3_plugin.bin') };
  writeFileSync(built.launcher, 'launcher', { mode: 0o600 });
  writeFileSync(built.program, 'program', { mode: 0o600 });
  return built;
}

function documents(name: string, names: readonly string[]): string {
  const into = folder(name);
  for (const document of names) {
    mkdirSync(dirname(join(into, document)), { recursive: true });
    writeFileSync(join(into, document), document);
  }
  return into;
}

describe('the archive of the built program', () => {
  let packed: Archive;
  let unpacked: string;

  beforeAll(async () => {
    packed = await packArchive({
      built: { launcher: PLUGIN, program: `${PLUGIN}.bin` },
      architecture: 'x64',
      documents: documents('documents', DOCUMENTS),
      into: folder('into'),
      level: 1,
    });
    unpacked = folder('unpacked');
    expect(run(['tar', '-xzf', packed.archive], unpacked)).toEqual({ exitCode: 0, stdout: '' });
  });

  test('holds launcher, program, install script, man page, completion and documents in one folder, in a fixed order', () => {
    expect(listing(packed)).toEqual([
      `drwxr-xr-x root/root ${FOLDER}/`,
      `-rwxr-xr-x root/root ${FOLDER}/gpbackup_s3_plugin`,
      `-rwxr-xr-x root/root ${FOLDER}/gpbackup_s3_plugin.bin`,
      `-rwxr-xr-x root/root ${FOLDER}/install-on-hosts.sh`,
      `-rw-r--r-- root/root ${FOLDER}/gpbackup_s3_plugin.1`,
      `-rw-r--r-- root/root ${FOLDER}/gpbackup_s3_plugin.bash-completion`,
      ...DOCUMENTS.map((name) => `-rw-r--r-- root/root ${FOLDER}/${name}`),
    ]);
    expect(basename(packed.archive)).toBe(`${FOLDER}.tar.gz`);
  });

  test('has a checksum next to it that sha256sum accepts', () => {
    const { exitCode, stdout } = run(
      ['sha256sum', '--check', '--strict', basename(packed.checksum)],
      join(work, 'into'),
    );
    expect(stdout).toBe(`${FOLDER}.tar.gz: OK\n`);
    expect(exitCode).toBe(0);
  });

  test('holds a program that says its version from any folder', () => {
    const { stdout } = run([join(unpacked, FOLDER, 'gpbackup_s3_plugin'), '--version'], '/');
    expect(stdout).toBe(`gpbackup_s3_plugin version ${VERSION}\n`);
  });

  test.each([
    ['an absolute', (): string => join(unpacked, FOLDER, 'gpbackup_s3_plugin')],
    ['a relative', (): string => join('..', 'unpacked', FOLDER, 'gpbackup_s3_plugin')],
  ])('holds a program that says its version through %s symbolic link', (kind, target) => {
    const link = join(folder(`link-${kind.replace(' ', '-')}`), 'plugin');
    symlinkSync(target(), link);
    expect(run([link, '--version'], work).stdout).toBe(`gpbackup_s3_plugin version ${VERSION}\n`);
  });

  test('holds the install script as it is in the repository', () => {
    const name = 'install-on-hosts.sh';
    const original = join(import.meta.dir, '..', '..', 'scripts', name);
    expect(readFileSync(join(unpacked, FOLDER, name), 'utf8')).toBe(readFileSync(original, 'utf8'));
  });
});

describe('packArchive', () => {
  test('packs the same files into the same bytes, whenever and by whomever', async () => {
    const texts = documents('same-documents', DOCUMENTS);
    const archives = await Promise.all(
      ['first', 'second'].map(async (name) => {
        const built = standIns(`same-${name}`);
        const into = folder(`same-into-${name}`);
        return readFileSync(
          (await packArchive({ built, architecture: 'x64', documents: texts, into })).archive,
        );
      }),
    );
    expect(archives[0]?.equals(archives[1] ?? Buffer.alloc(0))).toBe(true);
  });

  test('names the archive after the processor', async () => {
    const packed = await packArchive({
      built: standIns('arm'),
      architecture: 'arm64',
      documents: documents('arm-documents', DOCUMENTS),
      into: folder('arm-into'),
    });
    expect(basename(packed.archive)).toBe(`gpbackup_s3_plugin-${VERSION}-linux-arm64.tar.gz`);
  });

  // A document of each folder stands for all.
  test.each(['README.md', 'LICENSE', 'docs/permissions.md'])('fails when %s is missing', async (missing) => {
    const name = missing.replaceAll('/', '-');
    const options = {
      built: standIns(`without-${name}`),
      architecture: 'x64' as const,
      documents: documents(
        `lacks-${name}`,
        DOCUMENTS.filter((document) => document !== missing),
      ),
      into: folder(`into-without-${name}`),
    };
    const failure = await packArchive(options).catch((thrown: unknown) => thrown);
    expect(String(failure)).toContain(missing);
  });
});
