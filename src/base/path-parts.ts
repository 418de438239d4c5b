/** Whether a path has `.` or `..` between its slashes, which whoever resolves it takes for another path. */
export function hasDotParts(path: string): boolean {
  return path.split('/').some((part) => part === '.' || part === '..');
}

/** Whether each part of a path is a name: none is empty, `.` or `..`. */
export function hasOnlyNames(path: string): boolean {
  return !hasDotParts(path) && !path.split('/').includes('');
}
