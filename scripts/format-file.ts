import { join } from 'node:path';

const root = join(import.meta.dir, '..');

/**
 * Brings a generated file into the repository's format, so that `npm run check` takes it.
 * @throws when the formatter can't read it.
 */
export async function formatFile(path: string): Promise<void> {
  const formatter = Bun.spawn([join(root, 'node_modules', '.bin', 'biome'), 'format', '--write', path], {
    cwd: root,
    stdout: 'ignore',
    stderr: 'pipe',
  });
  const [errors, status] = await Promise.all([new Response(formatter.stderr).text(), formatter.exited]);
  if (status !== 0) throw new Error(`${path} could not be formatted:\n${errors}`);
}
