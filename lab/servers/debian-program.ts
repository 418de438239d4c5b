import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolderOf, fillOnce } from './cached-folder.ts';
import { runInstaller } from './installer.ts';

/**
 * Unpacks packages of Debian, or of what is made of it, into the cache folder: nothing of the system changes, no service
 * is started, and nobody needs to be root. Only for programs whose libraries are there anyway.
 * @returns the folder that stands for `/`
 * @throws NotInstallable
 */
export async function unpackDebianPackages(...names: readonly [string, ...string[]]): Promise<string> {
  const what = names[0];
  const folder = cacheFolderOf('debian', what);
  await fillOnce(folder, what, async (unfinished) => {
    const download = (): Promise<string> =>
      runInstaller(what, ['apt-get', 'download', '--quiet', ...names], { cwd: unfinished });
    await download().catch(async () => {
      // Its lists are missing or old. Only root may fetch new ones.
      await runInstaller(what, ['apt-get', 'update', '--quiet']).catch(() => '');
      await download();
    });
    for (const file of await readdir(unfinished)) {
      if (file.endsWith('.deb')) {
        await runInstaller(what, ['dpkg-deb', '--extract', join(unfinished, file), unfinished]);
      }
    }
  });
  return folder;
}
