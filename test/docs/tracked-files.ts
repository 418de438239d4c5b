/**
 * The files that git knows below `folder`, relative to it. Undefined when git can't tell: it is not installed, the
 * folder is not a clone, or it belongs to another user.
 */
export function trackedFiles(folder: string, path = process.env['PATH'] ?? ''): string[] | undefined {
  const git = Bun.which('git', { PATH: path });
  if (git === null) return undefined;
  const { success, stdout } = Bun.spawnSync([git, 'ls-files', '-z', '--cached'], {
    cwd: folder,
    // A hook's GIT_DIR would make git tell of another repository.
    env: { PATH: path, LC_ALL: 'C' },
  });
  const files = stdout.toString().split('\0').slice(0, -1);
  return success && files.length > 0 ? files : undefined;
}
