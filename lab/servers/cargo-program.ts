import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fillOnce } from './cached-folder.ts';
import { runInstaller } from './installer.ts';

/**
 * Compiles a program from crates.io, if that has not been done before.
 * @param folder gets the program, in `bin`
 * @param options of `cargo install`, such as features
 * @throws NotInstallable
 */
export async function installCargoProgram(
  folder: string,
  crate: string,
  version: string,
  options: readonly string[],
): Promise<void> {
  const what = `${crate} ${version}`;
  await fillOnce(folder, what, async (unfinished) => {
    // Within the folder, so that it goes with it when the build is interrupted.
    const target = join(unfinished, 'target');
    await runInstaller(
      what,
      ['cargo', 'install', crate, '--version', version, '--locked', '--root', unfinished, ...options],
      {
        env: {
          CARGO_TARGET_DIR: target,
          // Full optimisation costs more minutes than a test gets back.
          CARGO_PROFILE_RELEASE_OPT_LEVEL: '1',
          CARGO_PROFILE_RELEASE_LTO: 'off',
        },
      },
    );
    await rm(target, { recursive: true, force: true });
  });
}
