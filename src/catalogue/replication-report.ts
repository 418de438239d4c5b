/** What became of one backup. */
export interface ReplicatedSet {
  readonly timestamp: string;
  readonly objects: number;
  readonly bytes: number;
  readonly copied: number;
  readonly copiedBytes: number;
  /** Of the copied ones, those that took the place of an older one. */
  readonly replaced: number;
}

/** What is told of the work. */
export interface ReplicationReport {
  readonly sets: readonly ReplicatedSet[];
  /** Whether the server of the second site copied; false: the bytes went through this host. */
  readonly within: boolean;
  readonly warnings: readonly string[];
}
