import { belowFolder } from '../backup/key.ts';
import { UsageError } from '../base/plugin-error.ts';
import { BackupTotals } from '../catalogue/backup-totals.ts';
import { countUploads } from '../catalogue/count-uploads.ts';
import { readSets } from '../catalogue/read-sets.ts';
import { backupMetrics } from '../output/backup-metrics.ts';
import { exposition } from '../output/exposition.ts';
import type { Answer } from '../output/result.ts';
import type { CommandContext, CommandInput } from '../session/command.ts';
import { openSession } from '../session/session.ts';
import { writeFileWhole } from '../transfer/write-file.ts';

/** Whoever runs node_exporter reads it. */
const MODE = 0o644;

/** `metrics CONFIG [--textfile FILE]`: figures of all backups, for Prometheus. A file stays as it was on a failure. */
export async function metrics(
  {
    args: { config: configPath },
    flags: { textfile },
  }: CommandInput<{ readonly config: string }, { readonly textfile?: string | undefined }>,
  context: CommandContext,
): Promise<Answer> {
  if (textfile === '') throw new UsageError('--textfile needs the name of a file');
  const startedAt = performance.now();
  const { client, config, signal } = await openSession(configPath, context);
  const totals = new BackupTotals();
  for await (const set of readSets(client, config.folder)) totals.add(set);
  const uploads = await countUploads(client, belowFolder(config.folder, 'backups/'));
  const seconds = Number(((performance.now() - startedAt) / 1000).toFixed(3));
  const all = backupMetrics({ kinds: totals.all(), uploads, seconds, at: new Date() });
  const shown = all.filter(({ samples }) => samples.length > 0);
  if (textfile !== undefined) await writeFileWhole(textfile, exposition(shown), signal, MODE);
  return {
    kind: 'answer',
    data: { textfile: textfile ?? null, metrics: shown },
    text: () => (textfile === undefined ? exposition(shown) : []),
    warnings: uploads === undefined ? ['unfinished uploads could not be listed'] : [],
  };
}
