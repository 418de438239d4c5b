import { join } from 'node:path';
import { fillOnce } from './cached-folder.ts';
import { runInstaller } from './installer.ts';

/**
 * Installs packages from PyPI into a virtual environment of its own, if that has not been done before. The programs
 * that pip writes name the folder they were installed in, so only what needs no Python can be run as a program; the
 * others are modules: `python -m NAME`.
 * @returns the folder of its programs
 * @throws NotInstallable
 */
export async function installPythonPackage(
  folder: string,
  ...requirements: readonly string[]
): Promise<string> {
  const what = requirements[0] ?? folder;
  await fillOnce(folder, what, async (unfinished) => {
    await runInstaller(what, ['python3', '-m', 'venv', unfinished]);
    const python = join(unfinished, 'bin', 'python');
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];
    await runInstaller(what, [python, ...pip, ...requirements]);
  });
  return join(folder, 'bin');
}
