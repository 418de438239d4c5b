import { belowFolder } from '../../backup/key.ts';
import { formatDuration } from '../../base/duration.ts';
import { PluginError } from '../../base/plugin-error.ts';
import type { Figures, Finding } from '../../output/finding.ts';
import type { Session } from '../session.ts';
import { reachBucket, readFinding } from './bucket.ts';
import { certificateFindings } from './certificates.ts';
import { type Checked, limited } from './checked.ts';
import { fail, failedBy, warn } from './findings.ts';
import { keyFindings } from './keys.ts';
import { type LastBackup, lastBackup } from './last-backup.ts';
import { networkFindings } from './network.ts';
import { optionFindings } from './options.ts';
import { publicFinding } from './public-access.ts';
import { settingFindings } from './settings.ts';
import { latencyFinding } from './speed.ts';
import { uploadFinding } from './uploads.ts';
import { writeFindings } from './written.ts';

/** How a site is checked. */
export interface SiteWanted {
  readonly write: boolean;
  /** Milliseconds; undefined: any age of the last backup will do. */
  readonly maxAge: number | undefined;
  /** Told of each step. */
  readonly shown: (what: string) => void;
}

/** What was found of a site. */
export interface SiteFound {
  readonly findings: readonly Finding[];
  readonly figures: Figures;
  /** Undefined: it is not known. */
  readonly last: LastBackup | undefined;
}

/** Milliseconds that a check may take, and those that move or list much. */
const LIMIT = 45_000;
const LONG = 300_000;
/** Steps of a site, for whoever shows how far it is. */
export const SITE_STEPS = 11;

type Check = (checked: Checked) => readonly Finding[] | Promise<readonly Finding[]>;

/**
 * Checks the way to one site, its bucket, and the backups there. What fails does not stop what can still be looked at.
 * @throws the signal's reason
 */
export async function checkSite(session: Session, { write, maxAge, shown }: SiteWanted): Promise<SiteFound> {
  const findings: Finding[] = [];
  let figures: Figures = {};
  let last: LastBackup | undefined;
  /** Gives whether what it looks at can be reached. */
  const run = async (what: string, limit: number, check: Check): Promise<boolean> => {
    shown(what);
    const found = await timed(session, what, limit, check);
    findings.push(...found);
    return found.every(({ failure }) => failure !== 'unreachable');
  };
  await run('options', LIMIT, optionFindings);
  const hasKeys = await run('keys', LIMIT, keyFindings);
  if (!(await run('network', LIMIT, networkFindings))) return { findings, figures, last };
  await run('tls', LIMIT, certificateFindings);
  if (!hasKeys) return { findings, figures, last };
  let reached = { usable: false, lists: false, key: undefined as string | undefined };
  await run('bucket', LIMIT, async (checked) => {
    const found = await reachBucket(checked);
    reached = found;
    return found.findings;
  });
  if (!reached.usable) return { findings, figures, last };
  const { lists, key } = reached;
  if (!write && lists) await run('read', LIMIT, async (checked) => [await readFinding(checked, key)]);
  await run('settings', LIMIT, settingFindings);
  await run('public access', LIMIT, async (checked) => [await publicFinding(checked, key)]);
  if (lists) await run('unfinished uploads', LIMIT, async (checked) => [await uploadFinding(checked)]);
  await run('latency', LIMIT, async (checked) => {
    const found = await latencyFinding(checked, belowFolder(session.config.folder, ''));
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
      last = await lastBackup(checked, maxAge);
      const { age, finding } = last;
      figures = { ...figures, age: age === undefined ? undefined : Math.round(age / 1000) };
      return [finding];
    });
  } else if (maxAge !== undefined) {
    findings.push(
      fail('last backup', 'these keys may not list: its age is not known', 'use keys of the role operator'),
    );
  }
  return { findings: withoutTwins(findings, write), figures, last };
}

/** A check with its own time limit; what it throws is a finding as well, unless it is a defect. */
async function timed(
  session: Session,
  what: string,
  limit: number,
  check: Check,
): Promise<readonly Finding[]> {
  const checked = limited(session, limit);
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
