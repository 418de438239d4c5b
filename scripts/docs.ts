import { join } from 'node:path';
import { withTables } from './readme-tables.ts';
import { writeSchema } from './schema.ts';

/** `npm run docs`: writes what README.md and config.schema.json repeat of the program's own definitions. */
const readme = join(import.meta.dir, '..', 'README.md');
await Bun.write(readme, withTables(await Bun.file(readme).text()));
await writeSchema();
