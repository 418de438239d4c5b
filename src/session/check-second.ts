import { PluginError, reasonOf } from '../base/plugin-error.ts';
import { S3Error, s3Url } from '../s3/errors/s3-error.ts';
import type { CommandContext } from './command.ts';
import { noteDown } from './failover.ts';
import { openSecond } from './second-site.ts';
import type { Session } from './session.ts';

/**
 * Looks at the second site for a backup that the first does not give.
 * @param failure of the first site; thrown where the second does no better
 * @param check of one site
 */
export async function checkSecond(
  first: Session,
  context: CommandContext,
  failure: unknown,
  check: (second: Session) => Promise<void>,
): Promise<void> {
  const { config, log, signal } = first;
  if (signal.aborted || !(failure instanceof PluginError)) throw failure;
  const second = await openSecond(config, context, 'short');
  try {
    await check(second);
  } catch (error) {
    if (signal.aborted || !(error instanceof PluginError)) throw error;
    log.warning(`the second site can't help: ${error.message}`);
    throw new PluginError(`${failure.message}; and at the second site: ${error.message}`, {
      hint: failure.hint,
      cause: failure,
    });
  }
  if (failure instanceof S3Error && failure.status === undefined) noteDown(first);
  const where = s3Url(second.client.bucket, second.config.folder);
  log.warning(`restoring from the second site, ${where}: ${reasonOf(failure)}`);
}
