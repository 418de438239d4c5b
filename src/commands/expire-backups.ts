import { PluginError } from '../base/plugin-error.ts';
import { listTimestamps, readSets } from '../catalogue/read-sets.ts';
import { type RetainedSet, retainedOf } from '../catalogue/retained-set.ts';
import { retain, type Verdict } from '../catalogue/retention.ts';
import { localClock } from '../log/time-zone.ts';
import { type BackupRow, backupRow } from '../output/backup-rows.ts';
import { type ExpiryRow, expiryResult, expiryText, policyText } from '../output/expired-backups.ts';
import type { Answer, Outcome } from '../output/result.ts';
import type { CommandContext, CommandInput } from '../session/command.ts';
import { type Expiry, expireSets } from '../session/expire-sets.ts';
import { Progress } from '../session/progress.ts';
import { type PolicyFlags, policyOf } from '../session/retention-flags.ts';
import { openSession, type Session } from '../session/session.ts';

interface Listed extends RetainedSet {
  readonly row: BackupRow;
}

/** Readings of all sets, at most: until none has come while they were read. */
const READINGS = 3;

/** `expire_backups CONFIG --keep-… [--history FILE.db] [--confirm]`: deletes what a policy does not keep. */
export async function expireBackups(
  {
    args,
    flags,
  }: CommandInput<
    { readonly config: string },
    PolicyFlags & {
      readonly history?: string | undefined;
      readonly confirm?: boolean | undefined;
    }
  >,
  context: CommandContext,
): Promise<Answer> {
  const policy = policyOf(flags);
  const session = await openSession(args.config, context);
  const isDryRun = flags.confirm !== true;
  const { HistoryFile } = await import('../catalogue/history-file.ts');
  using history =
    flags.history === undefined ? undefined : await HistoryFile.open(flags.history, false, context.signal);
  const progress = new Progress();
  const listed = await readAll(session, isDryRun, progress).finally(() => progress.clear());
  const now = localClock(new Date(Date.now() + session.client.server.clockOffset));
  const verdicts = retain(listed, policy, now);
  const expired = verdicts.filter(({ isKept }) => !isKept).map(({ set }) => set);
  let done: ReadonlyMap<string, Expiry> = new Map();
  if (!isDryRun) {
    session.log.info(`expiring ${expired.length} of ${listed.length} backups by ${policyText(policy)}`);
    done = await expireSets(session, context, expired, history, (count, timestamp) =>
      progress.show('deleting', count, expired.length, timestamp),
    ).finally(() => progress.clear());
  }
  const rows = verdicts.map((verdict) => rowOf(verdict, done.get(verdict.set.timestamp)));
  const result = expiryResult(policy, rows, { isDryRun, history: flags.history });
  return {
    kind: 'answer',
    data: result,
    text: () => expiryText(result),
    warnings: [
      ...missingBases(verdicts),
      ...[...done].flatMap(([timestamp, expiry]) => warningsOf(timestamp, expiry)),
    ],
    outcome: listed.length === 0 ? 'nothing found' : outcomeOf([...done.values()]),
  };
}

/** Before something is deleted, no backup may have come that could be built on it. */
async function readAll(session: Session, isDryRun: boolean, progress: Progress): Promise<readonly Listed[]> {
  const { client, config } = session;
  let timestamps = await listTimestamps(client, config.folder);
  for (let reading = 1; reading <= READINGS; reading += 1) {
    const listed: Listed[] = [];
    for await (const set of readSets(client, config.folder, timestamps)) {
      listed.push({ ...retainedOf(set), row: backupRow(set) });
      progress.show('backups', listed.length, timestamps.length, set.timestamp);
    }
    if (isDryRun) return listed;
    const before = new Set(timestamps);
    timestamps = await listTimestamps(client, config.folder);
    if (timestamps.every((timestamp) => before.has(timestamp))) return listed;
  }
  throw new PluginError('new backups keep coming while the others are read', {
    hint: 'start again when no backup is being made',
  });
}

function rowOf({ set, isKept, reasons }: Verdict<Listed>, expiry: Expiry | undefined): ExpiryRow {
  const { timestamp, date, status, database, type, object_filtering, size, objects, base } = set.row;
  return {
    timestamp,
    date,
    status,
    database,
    type,
    object_filtering,
    size,
    objects,
    base,
    action: isKept ? 'keep' : 'delete',
    reasons,
    outcome: expiry?.outcome ?? null,
  };
}

/** A kept backup whose base is gone can't be restored as a whole. */
function missingBases(verdicts: readonly Verdict<Listed>[]): readonly string[] {
  const all = new Set(verdicts.map(({ set }) => set.timestamp));
  return verdicts
    .filter(({ isKept }) => isKept)
    .flatMap(({ set }) =>
      (set.needs ?? [])
        .filter((base) => !all.has(base))
        .map((base) => `${set.timestamp} is built on ${base}, which is not in the bucket`),
    );
}

function warningsOf(timestamp: string, { outcome, error }: Expiry): readonly string[] {
  if (error === undefined) return [];
  const rest = outcome === 'failed' ? '; the rest is untouched: start again' : '';
  const hint = error.hint === undefined ? '' : ` (${error.hint})`;
  return [`${timestamp}: ${error.message}${hint}${rest}`];
}

function outcomeOf(all: readonly Expiry[]): Outcome {
  const failed = all.find(({ outcome }) => outcome === 'failed');
  if (failed !== undefined) return failed.error?.failure === 'unreachable' ? 'unreachable' : { exitCode: 1 };
  return all.some(({ outcome }) => outcome === 'locked') ? 'findings' : 'ok';
}
