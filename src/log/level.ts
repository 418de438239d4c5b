/** How much is logged, from least to most; the values of the option `logger_verbosity`. */
export type LogVerbosity = 'error' | 'info' | 'verbose' | 'debug';

/** The levels that Greenplum's utilities write. */
export type LogLevel = 'CRITICAL' | 'ERROR' | 'WARNING' | 'INFO' | 'DEBUG';

const RANK: Readonly<Record<LogVerbosity, number>> = { error: 0, info: 1, verbose: 2, debug: 3 };

export function admits(verbosity: LogVerbosity, needed: LogVerbosity): boolean {
  return RANK[needed] <= RANK[verbosity];
}
