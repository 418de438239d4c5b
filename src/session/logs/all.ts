import { BackupLog } from '../../log/backup-log.ts';
import { type HostLog, hostLogOf } from '../../output/host-log.ts';
import type { CommandContext } from '../command.ts';
import { askHosts } from './hosts.ts';
import { lastBackupLogged, readBackupLog } from './read.ts';

/** Whose logs are read. */
export interface LogQuestion {
  /** The name of this host. */
  readonly here: string;
  /** Names of others, which may include this one. */
  readonly others: readonly string[];
  /** The program on the others. */
  readonly executable: string;
  /** Of the backup; undefined: the last one that any of these logs knows. */
  readonly timestamp: string | undefined;
}

/**
 * What the logs of all hosts say of one backup, this host's first.
 * @throws {PluginError} when this host's log can't be read; the signal's reason
 */
export async function logsOf(
  { here, others, executable, timestamp }: LogQuestion,
  context: Pick<CommandContext, 'environment' | 'signal'>,
): Promise<{ readonly timestamp: string | undefined; readonly hosts: readonly HostLog[] }> {
  const { signal } = context;
  const elsewhere = others.filter((host) => host !== here && host !== 'localhost');
  const local = timestamp ?? (await lastBackupLogged(signal));
  let answers = await askHosts(elsewhere, executable, timestamp, context);
  const last = timestamp ?? latest([local, ...answers.map((answer) => answer.timestamp)]);
  if (timestamp === undefined && last !== undefined) {
    const late = answers.filter((answer) => answer.log.status !== 'failed' && answer.timestamp !== last);
    const again = await askHosts(
      late.map(({ log }) => log.host),
      executable,
      last,
      context,
    );
    answers = answers.map((answer) => again.find(({ log }) => log.host === answer.log.host) ?? answer);
  }
  const own = last === undefined ? new BackupLog('') : await readBackupLog(last, signal);
  return { timestamp: last, hosts: [hostLogOf(here, own), ...answers.map(({ log }) => log)] };
}

function latest(timestamps: readonly (string | undefined)[]): string | undefined {
  return timestamps
    .filter((one) => one !== undefined)
    .toSorted()
    .at(-1);
}
