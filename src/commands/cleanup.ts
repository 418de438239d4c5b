import { checkContentId, parseScope } from '../backup/scope.ts';

/**
 * `cleanup_plugin_for_backup` and `cleanup_plugin_for_restore`: nothing is left behind that would have to be
 * cleaned, and a failed backup must not fail again here, so not even the config file is read.
 */
export async function cleanup([, , scope = '', contentId]: readonly string[]): Promise<void> {
  parseScope(scope);
  checkContentId(contentId);
}
