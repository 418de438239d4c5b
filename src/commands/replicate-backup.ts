import { parseTimestamp } from '../backup/timestamp.ts';
import { replicationAnswer, replicationLine } from '../output/replication.ts';
import type { Answer } from '../output/result.ts';
import type { CommandContext, CommandInput } from '../session/command.ts';
import { Progress } from '../session/progress.ts';
import { placesOf, replicate } from '../session/replicate.ts';
import { openSecond } from '../session/second-site.ts';
import { openSession } from '../session/session.ts';

/** `replicate_backup CONFIG TIMESTAMP [--chain]`: copies a backup to the second site. */
export async function replicateBackup(
  {
    args,
    flags,
  }: CommandInput<
    { readonly config: string; readonly timestamp: string },
    { readonly chain?: boolean | undefined }
  >,
  context: CommandContext,
): Promise<Answer> {
  const startedAt = performance.now();
  const timestamp = parseTimestamp(args.timestamp);
  const first = await openSession(args.config, context, 'long');
  const second = await openSecond(first.config, context, 'long');
  const progress = new Progress();
  try {
    const report = await replicate(first, second, timestamp, flags.chain === true, (each, done, all) =>
      progress.show(`replicating ${each}`, done, all),
    );
    const seconds = (performance.now() - startedAt) / 1000;
    const places = placesOf(first, second);
    for (const warning of report.warnings) first.log.warning(warning);
    first.log.info(replicationLine(places, report));
    return replicationAnswer(timestamp, places, report, seconds);
  } finally {
    progress.clear();
  }
}
