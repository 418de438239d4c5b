import { escapeControls } from '../log/line.ts';
import { deletionText } from './deletion.ts';
import type { Answer, CommandResult } from './result.ts';

/** What delete_replica says: what was deleted, or that nothing was there any more. */
export function deletionAnswer(
  timestamp: string,
  deletion: CommandResult & { readonly kind: 'deletion' },
): Answer {
  const { where, objects, bytes, uploads, versions = 0 } = deletion;
  const alreadyDeleted = objects === 0 && uploads === 0 && versions === 0;
  const text = alreadyDeleted
    ? `the replica of ${timestamp} in ${where} is already deleted`
    : deletionText(deletion);
  return {
    kind: 'answer',
    data: { timestamp, where, already_deleted: alreadyDeleted, objects, bytes, uploads, versions },
    text: () => [`${escapeControls(text)}\n`],
  };
}
