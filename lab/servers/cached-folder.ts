import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { codeOf, reasonOf } from '../../src/base/plugin-error.ts';
import { NotInstallable } from './server.ts';

const root = join(import.meta.dir, '../../.cache/servers');

/** Where a server's program is kept between runs. */
export function cacheFolderOf(name: string, version: string): string {
  return join(root, name, version);
}

/**
 * Fills a folder, if that has not been done before. `fill` works in a folder of another name, which takes the right one
 * when it is whole: an installation that was interrupted is never taken for one. Of several processes one fills, and
 * the others wait for it.
 * @param what the package, for the error
 * @throws NotInstallable
 */
export async function fillOnce(
  folder: string,
  what: string,
  fill: (unfinished: string) => Promise<void>,
): Promise<void> {
  if (await exists(folder)) return;
  try {
    await mkdir(dirname(folder), { recursive: true });
    const release = await takeLock(`${folder}.lock`);
    try {
      if (!(await exists(folder))) await fillAlone(folder, fill);
    } finally {
      await release();
    }
  } catch (error) {
    if (error instanceof NotInstallable) throw error;
    throw new NotInstallable(what, reasonOf(error), error);
  }
}

async function fillAlone(folder: string, fill: (unfinished: string) => Promise<void>): Promise<void> {
  await removeUnfinished(folder);
  const unfinished = unfinishedName(folder, process.pid);
  try {
    await mkdir(unfinished);
    await fill(unfinished);
    await rename(unfinished, folder);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

/** What processes left that were killed while they filled. */
async function removeUnfinished(folder: string): Promise<void> {
  for (const name of await readdir(dirname(folder))) {
    if (!name.startsWith(basename(unfinishedName(folder, '')))) continue;
    await rm(join(dirname(folder), name), { recursive: true, force: true });
  }
}

function unfinishedName(folder: string, process: number | ''): string {
  return `${folder}.unfinished-${process}`;
}

async function exists(path: string): Promise<boolean> {
  return await Bun.file(path)
    .stat()
    .then(
      () => true,
      (error: unknown) => {
        if (codeOf(error) === 'ENOENT') return false;
        throw error;
      },
    );
}

/** Longer than the longest build, on a slow machine. */
const lockPatienceMilliseconds = 7_200_000;
const pollMilliseconds = 200;

/**
 * Makes a file that holds the id of this process, and waits while another one has it. A process that was killed keeps
 * nobody waiting.
 * @returns what removes it
 */
async function takeLock(path: string): Promise<() => Promise<void>> {
  const deadline = Date.now() + lockPatienceMilliseconds;
  while (!(await makeLock(path))) {
    const owner = await readFile(path, 'utf8').catch(() => '');
    // An empty file is one that its owner is about to write.
    if (owner !== '' && !isAlive(Number(owner))) await rm(path, { force: true });
    else if (Date.now() > deadline) throw new Error(`process ${owner} still holds ${path}`);
    else await setTimeout(pollMilliseconds);
  }
  return () => rm(path, { force: true });
}

async function makeLock(path: string): Promise<boolean> {
  try {
    await writeFile(path, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it runs, as another user.
    return codeOf(error) !== 'ESRCH';
  }
}
