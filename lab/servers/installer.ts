import { execFile } from 'node:child_process';
import { NotInstallable } from './server.ts';

/** Milliseconds until a program that installs is taken for stuck. A build behind a busy machine's work takes long. */
const patienceMilliseconds = 3_600_000;
const outputLimitBytes = 64 * 1024 * 1024;

export interface InstallerOptions {
  readonly cwd?: string;
  /** Added to the environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Runs a program that installs something, behind everything else that the machine does.
 * @param what the package, for the error
 * @returns what it wrote to stdout
 * @throws NotInstallable with the last line of its output
 */
export async function runInstaller(
  what: string,
  [program, ...args]: readonly [string, ...string[]],
  { cwd, env }: InstallerOptions = {},
): Promise<string> {
  const path = Bun.which(program);
  if (path === null) throw new NotInstallable(what, `${program} not found`);
  return await new Promise((resolve, reject) => {
    execFile(
      'nice',
      ['-n', '19', path, ...args],
      {
        cwd,
        env: { ...process.env, ...env },
        timeout: patienceMilliseconds,
        maxBuffer: outputLimitBytes,
      },
      (error, stdout, stderr) => {
        if (error === null) resolve(stdout);
        else reject(new NotInstallable(what, reasonOfFailure(error, stdout, stderr), error));
      },
    );
  });
}

/** Most write their reason to stderr; Maven has only stdout. */
function reasonOfFailure(error: Error & { killed?: boolean }, stdout: string, stderr: string): string {
  if (error.killed === true) return `no end after ${patienceMilliseconds / 60_000} minutes`;
  const lines = `${stdout}\n${stderr}`.split('\n').filter((line) => line.trim() !== '');
  return lines.findLast((line) => /error|fail|cannot|unable/i.test(line)) ?? lines.at(-1) ?? error.message;
}
