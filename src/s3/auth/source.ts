import { PluginError } from '../../base/plugin-error.ts';
import type { Secret } from '../../base/secret.ts';
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
  /** Which source gave them, for people: `environment`, `instance`; undefined where another process knows it. */
  readonly source?: string | undefined;
  /** Another process of this host asked for them. */
  readonly shared?: {
    /** When others are to be asked for; the time as that of `expires`. */
    readonly renewAt: number;
  };
}

/** A role that is wanted. */
export interface Role {
  readonly arn: string;
  readonly sessionName: string | undefined;
  readonly externalId?: string | undefined;
  /** Seconds, as text; STS checks it. */
  readonly duration?: string | undefined;
  /** The region of STS when neither the store nor the environment names a region. */
  readonly region?: string | undefined;
}

/** What is set for the sign-in; it goes before what the environment says. */
export interface SourceSettings {
  readonly keys?: Credentials | undefined;
  /** A name in the profile files. */
  readonly profile?: string | undefined;
  readonly credentialsFile?: string | undefined;
  readonly configFile?: string | undefined;
  /** A file with a web identity token, and the role that it is exchanged for. */
  readonly tokenFile?: string | undefined;
  readonly tokenRole?: Role | undefined;
  /** A command line that prints keys. */
  readonly command?: Secret | undefined;
  readonly sts?: StsAddress | undefined;
}

export interface StsAddress {
  readonly url: URL;
  /** What requests are signed for, unless the host's name says it. */
  readonly region: string | undefined;
}

/** What sources work with. */
export interface SourceParts {
  readonly settings: SourceSettings;
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
  /** What a user can do about a TLS connection that failed, by its code. */
  readonly tlsHintFor?: ((code: string, host: string) => string | undefined) | undefined;
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

/** A path whose `~/` is the user's home. */
export function pathOf({ home }: SourceParts, path: string): string {
  return path.replace(/^~(?=\/)/, () => home);
}

/** Addresses that mean something on this host alone, as those of AWS's services for instances: no proxy knows them. */
export function isLinkLocal(hostname: string): boolean {
  return /^(169\.254\.[\d.]+|\[fe80:.*\]|\[fd00:ec2:.*\])$/.test(hostname);
}

/** A switch as AWS's libraries read it. */
export function isTrue(text: string | undefined): boolean {
  return text !== undefined && text.trim().toLowerCase() === 'true';
}
