import type { S3ClientConfig } from '@aws-sdk/client-s3';
import type { ServerAccess } from '../../lab/servers/server.ts';
import type { Deviations } from './capabilities.ts';

/** A running server, as the suite needs it. Any running server of lab/servers is one. */
export interface ServerUnderTest extends ServerAccess {
  /**
   * Further lines of the config file that say how this machine reaches the server (`http_proxy`), never what
   * the server can do: that is what the program has to find out.
   */
  readonly options?: Readonly<Record<string, string>>;
  /** Bytes of the largest object that is tried; 300 MB by default. */
  readonly largestSize?: number;
  /** What is run in place of the program: the program itself, in surroundings where the endpoint's name leads here. */
  readonly program?: string;
  /** How the independent client reaches the server, where that differs from the program's way. */
  readonly sdk?: S3ClientConfig;
  stop(): Promise<void>;
}

/** A server that can be started, and what is known about it. */
export interface Candidate {
  /** Its name on the command line and in docs/compatibility.json. */
  readonly name: string;
  /** Product, version and way of running, in the document. */
  readonly title: string;
  /** A `profile` is the server for the tests, which plays a provider. */
  readonly kind: 'server' | 'profile';
  /** The ids of the cases to run; absent: all. */
  readonly cases?: readonly string[];
  /** What this server can't do, each with the reason; see {@link Deviations}. */
  readonly deviations: Deviations;
  start(): Promise<ServerUnderTest>;
}
