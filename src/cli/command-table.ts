import { type CommandEntry, command } from './command-entry.ts';

const CONFIG = { name: 'config' } as const;
const FILE = [CONFIG, { name: 'file' }] as const;
const DIRECTORY = [CONFIG, { name: 'directory' }, { name: 'filesAtOnce', optional: true }] as const;
const HOOK = [
  CONFIG,
  { name: 'localBackupDir' },
  { name: 'scope' },
  { name: 'contentId', optional: true },
] as const;

const SCOPES = 'SCOPE is coordinator (or its older name master), segment_host or segment.';
const FILES_AT_ONCE = 'FILES_AT_ONCE is the number of files in parallel: 1 to 999, 5 by default.';
const PREFIXES = 'with or without the configured folder in front';

/** Every command of gpbackup's plugin interface: the one list that parsing, help and README are made from. */
export const COMMANDS: Readonly<Record<string, CommandEntry>> = {
  setup_plugin_for_backup: command({
    kind: 'hook',
    arguments: HOOK,
    summary: 'Check that the bucket can be written to, before a backup starts.',
    details: `Called by gpbackup. ${SCOPES} With any scope but segment it stores an empty report file, which gpbackup later replaces by its report.`,
    load: async () => (await import('../commands/setup-for-backup.ts')).setupForBackup,
  }),
  setup_plugin_for_restore: command({
    kind: 'hook',
    arguments: HOOK,
    summary: 'Check that the backup can be read and is complete, before a restore starts.',
    details: `Called by gprestore. ${SCOPES} With any scope but segment it lists the keys of the backup and checks them; on the coordinator it also compares them with the table of contents.`,
    load: async () => (await import('../commands/setup-for-restore.ts')).setupForRestore,
  }),
  cleanup_plugin_for_backup: command({
    kind: 'hook',
    arguments: HOOK,
    summary: 'Store the statistics of a host: gpbackup calls this at the end, also after a failure.',
    details: `${SCOPES} With any scope but segment it gathers what the processes of this host noted of the objects that they stored, and stores it as one object, gpbackup_TIMESTAMP_s3stats_HOST.jsonl. It never fails for it. With replication: on the one of the coordinator then copies a backup that has succeeded to the second site; if that fails, gpbackup logs it and ends with status 1.`,
    load: async () => (await import('../commands/cleanup-after-backup.ts')).cleanupAfterBackup,
  }),
  cleanup_plugin_for_restore: command({
    kind: 'hook',
    arguments: HOOK,
    summary: 'Do nothing: gprestore calls this at the end.',
    details: `It only checks its arguments. ${SCOPES}`,
    load: async () => (await import('../commands/cleanup.ts')).cleanup,
  }),
  backup_file: command({
    kind: 'data',
    arguments: FILE,
    summary: 'Store a file of a backup.',
    details:
      'The key is FOLDER/backups/DATE/TIMESTAMP/NAME: FOLDER is the option folder, the rest is the end of the path. The file itself is not changed. In the copy of the config file (gpbackup_TIMESTAMP_plugin_config.yaml) secrets are replaced before it is stored, unless upload_secrets is on.',
    load: async () => (await import('../commands/backup-file.ts')).backupFile,
  }),
  restore_file: command({
    kind: 'data',
    arguments: FILE,
    summary: 'Fetch a file of a backup.',
    details: 'The file appears only when it is complete. Its folder must exist.',
    examples: ['restore_file s3.yaml /tmp/backups/20260102/20260102030405/gpbackup_20260102030405_report'],
    load: async () => (await import('../commands/restore-file.ts')).restoreFile,
  }),
  backup_data: command({
    kind: 'data',
    arguments: [CONFIG, { name: 'path' }],
    summary: 'Store standard input.',
    details:
      'PATH only names the object, as in backup_file: no local file is read. If it ends in .gz or .zst, the data must be a complete stream of that format.',
    load: async () => (await import('../commands/backup-data.ts')).backupData,
  }),
  restore_data: command({
    kind: 'data',
    arguments: [CONFIG, { name: 'path' }],
    summary: 'Write an object to standard output.',
    details: 'If the reader closes the pipe early, the command ends without an error.',
    examples: ['restore_data s3.yaml backups/20260102/20260102030405/gpbackup_20260102030405_report'],
    load: async () => (await import('../commands/restore-data.ts')).restoreData,
  }),
  restore_data_subset: command({
    kind: 'data',
    arguments: [CONFIG, { name: 'path' }, { name: 'offsetsFile' }],
    summary: 'Write some byte ranges of an object to standard output.',
    details:
      'OFFSETS_FILE contains one line "N start1 end1 start2 end2 …"; a range does not include its end.',
    load: async () => (await import('../commands/restore-data-subset.ts')).restoreDataSubset,
  }),
  backup_directory: command({
    kind: 'operator',
    arguments: DIRECTORY,
    summary: 'Store every file below a directory; the keys are the paths as given.',
    details: `The configured folder is not put in front of the keys. Names that can't be restored are refused before anything is stored. ${FILES_AT_ONCE}`,
    examples: ['backup_directory s3.yaml /home/gpadmin/scripts'],
    load: async () => (await import('../commands/backup-directory.ts')).backupDirectory,
  }),
  backup_directory_parallel: command({
    kind: 'operator',
    arguments: DIRECTORY,
    summary: 'The same as backup_directory.',
    details: FILES_AT_ONCE,
    load: async () => (await import('../commands/backup-directory.ts')).backupDirectory,
  }),
  restore_directory: command({
    kind: 'operator',
    arguments: DIRECTORY,
    summary: 'Fetch every object whose key is below a directory, into that directory.',
    details: `DIRECTORY is the path that was given to backup_directory; its subdirectories are created. ${FILES_AT_ONCE}`,
    examples: ['restore_directory s3.yaml /home/gpadmin/scripts'],
    load: async () => (await import('../commands/restore-directory.ts')).restoreDirectory,
  }),
  restore_directory_parallel: command({
    kind: 'operator',
    arguments: DIRECTORY,
    summary: 'The same as restore_directory.',
    details: `DIRECTORY is the path that was given to backup_directory; its subdirectories are created. ${FILES_AT_ONCE}`,
    load: async () => (await import('../commands/restore-directory.ts')).restoreDirectory,
  }),
  list_directory: command({
    kind: 'operator',
    arguments: [CONFIG, { name: 'prefix', optional: true }],
    summary: 'List keys with their sizes: all below the configured folder, or below PREFIX.',
    details: `Prints a table of NAME and SIZE(bytes). PREFIX is a folder or a complete key, ${PREFIXES}: backups/20260102, not a part of a name. A slash at its end means a folder; "" lists the whole bucket.`,
    examples: ['list_directory s3.yaml', 'list_directory s3.yaml backups/20260102'],
    load: async () => (await import('../commands/list-directory.ts')).listDirectory,
  }),
  delete_backup: command({
    kind: 'operator',
    arguments: [CONFIG, { name: 'timestamp' }],
    options: { 'dry-run': { type: 'boolean' } },
    optionTexts: { 'dry-run': 'Only tell what would be deleted, and which backups are built on it.' },
    summary: 'Delete everything of one backup, unfinished uploads too.',
    details:
      'TIMESTAMP has 14 digits. Deletes FOLDER/backups/DATE/TIMESTAMP/ and prints what was deleted. If there is nothing to delete, it says so and the exit code is 0.',
    examples: ['delete_backup s3.yaml 20260102030405'],
    load: async () => (await import('../commands/delete-backup.ts')).deleteBackup,
  }),
  delete_directory: command({
    kind: 'operator',
    arguments: [CONFIG, { name: 'directory' }],
    options: { 'all-backups': { type: 'boolean' } },
    optionTexts: { 'all-backups': 'Delete DIRECTORY even if it contains all backups of a folder.' },
    summary: 'Delete everything below a path inside the configured folder.',
    details: `DIRECTORY is given ${PREFIXES}; the folder itself is refused. It prints what was deleted.`,
    examples: ['delete_directory s3.yaml backups/20260102', 'delete_directory s3.yaml backups --all-backups'],
    load: async () => (await import('../commands/delete-directory.ts')).deleteDirectory,
  }),
  encrypt_secret: command({
    kind: 'operator',
    arguments: [CONFIG, { name: 'option', optional: true }],
    summary: 'Encrypt a secret for the config file, with password_encryption.',
    details:
      'Asks for the secret twice without showing it, or reads one line where standard input is not a terminal. Prints the lines for the config file. OPTION is aws_secret_access_key (the default) or aws_session_token. The key is the entry gpbackup_s3_plugin of the file .encrypt in the data folder of the coordinator (COORDINATOR_DATA_DIRECTORY or MASTER_DATA_DIRECTORY); it is added if it is missing, and never printed.',
    examples: ['encrypt_secret s3.yaml'],
    load: async () => (await import('../commands/encrypt-secret.ts')).encryptSecret,
  }),
  plugin_api_version: command({
    kind: 'hook',
    arguments: [],
    summary: "Print the version of gpbackup's plugin interface.",
    load: async () => (await import('../commands/plugin-api-version.ts')).pluginApiVersion,
  }),
};
