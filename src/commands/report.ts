import { parseDuration } from '../base/duration.ts';
import { UsageError } from '../base/plugin-error.ts';
import { readReport } from '../catalogue/report/read-report.ts';
import { SecondSite } from '../catalogue/report/replica-state.ts';
import { page } from '../output/html/page.ts';
import { reportJson } from '../output/report-json.ts';
import type { Answer } from '../output/result.ts';
import type { CommandContext, CommandInput } from '../session/command.ts';
import { Progress } from '../session/progress.ts';
import { openSecond } from '../session/second-site.ts';
import { openSession } from '../session/session.ts';
import { writeFileWhole } from '../transfer/write-file.ts';

/** More would make a page that nobody reads. */
const MOST = 1000;

interface Flags {
  readonly out?: string | undefined;
  readonly last?: string | undefined;
  readonly 'max-age'?: string | undefined;
}

/** `report CONFIG [--out FILE]`: an HTML page about the last backups. */
export async function report(
  { args: { config: configPath }, flags }: CommandInput<{ readonly config: string }, Flags>,
  context: CommandContext,
): Promise<Answer> {
  const { out } = flags;
  if (out === '') throw new UsageError('--out needs the name of a file');
  const [last, maxAge] = [lastOf(flags.last ?? '30'), maxAgeOf(flags['max-age'] ?? '26h')];
  const { client, config, signal } = await openSession(configPath, context);
  const second = config.second === undefined ? undefined : await openSecond(config, context, 'short');
  const progress = new Progress();
  const found = await readReport(client, config.folder, {
    last,
    maxAge,
    now: new Date(),
    second: second === undefined ? undefined : new SecondSite(second.client, second.config.folder),
    progress: (done, total) => progress.show('reading backups', done, total, `${done} of ${total}`),
  }).finally(() => progress.clear());
  const data = reportJson(found);
  const bytes = out === undefined ? undefined : await writeFileWhole(out, page(data), signal);
  return {
    kind: 'answer',
    data: { out: out === undefined ? null : { path: out, bytes }, ...data },
    text: () => (out === undefined ? page(data) : []),
    warnings: [
      ...(data.unfinished_uploads === null ? ['unfinished uploads could not be listed'] : []),
      ...(found.secondFailure === undefined ? [] : [`replicas are not known: ${found.secondFailure}`]),
    ],
    outcome: data.sets.length === 0 ? 'nothing found' : 'ok',
  };
}

function lastOf(text: string): number {
  const last = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (last >= 1 && last <= MOST) return last;
  throw new UsageError(`"${text}" is not a valid number of backups for --last (expected 1 to ${MOST})`);
}

/** Seconds. */
function maxAgeOf(text: string): number {
  const age = parseDuration(text);
  if (age !== undefined && age >= 1000) return Math.round(age / 1000);
  throw new UsageError(`"${text}" is not a valid duration for --max-age (expected 26h, 2d)`);
}
