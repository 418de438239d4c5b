/**
 * What is wrong: an object is not there (`missing`); it is shorter or longer than it was (`size`); its bytes are not those
 * that were stored (`checksum`); it has other rows or columns than the table of contents says (`rows`); files of the
 * backup do not belong together (`contents`); it can't be read now (`unreadable`); the backup itself failed or is being
 * written (`status`).
 */
export type FindingKind = 'missing' | 'size' | 'checksum' | 'rows' | 'contents' | 'unreadable' | 'status';

export interface VerifyFinding {
  readonly kind: FindingKind;
  /** Of the object; a table's on all segments with `*` for the content id; a folder of a backup with a slash at the end. */
  readonly key: string;
  /** In words. */
  readonly detail: string;
}

/** How many findings of one kind are told one by one: a backup whose data is gone has one for each object. */
export const MOST_FINDINGS = 10_000;
