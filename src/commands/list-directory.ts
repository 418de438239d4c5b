import { belowFolder } from '../backup/key.ts';
import { listFirst, placesOf } from '../catalogue/places.ts';
import type { Log } from '../log/log.ts';
import { counted } from '../output/deletion.ts';
import type { CommandResult, Listed } from '../output/result.ts';
import type { CommandContext, CommandInput } from '../session/command.ts';
import { openSession } from '../session/session.ts';

/** `list_directory CONFIG [PREFIX]`: keys and sizes below a folder, or of a key. */
export async function listDirectory(
  { args: { config: configPath, prefix } }: CommandInput<{ config: string; prefix?: string | undefined }>,
  context: CommandContext,
): Promise<CommandResult> {
  const { client, config, log } = await openSession(configPath, context);
  const places = prefix === undefined ? [belowFolder(config.folder, '')] : placesOf(config.folder, prefix);
  const lookedFor = places.map((place) => client.url(place));
  return {
    kind: 'listing',
    pages: logged(listFirst(client, places), lookedFor, log),
    lookedFor: prefix === undefined ? [] : lookedFor,
  };
}

/** The same pages; how much they were is logged after the last. */
async function* logged(
  pages: AsyncIterable<readonly Listed[]>,
  lookedFor: readonly string[],
  log: Log,
): AsyncGenerator<readonly Listed[]> {
  let count = 0;
  for await (const page of pages) {
    count += page.length;
    yield page;
  }
  log.info(`listed ${counted(count, 'object')} in ${lookedFor.join(' or ')}`);
}
