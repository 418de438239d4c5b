import { execFile } from 'node:child_process';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** There is no Python, or it can't install: the reason, in words for a person. */
export class PythonMissing extends Error {
  override readonly name = 'PythonMissing';
}

/**
 * Installs a package from PyPI into a virtual environment of its own, if that has not been done before.
 * @returns the folder of its programs
 * @throws PythonMissing
 */
export async function installPythonPackage(folder: string, requirement: string): Promise<string> {
  const programs = join(folder, 'bin');
  if (await exists(folder)) return programs;
  const python = Bun.which('python3');
  if (python === null) throw new PythonMissing('python3 not found');
  // Under another name until it is whole: an installation that was interrupted must not be taken for one. The programs
  // that pip writes name their folder, so only what needs no Python can be used after the renaming.
  const unfinished = `${folder}.${process.pid}`;
  try {
    await mkdir(dirname(folder), { recursive: true });
    await run(python, ['-m', 'venv', unfinished]);
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];
    await run(join(unfinished, 'bin', 'python'), [...pip, requirement]);
    await rename(unfinished, folder);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    // Another run may have been faster.
    if (await exists(folder)) return programs;
    const [reason = ''] = (error instanceof Error ? error.message : String(error))
      .trim()
      .split('\n')
      .slice(-1);
    throw new PythonMissing(`${requirement} can't be installed: ${reason}`, { cause: error });
  }
  return programs;
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
    throw error;
  }
}
