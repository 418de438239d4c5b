import { checkContentId, parseScope } from '../backup/scope.ts';
import type { CommandInput, HookArgs } from '../session/command.ts';

/**
 * `cleanup_plugin_for_restore`: nothing is left behind that would have to be cleaned, and a failed restore must not
 * fail again here, so not even the config file is read.
 */
export async function cleanup({ args: { scope, contentId } }: CommandInput<HookArgs>): Promise<void> {
  parseScope(scope);
  checkContentId(contentId);
}
