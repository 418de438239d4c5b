import type { CommandContext } from '../session/command.ts';
import { downloadSettings } from '../session/transfer-settings.ts';
import { writeToStdout } from '../session/write-to-stdout.ts';
import { download } from '../transfer/download.ts';

/** `restore_data CONFIG PATH`: writes an object to standard output. */
export async function restoreData(args: readonly string[], context: CommandContext): Promise<void> {
  await writeToStdout(args, context, async (session, key, sink) =>
    download(session.client, key, sink, downloadSettings(session), session.signal),
  );
}
