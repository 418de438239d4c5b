/**
 * Milliseconds that are given after SIGTERM, SIGINT or SIGHUP: whoever sends them kills what is still there a
 * few seconds later, and then nothing is cleaned up. Each time contains the ones below it.
 */

/** Until the process ends, whatever is still running. */
export const FORCED_END = 1800;

/** For removing an unfinished upload. */
export const CLEANUP_AFTER_SIGNAL = 1500;

/** For a reader that has stopped to take the mark of a failed restore. */
export const LAST_WRITE = 300;
