import { ConfigError } from '../../config/config-error.ts';
import type { Figures, Finding } from '../../output/finding.ts';
import type { CommandContext } from '../command.ts';
import type { Progress } from '../progress.ts';
import { openSession, type Session } from '../session.ts';
import { configFindings, configProblems, executableIn } from './config-file.ts';
import { failedBy, ok, warn } from './findings.ts';
import type { LastBackup } from './last-backup.ts';
import { logFolderFinding } from './log-folder.ts';
import { programFinding } from './program.ts';
import { checkSite, SITE_STEPS } from './site.ts';

/** What is to be checked. */
export interface Wanted {
  readonly configPath: string;
  readonly write: boolean;
  /** Milliseconds; undefined: any age of the last backup will do. */
  readonly maxAge: number | undefined;
}

/** What was found on this host. */
export interface Found {
  readonly findings: readonly Finding[];
  readonly figures: Figures;
  /** The timestamp of the last good backup. */
  readonly lastBackup: string | undefined;
}

/** In front of what is found at the second site. */
const SECOND = 'second site';

/**
 * Checks this host, the way to the bucket, and that to the second site where there is one.
 * @throws the signal's reason
 */
export async function checkHere(
  { configPath, write, maxAge }: Wanted,
  context: CommandContext,
  progress: Progress,
): Promise<Found> {
  progress.show('checking', 0, SITE_STEPS, 'config');
  const findings: Finding[] = [];
  const executable = await executableIn(configPath);
  let session: Session | undefined;
  try {
    session = await openSession(configPath, context);
    findings.push(...configFindings(configPath, session.config));
  } catch (error) {
    context.signal.throwIfAborted();
    if (error instanceof ConfigError) findings.push(...configProblems(error));
    else findings.push(failedBy('config', error));
  }
  if (executable !== undefined) findings.push(await programFinding(executable, context));
  findings.push(logFolderFinding());
  if (session === undefined) return { findings, figures: {}, lastBackup: undefined };
  let step = 0;
  const steps = session.config.second === undefined ? SITE_STEPS : 2 * SITE_STEPS;
  const shown = (what: string): void => {
    step += 1;
    progress.show('checking', step, steps, what);
  };
  const { findings: ofSite, figures, last } = await checkSite(session, { write, maxAge, shown });
  findings.push(...ofSite);
  if (session.config.second !== undefined)
    findings.push(...(await ofSecond(session, last, context, { write, maxAge: undefined, shown })));
  return { findings, figures, lastBackup: last?.timestamp };
}

/** The same of the second site, and whether the last backup is there as well. */
async function ofSecond(
  { config }: Session,
  last: LastBackup | undefined,
  context: CommandContext,
  wanted: Parameters<typeof checkSite>[1],
): Promise<readonly Finding[]> {
  const { openSecond } = await import('../second-site.ts');
  let session: Session;
  try {
    session = await openSecond(config, context, 'short');
  } catch (error) {
    context.signal.throwIfAborted();
    return [failedBy(SECOND, error)];
  }
  const { findings, last: there } = await checkSite(session, wanted);
  const known = findings.filter(({ what }) => what !== 'last backup');
  return [
    ...known.map((finding) => ({ ...finding, what: `${SECOND}: ${finding.what}` })),
    ...(there === undefined || last?.timestamp === undefined
      ? []
      : [replicaFinding(last.timestamp, there.timestamp, config.replicates)]),
  ];
}

/** @param isOn whether each backup is to be copied */
function replicaFinding(here: string, there: string | undefined, isOn: boolean): Finding {
  const what = `${SECOND}: last backup`;
  if (there === here) return ok(what, `${here} is there as well`);
  const detail = there === undefined ? `there is none, here ${here}` : `${there}, here ${here}`;
  return isOn ? warn(what, detail, `replicate_backup CONFIG ${here} copies it`) : ok(what, detail);
}
