import { lstatSync, type Stats, statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { codeOf } from '../base/plugin-error.ts';

/** The longest name of a file, in bytes (Linux, NAME_MAX). */
const LONGEST_NAME = 255;

/** Why a file can't be written. */
export type TreeConflict =
  /** `folder` has to be a folder for `path`, and is another file of the same tree. */
  | { readonly kind: 'file and folder'; readonly path: string; readonly folder: string }
  /** The same, and it is a file on the disk. */
  | { readonly kind: 'file on disk'; readonly path: string; readonly folder: string }
  /** There is a folder on the disk. */
  | { readonly kind: 'folder on disk'; readonly path: string }
  | { readonly kind: 'name too long'; readonly path: string };

/** What can't be written of the files `paths`, of each other and of what is on the disk; one reason a file. */
export function treeConflicts(paths: readonly string[]): readonly TreeConflict[] {
  const files = new Set(paths);
  /** Folders that were looked at, and what is in their way. */
  const seen = new Map<
    string,
    { readonly kind: TreeConflict['kind']; readonly folder: string } | undefined
  >();
  const obstacleOf = (folder: string): { kind: TreeConflict['kind']; folder: string } | undefined => {
    if (seen.has(folder)) return seen.get(folder);
    const above = dirname(folder);
    let obstacle: { kind: TreeConflict['kind']; folder: string } | undefined;
    if (files.has(folder)) obstacle = { kind: 'file and folder', folder };
    else if (isTooLong(folder)) obstacle = { kind: 'name too long', folder };
    else if (factsOf(folder, statSync)?.isDirectory() === false) obstacle = { kind: 'file on disk', folder };
    else if (above !== folder) obstacle = obstacleOf(above);
    seen.set(folder, obstacle);
    return obstacle;
  };
  return paths.flatMap((path): TreeConflict[] => {
    if (isTooLong(path)) return [{ kind: 'name too long', path }];
    const obstacle = obstacleOf(dirname(path));
    if (obstacle !== undefined) return [{ kind: obstacle.kind, path, folder: obstacle.folder }];
    return factsOf(path, lstatSync)?.isDirectory() === true ? [{ kind: 'folder on disk', path }] : [];
  });
}

function isTooLong(path: string): boolean {
  return Buffer.byteLength(basename(path)) > LONGEST_NAME;
}

/** What is at a path; undefined when nothing is, or it can't be known, which the write itself will show. */
function factsOf(path: string, look: (path: string) => Stats): Stats | undefined {
  try {
    return look(path);
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return undefined;
  }
}
