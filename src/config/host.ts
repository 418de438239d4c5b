/** What values from outside of the file are read with. */
export interface Host {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}
