import { join } from 'node:path';
import { configSchema } from '../src/config/json-schema.ts';

/** Part of `npm run docs`: writes config.schema.json, the JSON Schema of the config file, from the option definitions. */
const root = join(import.meta.dir, '..');
const file = join(root, 'config.schema.json');

export async function writeSchema(): Promise<void> {
  await Bun.write(file, `${JSON.stringify(configSchema(), undefined, 2)}\n`);
  await formatFile(file);
}

/**
 * Brings a generated file into the repository's format, so that `npm run check` takes it.
 * @throws when the formatter can't read it.
 */
async function formatFile(path: string): Promise<void> {
  const formatter = Bun.spawn([join(root, 'node_modules', '.bin', 'biome'), 'format', '--write', path], {
    cwd: root,
    stdout: 'ignore',
    stderr: 'pipe',
  });
  const [errors, status] = await Promise.all([new Response(formatter.stderr).text(), formatter.exited]);
  if (status !== 0) throw new Error(`${path} could not be formatted:\n${errors}`);
}
