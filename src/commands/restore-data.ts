import type { CommandContext, CommandInput, FileArgs } from '../session/command.ts';
import { restoreSettings } from '../session/transfer-settings.ts';
import { writeToStdout } from '../session/write-to-stdout.ts';
import { download } from '../transfer/download.ts';

/** `restore_data CONFIG PATH`: writes an object to standard output. */
export async function restoreData({ args }: CommandInput<FileArgs>, context: CommandContext): Promise<void> {
  await writeToStdout(args, context, async (session, key, sink) =>
    download(session.client, key, sink, await restoreSettings(session, context)),
  );
}
