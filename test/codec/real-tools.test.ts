import { beforeAll, describe, expect, test } from 'bun:test';
import { installDebianPackages } from '../../lab/servers/debian-package.ts';
import type { CheckedFormat } from '../../src/codec/check-of.ts';
import { rows, verdict } from './checked.ts';

/** What gpbackup puts in front of the plugin, and what users do in its place: none of it may ever be refused. */
const TOOLS: readonly (readonly [
  tool: string,
  packageVersion: string,
  CheckedFormat,
  commands: readonly string[],
])[] = [
  ['gzip', '1.', 'gzip', ['gzip -c -1', 'gzip -c', 'gzip -c -9', 'gzip -c --rsyncable']],
  ['pigz', '2.', 'gzip', ['pigz -c -1', 'pigz -c -p 4 -b 128', 'pigz -c -i', 'pigz -c -9']],
  [
    'zstd',
    '1.',
    'zstd',
    [
      'zstd --compress -1 -c',
      'zstd -3 -c',
      'zstd -19 -c',
      'zstd -c --no-check',
      'zstd -c -T0',
      'pzstd -c -p 2',
    ],
  ],
];

/** As CI each tool has to be there. */
const missing = new Set<string>();
beforeAll(async () => {
  for (const [tool, version] of TOOLS) {
    if (Bun.which(tool) !== null) continue;
    try {
      await installDebianPackages(tool, version, [tool]);
    } catch (error) {
      if (process.env['CI'] === 'true') throw error;
      console.log(`${tool} is not here and can't be installed: not tried (${String(error)})`);
      missing.add(tool);
    }
  }
}, 600_000);

const INPUTS: readonly (readonly [string, Uint8Array<ArrayBuffer>])[] = [
  ['an empty table', new Uint8Array(0)],
  ['a byte', new Uint8Array(1)],
  ['a few rows', rows(1000)],
  ['200 kB', rows(200_000)],
  ['2 MB', rows(2_000_000)],
  ['2 MB that do not shrink', crypto.getRandomValues(new Uint8Array(2_000_000))],
  ['6 MB of zeros', new Uint8Array(6_000_000)],
];

for (const [tool, , format, commands] of TOOLS) {
  describe(tool, () => {
    test.each(commands)(
      '%s',
      async (command) => {
        if (missing.has(tool) || Bun.which(command.split(' ')[0] ?? '') === null) return;
        for (const [name, input] of INPUTS) {
          const child = Bun.spawn(command.split(' '), { stdin: input, stdout: 'pipe', stderr: 'ignore' });
          const output = await new Response(child.stdout).bytes();
          expect([command, name, await child.exited]).toEqual([command, name, 0]);
          for (const sizes of [[], [65_536], [1000, 3]])
            expect([command, name, sizes, verdict(format, output, sizes)]).toEqual([
              command,
              name,
              sizes,
              undefined,
            ]);
          const twice = Buffer.concat([output, output]);
          expect([command, name, verdict(format, twice)]).toEqual([command, name, undefined]);
        }
      },
      60_000,
    );
  });
}
