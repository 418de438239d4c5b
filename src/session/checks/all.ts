import { belowFolder } from '../../backup/key.ts';
import { formatDuration } from '../../base/duration.ts';
import { PluginError } from '../../base/plugin-error.ts';
import { ConfigError } from '../../config/config-error.ts';
import type { Figures, Finding } from '../../output/finding.ts';
import type { CommandContext } from '../command.ts';
import type { Progress } from '../progress.ts';
import { openSession, type Session } from '../session.ts';
import { reachBucket, readFinding } from './bucket.ts';
import { certificateFindings } from './certificates.ts';
import { type Checked, limited } from './checked.ts';
import { configFindings, configProblems, executableIn } from './config-file.ts';
import { fail, failedBy, warn } from './findings.ts';
import { keyFindings } from './keys.ts';
import { lastBackup } from './last-backup.ts';
import { logFolderFinding } from './log-folder.ts';
import { networkFindings } from './network.ts';
import { optionFindings } from './options.ts';
import { programFinding } from './program.ts';
import { publicFinding } from './public-access.ts';
import { settingFindings } from './settings.ts';
import { latencyFinding } from './speed.ts';
import { uploadFinding } from './uploads.ts';
import { writeFindings } from './written.ts';

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

/** Milliseconds that a check may take, and those that move or list much. */
const LIMIT = 45_000;
const LONG = 300_000;

/**
 * Checks this host and the way to the bucket. What fails does not stop what can still be looked at.
 * @throws the signal's reason
 */
export async function checkHere(
  { configPath, write, maxAge }: Wanted,
  context: CommandContext,
  progress: Progress,
): Promise<Found> {
  const steps = write ? 12 : 11;
  let step = 0;
  const shown = (what: string): void => progress.show('checking', ++step, steps, what);
  shown('config');
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
  const open = session;
  const run = async (
    what: string,
    limit: number,
    check: (checked: Checked) => readonly Finding[] | Promise<readonly Finding[]>,
  ): Promise<void> => {
    shown(what);
    findings.push(...(await timed(open, configPath, what, limit, check)));
  };
  await run('options', LIMIT, optionFindings);
  await run('keys', LIMIT, keyFindings);
  if (findings.at(-1)?.failure === 'unreachable') return { findings, figures: {}, lastBackup: undefined };
  await run('network', LIMIT, networkFindings);
  if (findings.at(-1)?.failure === 'unreachable') return { findings, figures: {}, lastBackup: undefined };
  await run('tls', LIMIT, certificateFindings);
  let figures: Figures = {};
  let last: string | undefined;
  let reached = { usable: false, lists: false, key: undefined as string | undefined };
  await run('bucket', LIMIT, async (checked) => {
    const found = await reachBucket(checked);
    reached = found;
    return found.findings;
  });
  if (!reached.usable) return { findings, figures, lastBackup: last };
  const { lists, key } = reached;
  if (!write && lists) await run('read', LIMIT, async (checked) => [await readFinding(checked, key)]);
  await run('settings', LIMIT, settingFindings);
  await run('public access', LIMIT, async (checked) => [await publicFinding(checked, key)]);
  if (lists) await run('unfinished uploads', LIMIT, async (checked) => [await uploadFinding(checked)]);
  await run('latency', LIMIT, async (checked) => {
    const found = await latencyFinding(checked, belowFolder(open.config.folder, ''));
    figures = { ...figures, ...found.figures };
    return [found.finding];
  });
  if (write) {
    await run('write', LONG, async (checked) => {
      const written = await writeFindings(checked);
      figures = { ...figures, ...written.figures };
      return written.findings;
    });
  }
  if (lists) {
    await run('last backup', LONG, async (checked) => {
      const found = await lastBackup(checked, maxAge);
      last = found.timestamp;
      figures = { ...figures, age: found.age === undefined ? undefined : Math.round(found.age / 1000) };
      return [found.finding];
    });
  } else if (maxAge !== undefined) {
    findings.push(
      fail('last backup', 'these keys may not list: its age is not known', 'use keys of the role operator'),
    );
  }
  return { findings: withoutTwins(findings, write), figures, lastBackup: last };
}

/** A check with its own time limit; what it throws is a finding as well, unless it is a defect. */
async function timed(
  session: Session,
  configPath: string,
  what: string,
  limit: number,
  check: (checked: Checked) => readonly Finding[] | Promise<readonly Finding[]>,
): Promise<readonly Finding[]> {
  const checked = limited(session, configPath, limit);
  try {
    return await check(checked);
  } catch (error) {
    session.signal.throwIfAborted();
    if (checked.signal.aborted)
      return [
        warn(what, `it did not end within ${formatDuration(limit)}`, 'look at the server and the network'),
      ];
    if (!(error instanceof PluginError)) throw error;
    return [failedBy(what, error)];
  }
}

/** What `--write` has tried is known better than what a look has shown before. */
function withoutTwins(findings: readonly Finding[], write: boolean): readonly Finding[] {
  if (!write) return findings;
  const tried = new Map(findings.map((finding, index) => [finding.what, index] as const));
  const better = new Set(['list', 'checksums']);
  return findings.filter(({ what }, index) => !better.has(what) || tried.get(what) === index);
}
