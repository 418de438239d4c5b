import { belowFolder } from '../backup/key.ts';
import { listFirst, placesOf } from '../catalogue/places.ts';
import type { CommandResult } from '../output/result.ts';
import type { CommandContext, CommandInput } from '../session/command.ts';
import { openSession } from '../session/session.ts';

/** `list_directory CONFIG [PREFIX]`: keys and sizes below a folder, or of a key. */
export async function listDirectory(
  { args: { config: configPath, prefix } }: CommandInput<{ config: string; prefix?: string | undefined }>,
  context: CommandContext,
): Promise<CommandResult> {
  const { client, config } = await openSession(configPath, context);
  const places = prefix === undefined ? [belowFolder(config.folder, '')] : placesOf(config.folder, prefix);
  return {
    kind: 'listing',
    pages: listFirst(client, places),
    lookedFor: places.map((place) => client.url(place)),
  };
}
