import { copyFileSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Mutation, mutated } from './mutation.ts';

const ROOT = join(import.meta.dir, '..', '..');

/**
 * Milliseconds for the tests of one mutation, and for one test; whoever needs more is stuck, so it has noticed. A test
 * that starts no program takes a few seconds at most.
 */
const TIME_LIMIT = 240_000;
const TEST_LIMIT = { program: 60_000, unit: 20_000 };

export type Outcome = 'killed' | 'killed by the time limit' | 'survived';

/** A copy of the tree in which one mutation after the other is made. */
export class Lane {
  readonly #folder: string;

  /** @param files of the tree, from its root */
  constructor(number: number, files: readonly string[]) {
    this.#folder = join(ROOT, '.cache', 'mutate', `lane-${number}`);
    rmSync(this.#folder, { recursive: true, force: true });
    for (const file of files) {
      mkdirSync(dirname(join(this.#folder, file)), { recursive: true });
      copyFileSync(join(ROOT, file), join(this.#folder, file));
    }
    symlinkSync(join(ROOT, 'node_modules'), join(this.#folder, 'node_modules'));
    mkdirSync(join(this.#folder, '.cache'), { recursive: true });
  }

  /** @throws when the changed program does not build: then the mutation says nothing about the tests. */
  async try(mutation: Mutation): Promise<Outcome> {
    const path = join(this.#folder, mutation.file);
    const original = await Bun.file(path).text();
    writeFileSync(path, mutated(original, mutation));
    try {
      await this.#build();
      return await this.#test(mutation.tests);
    } finally {
      writeFileSync(path, original);
    }
  }

  /** The tests on the program as it is: a test that fails there notices nothing. */
  async passes(tests: readonly string[]): Promise<boolean> {
    await this.#build();
    return (await this.#test(tests)) === 'survived';
  }

  async #build(): Promise<void> {
    const builder = Bun.spawn([process.execPath, 'scripts/build.ts'], {
      cwd: this.#folder,
      stdout: 'ignore',
      stderr: 'pipe',
    });
    const errors = await new Response(builder.stderr).text();
    if ((await builder.exited) !== 0) throw new Error(`the changed program does not build: ${errors}`);
  }

  async #test(tests: readonly string[]): Promise<Outcome> {
    const limit = TEST_LIMIT[tests.some((test) => test.startsWith('test/program/')) ? 'program' : 'unit'];
    const runner = Bun.spawn(
      [process.execPath, 'test', `--timeout=${limit}`, '--bail', ...tests.map((test) => `./${test}`)],
      {
        cwd: this.#folder,
        stdin: 'ignore',
        stdout: 'ignore',
        stderr: 'ignore',
        env: { ...process.env, PLUGIN: join(this.#folder, 'dist', 'gpbackup_s3_plugin') },
        // What it started must not outlive it.
        detached: true,
      },
    );
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      process.kill(-runner.pid, 'SIGKILL');
    }, TIME_LIMIT);
    const status = await runner.exited;
    clearTimeout(timer);
    if (late) return 'killed by the time limit';
    return status === 0 ? 'survived' : 'killed';
  }
}
