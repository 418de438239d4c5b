/** A config file as text: every value literally as written (`on`, `0123`, `1e5`, `null` stay what they are). */
export interface RawConfig {
  /** The entries beside `options`. */
  readonly top: ReadonlyMap<string, string>;
  readonly options: ReadonlyMap<string, string>;
  /** What makes the file unusable as YAML or as a config; never holds a value. */
  readonly problems: readonly string[];
}
