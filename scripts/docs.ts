import { join } from 'node:path';
import { GENERATED, regenerated } from './docs/generated.ts';
import { writeSchema } from './schema.ts';

/** `npm run docs`: writes what documents and config.schema.json repeat of the program's own definitions. */
const root = join(import.meta.dir, '..');
for (const path of Object.keys(GENERATED)) {
  const file = join(root, path);
  await Bun.write(file, regenerated(path, await Bun.file(file).text()));
}
await writeSchema();
