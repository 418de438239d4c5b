import type { CommandEntry } from './command-entry.ts';

const HOOK_ARGUMENTS = 'CONFIG LOCAL_BACKUP_DIR SCOPE [CONTENT_ID]';
const SCOPES = 'SCOPE is coordinator (or its older name master), segment_host or segment.';

/** Every command of gpbackup's plugin interface: the one list that parsing, help and README are made from. */
export const COMMANDS: Readonly<Record<string, CommandEntry>> = {
  setup_plugin_for_backup: {
    usage: HOOK_ARGUMENTS,
    summary: 'Prove that the bucket can be written, before a backup starts.',
    details: `Called by gpbackup. ${SCOPES} For all but segment an empty report file is put, which gpbackup's report replaces.`,
    load: async () => (await import('../commands/setup-for-backup.ts')).setupForBackup,
  },
  setup_plugin_for_restore: {
    usage: HOOK_ARGUMENTS,
    summary: 'Prove that the bucket can be read and the backup is whole, before a restore starts.',
    details: `Called by gprestore. ${SCOPES} For all but segment the backup's keys are listed and checked.`,
    load: async () => (await import('../commands/setup-for-restore.ts')).setupForRestore,
  },
  cleanup_plugin_for_backup: {
    usage: HOOK_ARGUMENTS,
    summary: 'Nothing to do: called by gpbackup at the end, also of a failed backup.',
    details: `Checks its arguments. ${SCOPES}`,
    load: async () => (await import('../commands/cleanup.ts')).cleanup,
  },
  cleanup_plugin_for_restore: {
    usage: HOOK_ARGUMENTS,
    summary: 'Nothing to do: called by gprestore at the end.',
    details: `Checks its arguments. ${SCOPES}`,
    load: async () => (await import('../commands/cleanup.ts')).cleanup,
  },
  backup_file: {
    usage: 'CONFIG FILE',
    summary: 'Store a file of a backup.',
    details:
      'The key is FOLDER/backups/DATE/TIMESTAMP/NAME, from the end of the path. The file stays. In the copy of the config file (gpbackup_TIMESTAMP_plugin_config.yaml) secrets are replaced, unless upload_secrets is on.',
    load: async () => (await import('../commands/backup-file.ts')).backupFile,
  },
  restore_file: {
    usage: 'CONFIG FILE',
    summary: 'Fetch a file of a backup.',
    details: 'The file appears whole or not at all; its folder must exist.',
    load: async () => (await import('../commands/restore-file.ts')).restoreFile,
  },
  backup_data: {
    usage: 'CONFIG PATH',
    summary: 'Store standard input.',
    details: 'PATH names the object as in backup_file; nothing is read from it.',
    load: async () => (await import('../commands/backup-data.ts')).backupData,
  },
  restore_data: {
    usage: 'CONFIG PATH',
    summary: 'Write an object to standard output.',
    details: 'A reader that closes the pipe early ends the command without an error.',
    load: async () => (await import('../commands/restore-data.ts')).restoreData,
  },
  restore_data_subset: {
    usage: 'CONFIG PATH OFFSETS_FILE',
    summary: 'Write some byte ranges of an object to standard output.',
    details: 'OFFSETS_FILE holds one line "N start1 end1 start2 end2 …"; a range ends before its end.',
    load: async () => (await import('../commands/restore-data-subset.ts')).restoreDataSubset,
  },
  backup_directory: {
    usage: 'CONFIG DIRECTORY [FILES_AT_ONCE]',
    summary: 'Store every file below a directory; the key is the path as given.',
    details: 'FILES_AT_ONCE is 5 by default.',
    load: async () => (await import('../commands/backup-directory.ts')).backupDirectory,
  },
  backup_directory_parallel: {
    usage: 'CONFIG DIRECTORY [FILES_AT_ONCE]',
    summary: 'The same as backup_directory.',
    details: 'FILES_AT_ONCE is 5 by default.',
    load: async () => (await import('../commands/backup-directory.ts')).backupDirectory,
  },
  restore_directory: {
    usage: 'CONFIG DIRECTORY [FILES_AT_ONCE]',
    summary: 'Fetch every object whose key is below a directory, into that directory.',
    details: 'The tree below DIRECTORY is kept. FILES_AT_ONCE is 5 by default.',
    load: async () => (await import('../commands/restore-directory.ts')).restoreDirectory,
  },
  restore_directory_parallel: {
    usage: 'CONFIG DIRECTORY [FILES_AT_ONCE]',
    summary: 'The same as restore_directory.',
    details: 'The tree below DIRECTORY is kept. FILES_AT_ONCE is 5 by default.',
    load: async () => (await import('../commands/restore-directory.ts')).restoreDirectory,
  },
  list_directory: {
    usage: 'CONFIG [PREFIX]',
    summary: 'List the keys below a prefix with their sizes; the configured folder by default.',
    details: 'Prints a table of NAME and SIZE(bytes).',
    load: async () => (await import('../commands/list-directory.ts')).listDirectory,
  },
  delete_backup: {
    usage: 'CONFIG TIMESTAMP',
    summary: 'Delete everything of one backup, unfinished uploads too.',
    details: 'TIMESTAMP has 14 digits. Deletes FOLDER/backups/DATE/TIMESTAMP/.',
    load: async () => (await import('../commands/delete-backup.ts')).deleteBackup,
  },
  delete_directory: {
    usage: 'CONFIG DIRECTORY',
    summary: 'Delete everything below a path inside the configured folder.',
    details: 'DIRECTORY is given with or without the folder in front; the folder itself is refused.',
    load: async () => (await import('../commands/delete-directory.ts')).deleteDirectory,
  },
  plugin_api_version: {
    usage: '',
    summary: "Print the version of gpbackup's plugin interface.",
    details: '',
    load: async () => (await import('../commands/plugin-api-version.ts')).pluginApiVersion,
  },
};
