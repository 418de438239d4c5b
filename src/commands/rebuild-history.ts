import { rebuiltResult, rebuiltText } from '../output/rebuilt-history.ts';
import type { Answer } from '../output/result.ts';
import type { CommandContext, CommandInput } from '../session/command.ts';
import { Progress } from '../session/progress.ts';
import { openSession } from '../session/session.ts';

/** `rebuild_history CONFIG FILE.db`: enters the backups of the bucket in gpbackup's history database. */
export async function rebuildHistory(
  { args: { config: configPath, file } }: CommandInput<{ readonly config: string; readonly file: string }>,
  context: CommandContext,
): Promise<Answer> {
  const session = await openSession(configPath, context);
  const { HistoryFile } = await import('../catalogue/history-file.ts');
  const { rebuildHistory: rebuild } = await import('../catalogue/rebuild-history.ts');
  const progress = new Progress();
  using history = await HistoryFile.open(file, true, context.signal);
  const rebuilt = await rebuild(session.client, session.config.folder, history, (done, total) =>
    progress.show('backups', done, total, `${done} of ${total}`),
  ).finally(() => progress.clear());
  const { added, present } = rebuilt;
  if (added.length > 0) history.finish();
  const result = rebuiltResult(file, history.isNew && added.length > 0, rebuilt);
  for (const timestamp of added) session.log.verbose(`entered ${timestamp} in ${file}`);
  session.log.info(`entered ${added.length} backups in the history database ${file}`);
  return {
    kind: 'answer',
    data: result,
    text: () => rebuiltText(result),
    warnings: rebuilt.warnings,
    outcome: added.length + present.length === 0 ? 'nothing found' : 'ok',
  };
}
