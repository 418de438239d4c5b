import { join } from 'node:path';
import { configSchema } from '../src/config/json-schema.ts';
import { formatFile } from './format-file.ts';

/** `npm run schema`: writes config.schema.json, the JSON Schema of the config file, from the option definitions. */
const file = join(import.meta.dir, '..', 'config.schema.json');

export async function writeSchema(): Promise<void> {
  await Bun.write(file, `${JSON.stringify(configSchema(), undefined, 2)}\n`);
  await formatFile(file);
}

if (import.meta.main) {
  await writeSchema();
  console.log(file);
}
