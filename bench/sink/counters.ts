/** What the sink has seen since it was asked last. */
export interface Counters {
  requests: number;
  /** Bytes of HTTP: heads and bodies, before encryption. */
  received: number;
  sent: number;
}

/** The same with the sink's own cost, CPU seconds. */
export interface SinkReport extends Readonly<Counters> {
  readonly cpu: number;
}
