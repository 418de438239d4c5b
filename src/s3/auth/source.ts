import { PluginError } from '../../base/plugin-error.ts';
import type { Log } from '../../log/log.ts';
import type { Transport } from '../http/transport.ts';
import type { DualStack } from '../providers/partitions.ts';
import type { RetryPolicy } from '../retry.ts';
import type { Credentials } from './credentials.ts';

/** What a source found. */
export interface Found {
  readonly credentials: Credentials;
  /** Milliseconds since 1970 by this host's clock; Infinity for lasting ones. */
  readonly expires: number;
}

/** What sources work with. */
export interface SourceParts {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  readonly transport: Transport;
  readonly retryPolicy: RetryPolicy;
  /**
   * Milliseconds that instance metadata is waited for while it has never answered.
   * @param expected something indicates that this host has it
   */
  readonly metadataTimeout: (expected: boolean) => number;
  /** Of the store; undefined where it is not one of AWS's: then the environment's or the profile's counts. */
  readonly region: string | undefined;
  readonly dualStack: DualStack;
  /** STS by hosts that FIPS 140 validates. Absent: by the usual ones. */
  readonly fips?: boolean;
  readonly log: Log;
}

/** One place that credentials may come from. */
export type Source = (parts: SourceParts, signal: AbortSignal) => Promise<Found | NotSet>;

/** A source that nobody set up: the next one is tried. */
export class NotSet {
  readonly reason: string;

  constructor(reason: string) {
    this.reason = reason;
  }
}

/** A source that is set up, and failed: no other one is tried, since it would sign in as somebody else. */
export class SourceError extends PluginError {}

/** The value of a variable that is set and not empty. */
export function variable(parts: SourceParts, name: string): string | undefined {
  const value = parts.environment[name];
  return value === undefined || value === '' ? undefined : value;
}

/** A switch as AWS's libraries read it. */
export function isTrue(text: string | undefined): boolean {
  return text !== undefined && text.trim().toLowerCase() === 'true';
}
