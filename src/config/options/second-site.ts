import { PATTERNS } from '../patterns.ts';
import { defineOptions } from './definition.ts';

/** In front of an option's name: the same, of the second site. */
export const REMOTE = 'remote_';

/** Where replicas of backups are, and what they are for; `twins.ts` has the options that both sites have. */
export const SECOND_SITE = defineOptions({
  replication: {
    kind: 'on/off',
    fallback: 'off',
    origin: 'new',
    summary:
      '`on`: each backup is copied to the second site when it has succeeded, and delete_backup deletes the copy too.',
  },
  restore_failover: {
    kind: 'on/off',
    fallback: 'off',
    origin: 'new',
    summary:
      '`on`: a restore reads an object from the second site when the first has lost it or cannot be reached.',
  },
  remote_bucket: {
    kind: 'text',
    pattern: PATTERNS.bucket,
    origin: 'new',
    summary: 'The bucket of the second site. Required for all options that begin with `remote_`.',
  },
  remote_folder: {
    kind: 'text',
    pattern: PATTERNS.folder,
    origin: 'new',
    summary: 'The folder in `remote_bucket`. Default: `folder`.',
  },
});
