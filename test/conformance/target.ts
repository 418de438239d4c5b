/** A running server that the rules are checked on. */
export interface Target {
  /** http://127.0.0.1:PORT */
  readonly endpoint: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** `BUCKET.DOMAIN` as host addresses a bucket. */
  readonly domain: string;
}

export interface StartedTarget {
  readonly target: Target;
  stop(): Promise<void>;
}

/** A server that can be started, and what is known about it. */
export interface Candidate {
  readonly name: string;
  /**
   * Rules that this server is known to break, by their ids, each with what it does instead. They are checked like all
   * others, and must fail: a server that learned to follow a rule has to be taken off the list.
   */
  readonly knownDeviations: Readonly<Record<string, string>>;
  readonly start: () => Promise<StartedTarget>;
}
