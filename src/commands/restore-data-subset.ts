import { readFileSync } from 'node:fs';
import { OffsetsError, parseOffsets } from '../backup/offsets.ts';
import { systemHint, systemReason } from '../base/system-error.ts';
import type { CommandContext, CommandInput, FileArgs } from '../session/command.ts';
import { restoreSettings } from '../session/transfer-settings.ts';
import { writeToStdout } from '../session/write-to-stdout.ts';
import { downloadSubset } from '../transfer/download-subset.ts';

/** `restore_data_subset CONFIG PATH OFFSETS_FILE`: writes byte ranges of an object to standard output. */
export async function restoreDataSubset(
  { args }: CommandInput<FileArgs & { readonly offsetsFile: string }>,
  context: CommandContext,
): Promise<void> {
  const { offsetsFile: offsetsPath } = args;
  await writeToStdout(args, context, async (session, key, sink) => {
    const ranges = parseOffsets(readOffsets(offsetsPath), offsetsPath);
    return await downloadSubset(session.client, key, ranges, sink, await restoreSettings(session, context));
  });
}

function readOffsets(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new OffsetsError(`offsets file ${path} can't be read: ${systemReason(cause)}`, {
      hint: systemHint('reading', cause),
      cause,
    });
  }
}
