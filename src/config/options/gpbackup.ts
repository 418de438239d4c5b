import { defineOptions } from './definition.ts';

/** What gpbackup adds to its copies of the file. */
export const GPBACKUP = defineOptions({
  pgport: { kind: 'text', origin: 'gpbackup', summary: 'Added by gpbackup. Not used.' },
  backup_plugin_version: { kind: 'text', origin: 'gpbackup', summary: 'Added by gpbackup. Not used.' },
});
