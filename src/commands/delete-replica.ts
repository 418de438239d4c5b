import { PluginError } from '../base/plugin-error.ts';
import type { Answer } from '../output/result.ts';
import type { CommandContext, CommandInput } from '../session/command.ts';

/** Not built yet. */
export async function deleteReplica(
  { args: { config } }: CommandInput<{ readonly config: string; readonly timestamp: string }>,
  context: CommandContext,
): Promise<Answer> {
  context.signal.throwIfAborted();
  return await Promise.reject(new PluginError(`not built yet: ${config}`));
}
