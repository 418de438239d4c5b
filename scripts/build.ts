import { chmodSync, copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { PROGRAM } from '../src/base/product.ts';

const root = join(import.meta.dir, '..');

/** What a build makes: two files that belong beside each other. */
export interface Built {
  readonly launcher: string;
  readonly program: string;
}

/**
 * Compiles the program and puts the launcher beside it.
 * @param target `bun-linux-x64` or `bun-linux-arm64`; the runtime of another processor than this one's comes
 *   from the npm registry. Default: this machine's.
 */
export async function build(folder: string, target?: string): Promise<Built> {
  const built: Built = { launcher: join(folder, PROGRAM), program: join(folder, `${PROGRAM}.bin`) };
  mkdirSync(folder, { recursive: true });
  rmSync(built.program, { force: true });
  const compiler = Bun.spawn(
    [
      process.execPath,
      'build',
      '--compile',
      '--bytecode',
      '--minify',
      '--splitting',
      '--format=esm',
      // Nothing of the folder that the program is started in may be read, least of all run.
      '--no-compile-autoload-dotenv',
      '--no-compile-autoload-bunfig',
      '--no-compile-autoload-tsconfig',
      '--no-compile-autoload-package-json',
      ...(target === undefined ? [] : [`--target=${target}`]),
      `--outfile=${built.program}`,
      join(root, 'src', 'main.ts'),
    ],
    // The compiler works on a file of 107 MB in its current folder.
    { cwd: folder, stdout: 'pipe', stderr: 'pipe' },
  );
  const [output, errors, status] = await Promise.all([
    new Response(compiler.stdout).text(),
    new Response(compiler.stderr).text(),
    compiler.exited,
  ]);
  if (status !== 0) throw new Error(`the compiler failed:\n${output}${errors}`);
  copyFileSync(join(root, 'launcher', PROGRAM), built.launcher);
  chmodSync(built.launcher, 0o755);
  chmodSync(built.program, 0o755);
  return built;
}

if (import.meta.main) {
  const { launcher, program } = await build(join(root, 'dist'));
  const size = Bun.file(program).size / 1024 / 1024;
  console.log(`${launcher}\n${program} (${size.toFixed(0)} MB)`);
}
