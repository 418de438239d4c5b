import type { Dirent } from 'node:fs';
import { lstat, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf } from '../base/plugin-error.ts';
import { systemHint, systemReason } from '../base/system-error.ts';
import { SourceError } from './source.ts';

/** What the runtime shows for bytes that are not UTF-8; a file of that name can't be opened by it. */
const REPLACED = '\uFFFD';

/** What is in a directory's tree. */
export interface Tree {
  /** Paths of regular files, also behind symbolic links to files. */
  readonly files: readonly string[];
  /** Paths of pipes, sockets, devices, and links to folders or to nothing. */
  readonly leftOut: readonly string[];
  /** Paths whose last name is not UTF-8, as it can be shown. */
  readonly notUtf8: readonly string[];
}

/**
 * Reads a whole tree.
 * @throws {SourceError} when a folder can't be read
 */
export async function filesBelow(directory: string): Promise<Tree> {
  const tree = { files: [] as string[], leftOut: [] as string[], notUtf8: [] as string[] };
  await walk(directory, tree);
  return tree;
}

async function walk(
  directory: string,
  tree: { files: string[]; leftOut: string[]; notUtf8: string[] },
): Promise<void> {
  const entries = await reading(directory, () => readdir(directory, { withFileTypes: true }));
  const lost = await namesNotUtf8(directory, entries);
  for (const entry of entries) {
    const path = join(directory, entry.name);
    if (lost.has(entry.name)) tree.notUtf8.push(path);
    else if (entry.isDirectory()) await walk(path, tree);
    else if (await isFile(path)) tree.files.push(path);
    else tree.leftOut.push(path);
  }
}

/** The shown names of files whose names are not UTF-8; U+FFFD itself may be in a name as well. */
async function namesNotUtf8(directory: string, entries: readonly Dirent[]): Promise<ReadonlySet<string>> {
  if (!entries.some(({ name }) => name.includes(REPLACED))) return new Set();
  const names = await reading(directory, () => readdir(directory, { encoding: 'buffer' }));
  return new Set(
    names.filter((name) => !Buffer.from(name.toString()).equals(name)).map((name) => name.toString()),
  );
}

async function reading<T>(path: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (cause) {
    throw new SourceError(`${path} can't be read: ${systemReason(cause)}`, {
      hint: systemHint('reading', cause),
      cause,
    });
  }
}

/** Whether a path is a file or a link to one; a link to nothing is none. */
async function isFile(path: string): Promise<boolean> {
  return await reading(path, async () => {
    try {
      return (await stat(path)).isFile();
    } catch (error) {
      if (codeOf(error) === 'ENOENT' && (await lstat(path)).isSymbolicLink()) return false;
      throw error;
    }
  });
}
