import { fillOnce } from './cached-folder.ts';
import { runInstaller } from './installer.ts';

/**
 * Compiles a program from the Go module proxy, if that has not been done before.
 * @param folder gets the program, under the last element of its path
 * @throws NotInstallable
 */
export async function installGoProgram(folder: string, path: string, version: string): Promise<void> {
  const what = `${path}@${version}`;
  await fillOnce(folder, what, async (unfinished) => {
    await runInstaller(what, ['go', 'install', '-trimpath', '-ldflags=-s -w', what], {
      // No other compiler is fetched when this one is too old: that must be said.
      env: { GOBIN: unfinished, GOTOOLCHAIN: 'local' },
    });
  });
}
