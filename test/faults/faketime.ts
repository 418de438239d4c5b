import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** libfaketime's library. The package puts it into a folder that is named for the machine's architecture. */
export function faketimeLibrary(): string {
  const found = readdirSync('/usr/lib', { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join('/usr/lib', name, 'faketime', 'libfaketime.so.1'));
  const [first] = found.filter((path) => Bun.file(path).size > 0);
  if (first === undefined) throw new Error('libfaketime.so.1 is not below /usr/lib');
  return first;
}
