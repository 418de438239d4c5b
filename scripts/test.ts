import { join } from 'node:path';
import { build } from './build.ts';
import { endWith, runTests } from './tests/run-tests.ts';

/**
 * `npm test [-- FILE_OR_FOLDER ...]`: builds the program and runs the tests on it. The last line is
 * `N passed, N failed`, counted from the runner's own report.
 */
const { launcher } = await build(join(import.meta.dir, '..', 'dist'));
endWith(await runTests(process.argv.slice(2), { env: { PLUGIN: launcher } }));
