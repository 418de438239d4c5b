import { runInstaller } from './installer.ts';
import { NotInstallable } from './server.ts';

const environment = { DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' };
/** Another apt may be at work. */
const options = ['--yes', '--quiet', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=600'];

/**
 * Installs packages of Debian into the system, if they are not there. Only root may.
 * @param version that theirs have to begin with: another distribution has another one under the same name
 * @throws NotInstallable
 */
export async function installDebianPackages(
  what: string,
  version: string,
  names: readonly string[],
): Promise<void> {
  const apt = (...args: string[]): Promise<string> =>
    runInstaller(what, ['apt-get', ...args], { env: environment });
  if (!(await areInstalled(what, names))) {
    if (process.getuid?.() !== 0) throw new NotInstallable(what, 'apt-get needs root');
    await apt('update', '--quiet');
    await apt('install', ...options, ...names.map((name) => `${name}=${version}*`));
  }
  for (const name of names) {
    const found = await versionOf(what, name);
    if (!found.startsWith(version)) {
      throw new NotInstallable(what, `${name} is here in version ${found}, not ${version}`);
    }
  }
}

async function areInstalled(what: string, names: readonly string[]): Promise<boolean> {
  const versions = await Promise.allSettled(names.map((name) => versionOf(what, name)));
  return versions.every((version) => version.status === 'fulfilled' && version.value !== '');
}

/** @returns the version that is installed, empty if only its configuration is left. */
async function versionOf(what: string, name: string): Promise<string> {
  const answer = await runInstaller(what, [
    'dpkg-query',
    '--show',
    '--showformat=${Status} ${Version}',
    name,
  ]);
  return /^install ok installed (?:\d+:)?(\S+)$/.exec(answer)?.[1] ?? '';
}
