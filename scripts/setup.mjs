// Prepares a fresh clone and runs one of the project's scripts: node scripts/setup.mjs SCRIPT [ARGUMENT ...]
// Plain JavaScript for Node 20 without dependencies, since it is what installs them.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const [script, ...args] = process.argv.slice(2);

/** Whether what is installed is what package-lock.json says. */
function isInstalled() {
  try {
    const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
    const present = JSON.parse(
      readFileSync(join(root, 'node_modules', '.package-lock.json'), 'utf8'),
    ).packages;
    return Object.entries(wanted).every(
      ([path, { version, optional }]) => path === '' || optional || present[path]?.version === version,
    );
  } catch {
    return false;
  }
}

function run(command, commandArgs) {
  const { status, error } = spawnSync(command, commandArgs, { cwd: root, stdio: 'inherit' });
  if (error) console.error(`${command}: ${error.message}`);
  return status ?? 1;
}

if (!isInstalled()) {
  const status = run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
  if (status !== 0) process.exit(status);
}

const packaged = join(root, 'node_modules', 'bun', 'bin', 'bun.exe');
const installer = join(root, 'node_modules', 'bun', 'install.js');
// npm may be set up not to run the install scripts of packages; the runtime needs its own.
if (spawnSync(packaged, ['--version']).status !== 0 && existsSync(installer)) run('node', [installer]);

// The terminal sends Ctrl-C to the script as well; this process waits until the script has cleaned up.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {});

process.exit(run(packaged, [join(root, script), ...args]));
