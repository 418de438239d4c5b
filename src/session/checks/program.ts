import { accessSync, constants, statSync } from 'node:fs';
import { PROGRAM, VERSION } from '../../base/product.ts';
import { CommandFailure, runCommand } from '../../base/run-command.ts';
import { systemReason } from '../../base/system-error.ts';
import type { Finding } from '../../output/finding.ts';
import type { CommandContext } from '../command.ts';
import { fail, ok } from './findings.ts';

const WHAT = 'program';
const PATIENCE = 15_000;
const HINT = 'correct executablepath: it must name this program, on every host';

/** Whether what gpbackup will start is this program, in this version. */
export async function programFinding(
  executable: string,
  { environment, signal }: CommandContext,
): Promise<Finding> {
  try {
    if (!statSync(executable).isFile()) return fail(WHAT, `${executable} is not a file`, HINT);
    accessSync(executable, constants.X_OK);
  } catch (error) {
    return fail(WHAT, `${executable} can't be started: ${systemReason(error)}`, HINT);
  }
  let said: string;
  try {
    said = (await runCommand([executable, '--version'], { environment, signal, patience: PATIENCE })).trim();
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    return fail(WHAT, `${executable} ${error.message}`, HINT);
  }
  return said === `${PROGRAM} version ${VERSION}`
    ? ok(WHAT, `${executable}, version ${VERSION}`)
    : fail(WHAT, `${executable} is another program: "${said.slice(0, 100)}", not version ${VERSION}`, HINT);
}
