/** The executable's name: gpbackup derives the name of an option from it, and the log file is named after it. */
export const PROGRAM = 'gpbackup_s3_plugin';

/** This program's version, the third word of `--version`; a test compares it with package.json. */
export const VERSION = '2.3.0';

/** The version of gpbackup's plugin interface that this program speaks. */
export const PLUGIN_API_VERSION = '0.5.0';
