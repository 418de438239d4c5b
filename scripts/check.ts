import { join } from 'node:path';

/** `npm run check`: types, lint and format of everything. `npm run format` fixes the format. */
const root = join(import.meta.dir, '..');
const write = process.argv.includes('--write');
const tool = (name: string): string => join(root, 'node_modules', '.bin', name);
const steps: readonly (readonly string[])[] = write
  ? [[tool('biome'), 'check', '--write', '.']]
  : [
      [tool('tsc'), '--noEmit'],
      [tool('oxlint'), '--deny-warnings'],
      [tool('biome'), 'check', '.'],
    ];

let failed = 0;
for (const step of steps) {
  const child = Bun.spawn([...step], { cwd: root, stdout: 'inherit', stderr: 'inherit' });
  if ((await child.exited) !== 0) failed += 1;
}
process.exit(failed === 0 ? 0 : 1);
