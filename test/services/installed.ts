import { NotInstallable } from '../../lab/servers/server.ts';

/**
 * Installs what a suite needs. Where that can't be had, the suite is skipped with the reason; with CI=true that is a
 * failure.
 * @returns whether all of it is there
 */
export async function installed(...installs: readonly (() => Promise<unknown>)[]): Promise<boolean> {
  try {
    for (const install of installs) await install();
    return true;
  } catch (error) {
    if (!(error instanceof NotInstallable) || process.env['CI'] === 'true') throw error;
    process.stdout.write(`skipped: ${error.message}\n`);
    return false;
  }
}
