import { formatSize } from '../base/bytes.ts';
import type { CommandResult } from './result.ts';

/** `deleted 3 objects, 286 MB in s3://bucket/folder/`, or `nothing to delete in …`: for stdout and for the log. */
export function deletionText(deletion: CommandResult & { readonly kind: 'deletion' }): string {
  const { where, objects, bytes, uploads, note } = deletion;
  if (objects === 0 && uploads === 0) {
    return `nothing to delete in ${where}${note === undefined ? '' : ` (${note})`}`;
  }
  const parts = [
    ...(objects === 0
      ? []
      : [`${counted(objects, 'object')}, ${formatSize(bytes).replace(/(?=[A-Z]+$)/, ' ')}`]),
    ...(uploads === 0 ? [] : [counted(uploads, 'unfinished upload')]),
  ];
  return `deleted ${parts.join(' and ')} in ${where}`;
}

/** `1 object`, `2 objects`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
