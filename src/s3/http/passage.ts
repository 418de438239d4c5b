/** The way of one body within a limit that many bodies share. */
export interface Passage {
  /** Bytes that the body may ask for at once at most, now. */
  readonly piece: number;
  /** Milliseconds that it has waited so far. */
  readonly waited: number;
  /**
   * Waits until `bytes` may move.
   * @param rest bytes of the body that have not moved, these included
   * @throws the signal's reason
   */
  take(bytes: number, rest: number, signal: AbortSignal): Promise<void>;
  /** Bytes that moved and were not asked for; negative: that were asked for and will not move. */
  settle(bytes: number): void;
}
