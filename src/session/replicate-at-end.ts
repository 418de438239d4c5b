import { readFileSync } from 'node:fs';
import { timestampOfFolder } from '../backup/key.ts';
import { PluginError } from '../base/plugin-error.ts';
import { readSet } from '../catalogue/read-sets.ts';
import { replicationLine } from '../output/replication.ts';
import type { CommandContext, HookArgs } from './command.ts';
import { openSession, type Session } from './session.ts';

/** A backup that is complete has no replica. */
export class NotReplicatedError extends PluginError {}

/**
 * With `replication`, copies a backup that has succeeded to the second site. Called by the coordinator's hook at the
 * end of a backup. One that failed is not copied, and a config file that can't be used is not this hook's to tell.
 * @throws {NotReplicatedError}: gpbackup logs it and ends with status 1, as after any error that loses no backup
 */
export async function replicateAtEnd(
  { config: configPath, localBackupDir }: Pick<HookArgs, 'config' | 'localBackupDir'>,
  context: CommandContext,
): Promise<void> {
  if (!mentionsReplication(configPath)) return;
  const timestamp = timestampOfFolder(localBackupDir);
  const session = await openSession(configPath, context, 'long', timestamp);
  if (!session.config.replicates) return;
  try {
    await replicateOne(session, context, timestamp);
  } catch (error) {
    context.signal.throwIfAborted();
    if (!(error instanceof PluginError)) throw error;
    throw new NotReplicatedError(
      `the backup ${timestamp} is complete, but not replicated: ${error.message}`,
      {
        hint: `replicate it later: gpbackup_s3_plugin replicate_backup CONFIG ${timestamp}${error.hint === undefined ? '' : `; ${error.hint}`}`,
        cause: error,
      },
    );
  }
}

/** Nearly no file does, and nothing more is read of those that do not. */
function mentionsReplication(path: string): boolean {
  try {
    return readFileSync(path, 'latin1').includes('replication');
  } catch {
    return false;
  }
}

async function replicateOne(first: Session, context: CommandContext, timestamp: string): Promise<void> {
  const { client, config, log } = first;
  const set = await readSet(client, config.folder, timestamp);
  if (set?.status !== 'Success') {
    log.info(`${timestamp} is not replicated: it has not succeeded`);
    return;
  }
  const [{ openSecond }, { AlreadyReplicatedError, placesOf, replicate }] = await Promise.all([
    import('./second-site.ts'),
    import('./replicate.ts'),
  ]);
  const second = await openSecond(config, context, 'long');
  try {
    const report = await replicate(first, second, timestamp, false, () => undefined);
    for (const warning of report.warnings) log.warning(warning);
    log.info(replicationLine(placesOf(first, second), report));
  } catch (error) {
    if (!(error instanceof AlreadyReplicatedError)) throw error;
    log.info(error.message);
  }
}
