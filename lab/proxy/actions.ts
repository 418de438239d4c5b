import type { FaultAction } from '../s3-server/faults.ts';

/** What the embedded server's faults do on the wire, done to a request on its way to another server, and to its answer. */
type SharedAction = Extract<
  FaultAction,
  {
    kind:
      | 'answer'
      | 'drop'
      | 'cutRequest'
      | 'stallRequest'
      | 'loseAnswer'
      | 'delay'
      | 'before'
      | 'afterwards'
      | 'cutResponse'
      | 'stallResponse'
      | 'shortBody'
      | 'lieLength'
      | 'corruptBody'
      | 'trickle'
      | 'contentRange'
      | 'headers';
  }
>;

/**
 * What the proxy does to one request or its answer. "Performs" is here: forwards the request and reads the answer of the
 * server behind. `cutRequest` and `stallRequest` forward the bytes they read, so that the server sees a request that
 * breaks off too.
 */
export type ProxyAction =
  | SharedAction
  /** Replaces parts of the server's answer. The length is set anew, unless `headers` give one. */
  | {
      kind: 'rewrite';
      status?: number;
      /** undefined takes one away. */
      headers?: Record<string, string | undefined>;
      /** Gets the whole body. */
      body?: (bytes: Buffer) => Uint8Array;
    };
