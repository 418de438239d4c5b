import { baseName, classifyFile } from '../backup/file-name.ts';
import { keyOfFile, timestampOfFile } from '../backup/key.ts';
import type { Log } from '../log/log.ts';
import { afterRetries, amount, tableOf } from '../output/amount.ts';
import { s3Url } from '../s3/errors/s3-error.ts';
import type { DownloadReport } from '../transfer/download.ts';
import { ByteSink, ReaderGoneError } from '../transfer/sink.ts';
import type { CommandContext, FileArgs } from './command.ts';
import { makeFailureLoud } from './loud-failure.ts';
import { openSession, type Session } from './session.ts';

/**
 * Restores the object of the backup's file at `path` to standard output, by `write`, so that a failure fails the
 * reader too. A reader that closes the pipe early has what it wants: no failure.
 */
export async function writeToStdout(
  { config: configPath, path }: FileArgs,
  context: CommandContext,
  write: (session: Session, key: string, sink: ByteSink) => Promise<DownloadReport>,
): Promise<void> {
  const startedAt = performance.now();
  const sink = new ByteSink(1, 'standard output');
  const file = classifyFile(baseName(path));
  let log: Log = context.log;
  try {
    const session = await openSession(configPath, context, 'long', timestampOfFile(path), true);
    log = session.log;
    const key = keyOfFile(session.config.folder, path);
    const { bytes, verified } = await write(session, key, sink);
    const proof = verified ? 'checksum verified' : 'no checksum to verify';
    log.info(
      `restored ${s3Url(session.client.bucket, key)}${tableOf(context.environment)}: ${amount(bytes, startedAt)}${afterRetries(session.client.server.retries)} (${proof})`,
    );
  } catch (error) {
    if (error instanceof ReaderGoneError) {
      log.info(
        `restore of ${path}${tableOf(context.environment)} ended after ${sink.written} bytes: its reader closed the pipe`,
      );
      return;
    }
    await makeFailureLoud(file, sink, context.signal);
    throw error;
  }
}
