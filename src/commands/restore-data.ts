import { readFileSync } from 'node:fs';
import { baseName, classifyFile } from '../backup/file-name.ts';
import { keyOfFile } from '../backup/key.ts';
import { OffsetsError, parseOffsets } from '../backup/offsets.ts';
import { codeOf, reasonOf } from '../base/plugin-error.ts';
import { SignalError } from '../process/signals.ts';
import { s3Url } from '../s3/errors/s3-error.ts';
import { type DownloadReport, download } from '../transfer/download.ts';
import { downloadSubset } from '../transfer/download-subset.ts';
import { ByteSink, ReaderGoneError } from '../transfer/sink.ts';
import type { CommandContext } from './command.ts';
import { makeFailureLoud } from './loud-failure.ts';
import { amount, tableOf } from './report.ts';
import { openSession, type Session } from './session.ts';
import { downloadSettings } from './transfer-settings.ts';

/** `restore_data CONFIG PATH`: writes an object to standard output. */
export async function restoreData(args: readonly string[], context: CommandContext): Promise<void> {
  await writeToStdout(args, context, async (session, key, sink) =>
    download(session.client, key, sink, downloadSettings(session), session.signal),
  );
}

/** `restore_data_subset CONFIG PATH OFFSETS_FILE`: writes byte ranges of an object to standard output. */
export async function restoreDataSubset(args: readonly string[], context: CommandContext): Promise<void> {
  const [, , offsetsPath = ''] = args;
  await writeToStdout(args, context, async (session, key, sink) => {
    const ranges = parseOffsets(readOffsets(offsetsPath), offsetsPath);
    return await downloadSubset(session.client, key, ranges, sink, downloadSettings(session), session.signal);
  });
}

async function writeToStdout(
  [configPath = '', path = '']: readonly string[],
  context: CommandContext,
  write: (session: Session, key: string, sink: ByteSink) => Promise<DownloadReport>,
): Promise<void> {
  const startedAt = performance.now();
  const sink = new ByteSink(1, 'standard output');
  const file = classifyFile(baseName(path));
  try {
    const session = await openSession(configPath, context, 'long');
    const key = keyOfFile(session.config.folder, path);
    const { bytes, verified } = await write(session, key, sink);
    const proof = verified ? 'checksum verified' : 'no checksum to verify';
    context.log.info(
      `restored ${s3Url(session.client.bucket, key)}${tableOf(context)}: ${bytes} bytes (${proof}), ${amount(bytes, startedAt)}`,
    );
  } catch (error) {
    if (error instanceof ReaderGoneError) {
      context.log.info(
        `restore of ${path}${tableOf(context)} ended after ${sink.written} bytes: its reader had enough`,
      );
      return;
    }
    await makeFailureLoud(file, sink, error instanceof SignalError);
    throw error;
  }
}

function readOffsets(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new OffsetsError(`offsets file ${path} can't be read (${codeOf(cause) ?? reasonOf(cause)})`, {
      cause,
    });
  }
}
