import { formatSize } from '../base/bytes.ts';
import type { CommandResult } from './result.ts';

/** `deleted 3 objects, 286 MB in s3://bucket/folder/`, or `nothing to delete in …`: for stdout and for the log. */
export function deletionText(deletion: CommandResult & { readonly kind: 'deletion' }): string {
  const { where, objects, bytes, uploads, versions = 0, remaining, note } = deletion;
  const kept =
    remaining === undefined
      ? ''
      : `; the bucket keeps ${counted(remaining.versions, 'version')}, ${spaced(remaining.bytes)}`;
  if (objects === 0 && uploads === 0 && versions === 0) {
    return `nothing to delete in ${where}${note === undefined ? '' : ` (${note})`}${kept}`;
  }
  const parts = [
    ...(objects === 0 ? [] : [`${counted(objects, 'object')}, ${spaced(bytes)}`]),
    ...(versions === 0 ? [] : [counted(versions, 'version')]),
    ...(uploads === 0 ? [] : [counted(uploads, 'unfinished upload')]),
  ];
  return `deleted ${parts.join(' and ')} in ${where}${kept}`;
}

/** `286 MB`. */
export function spaced(bytes: number): string {
  return formatSize(bytes).replace(/(?=[A-Z]+$)/, ' ');
}

/** `1 object`, `2 objects`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
