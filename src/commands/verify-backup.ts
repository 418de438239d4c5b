import { parseTimestamp } from '../backup/timestamp.ts';
import { PluginError, UsageError } from '../base/plugin-error.ts';
import { KeptReads } from '../catalogue/verify/kept-reads.ts';
import { parseShard, type Shard, WHOLE } from '../catalogue/verify/shard.ts';
import { verify } from '../catalogue/verify/verify.ts';
import { counted } from '../output/deletion.ts';
import type { Answer } from '../output/result.ts';
import { verificationAnswer } from '../output/verification.ts';
import { failureLines, verificationLines } from '../output/verification-lines.ts';
import { verifySql } from '../output/verify-sql.ts';
import { SignalError } from '../process/signals.ts';
import type { CommandContext, CommandInput } from '../session/command.ts';
import { ownCommand } from '../session/own-command.ts';
import { Progress } from '../session/progress.ts';
import { openSession, type Session } from '../session/session.ts';
import { downloadSettings } from '../session/transfer-settings.ts';

interface Flags {
  readonly quick?: boolean | undefined;
  readonly read?: boolean | undefined;
  readonly shard?: string | undefined;
  readonly chain?: boolean | undefined;
  readonly afresh?: boolean | undefined;
  readonly sql?: boolean | undefined;
  readonly csv?: boolean | undefined;
}

/** Objects that are read at once: small ones have more to wait for than to compute. */
const OBJECTS = 8;

/** `verify_backup CONFIG TIMESTAMP`: whether a backup is complete and can be restored. */
export async function verifyBackup(
  {
    args: { config: configPath, timestamp },
    flags,
  }: CommandInput<{ readonly config: string; readonly timestamp: string }, Flags>,
  context: CommandContext,
): Promise<Answer> {
  const ts = parseTimestamp(timestamp);
  const { quick = false, read = false, sql = false, csv = false } = flags;
  if (quick && read) throw new UsageError('--quick and --read exclude each other');
  if (sql && (csv || flags.shard !== undefined))
    throw new UsageError('--sql goes with neither --shard nor --csv');
  const shard = shardOf(flags.shard, context);
  const mode = read ? 'read' : 'quick';
  if (sql) {
    // A config file that can't be read shows now.
    await openSession(configPath, context);
    return verifySql(ts, ownCommand(configPath), {
      mode: quick ? 'quick' : 'read',
      chain: flags.chain === true,
    });
  }
  if (!csv) return await run(configPath, ts, mode, shard, flags, context);
  try {
    const { verification } = await verified(configPath, ts, mode, shard, flags, context);
    return verificationLines(verification, shard);
  } catch (error) {
    if (!(error instanceof PluginError) || error instanceof SignalError) throw error;
    return failureLines(error, shard);
  }
}

function shardOf(text: string | undefined, { environment }: CommandContext): Shard {
  if (text === undefined) return WHOLE;
  const shard = parseShard(text, environment);
  if (shard !== undefined) return shard;
  throw new UsageError(
    text === 'auto'
      ? '--shard auto works on a segment only: GP_SEGMENT_ID and GP_SEGMENT_COUNT are not set'
      : `"${text}" is not a valid shard (expected N/T, N from 0 to T - 1, or auto)`,
  );
}

async function run(
  configPath: string,
  timestamp: string,
  mode: 'quick' | 'read',
  shard: Shard,
  flags: Flags,
  context: CommandContext,
): Promise<Answer> {
  const startedAt = performance.now();
  const { session, verification, warnings } = await verified(
    configPath,
    timestamp,
    mode,
    shard,
    flags,
    context,
  );
  const took = performance.now() - startedAt;
  const answer = verificationAnswer(verification, { mode, shard, took }, warnings);
  const verdict =
    verification.findings.length === 0
      ? 'valid'
      : `invalid (${counted(verification.findings.length, 'finding')})`;
  session.log.info(
    `verified ${timestamp} (${mode}): ${verdict}, ${counted(verification.checked, 'object')}, ${verification.bytes} bytes`,
  );
  return answer;
}

async function verified(
  configPath: string,
  timestamp: string,
  mode: 'quick' | 'read',
  shard: Shard,
  { chain = false, afresh = false }: Flags,
  context: CommandContext,
): Promise<{ session: Session; verification: Awaited<ReturnType<typeof verify>>; warnings: string[] }> {
  const session = await openSession(configPath, context);
  const { client, config, environment } = session;
  const progress = new Progress();
  const kept =
    mode === 'read'
      ? new KeptReads(
          environment,
          [
            config.connection.address.endpoint?.host,
            client.url(''),
            config.folder,
            timestamp,
            shard.number,
            shard.total,
          ],
          afresh,
        )
      : undefined;
  let complete = false;
  try {
    const settings = downloadSettings(session, OBJECTS);
    const verification = await verify(client, {
      folder: config.folder,
      timestamp,
      shard,
      chain,
      read: kept === undefined ? undefined : { settings, objects: settings.files, kept },
      progress: (done, total) => progress.show(timestamp, done, total),
    });
    complete = true;
    const { resumed } = verification;
    const warnings =
      resumed === 0
        ? []
        : [
            `${counted(resumed, 'object')} of an interrupted run ${resumed === 1 ? 'was' : 'were'} not read again: --afresh reads all`,
          ];
    return { session, verification, warnings };
  } catch (error) {
    if (error instanceof SignalError && kept !== undefined)
      error.hint = 'what was read is kept for a day: the same command goes on from there';
    throw error;
  } finally {
    progress.clear();
    kept?.close(complete);
  }
}
