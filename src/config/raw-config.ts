/**
 * A config file as text: every value literally as written (`on`, `0123`, `1e5` stay what they are). Only an unquoted
 * `null` or `~` is no value, as for gpbackup and the Go plugin: an empty text.
 */
export interface RawConfig {
  /** The entries next to `options`. */
  readonly top: ReadonlyMap<string, string>;
  readonly options: ReadonlyMap<string, string>;
  /** What makes the file unusable as YAML or as a config; never contains a value. */
  readonly problems: readonly string[];
  /** What works but may not be meant, one line each; never contains a value. */
  readonly notes: readonly string[];
}
