import { belowFolder } from '../backup/key.ts';
import { UsageError } from '../base/plugin-error.ts';
import { hiddenData } from '../catalogue/hidden-data.ts';
import { surveyFolder } from '../catalogue/places-of-sets.ts';
import { readSets } from '../catalogue/read-sets.ts';
import type { Answer } from '../output/result.ts';
import { isUsageGroup, USAGE_GROUPS, UsageCount, usageText } from '../output/usage-summary.ts';
import type { CommandContext, CommandInput } from '../session/command.ts';
import { Progress } from '../session/progress.ts';
import { openSession } from '../session/session.ts';

interface Flags {
  readonly by?: string | undefined;
}

/** `usage CONFIG`: how much is stored below the folder, and of what. */
export async function usage(
  { args, flags: { by } }: CommandInput<{ readonly config: string }, Flags>,
  context: CommandContext,
): Promise<Answer> {
  if (by !== undefined && !isUsageGroup(by))
    throw new UsageError(`"${by}" is not a valid group (expected ${USAGE_GROUPS.join(', ')})`);
  const { client, config } = await openSession(args.config, context);
  const folder = await surveyFolder(client, config.folder);
  const count = new UsageCount(by);
  const progress = new Progress();
  let read = 0;
  for await (const set of readSets(client, config.folder, folder.timestamps)) {
    count.add(set);
    read += 1;
    progress.show(
      'reading backups',
      read,
      folder.timestamps.length,
      `${read} of ${folder.timestamps.length}`,
    );
  }
  progress.clear();
  const hidden = await hiddenData(client, belowFolder(config.folder, ''));
  const summary = count.summary(folder, hidden);
  const isEmpty =
    summary.sets === 0 && summary.other_objects === 0 && (summary.unfinished_uploads ?? 0) === 0;
  return {
    kind: 'answer',
    data: summary,
    text: () => usageText(summary),
    warnings: hidden.warnings,
    outcome: isEmpty ? 'nothing found' : 'ok',
  };
}
