import { admits, type LogLevel, type LogVerbosity } from './level.ts';

/** What the rest of the program knows about the log. No method ever throws. */
export interface Log {
  /** A failure that ends the command. */
  error(message: string): void;
  /** Something unexpected that did not end the command, and what was done instead. */
  warning(message: string): void;
  /** What was done: one line per command. */
  info(message: string): void;
  /** How it was done: retries, parts, ranges. */
  verbose(message: string): void;
  /** Every request. */
  debug(message: () => string): void;
}

/** Where lines go: the log file, or nowhere. */
export type LogSink = (level: LogLevel, message: string) => void;

/** A log that writes to a sink what its verbosity admits. */
export class ProcessLog implements Log {
  readonly verbosity: LogVerbosity;
  readonly #sink: LogSink;

  constructor(sink: LogSink, verbosity: LogVerbosity = 'info') {
    this.#sink = sink;
    this.verbosity = verbosity;
  }

  /** The same log with another verbosity: a config file has its own, and this one stays as it is. */
  at(verbosity: LogVerbosity): ProcessLog {
    return new ProcessLog(this.#sink, verbosity);
  }

  error(message: string): void {
    this.#sink('ERROR', message);
  }

  warning(message: string): void {
    if (admits(this.verbosity, 'info')) this.#sink('WARNING', message);
  }

  info(message: string): void {
    if (admits(this.verbosity, 'info')) this.#sink('INFO', message);
  }

  verbose(message: string): void {
    if (admits(this.verbosity, 'verbose')) this.#sink('DEBUG', message);
  }

  debug(message: () => string): void {
    if (admits(this.verbosity, 'debug')) this.#sink('DEBUG', message());
  }
}
