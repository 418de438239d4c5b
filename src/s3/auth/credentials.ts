import { PluginError } from '../../base/plugin-error.ts';
import type { Secret } from '../../base/secret.ts';

/** What requests are signed with. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: Secret;
  readonly sessionToken: Secret | undefined;
}

/** Gives the credentials in force. */
export interface CredentialSource {
  /** There may be others after `refresh`. */
  readonly renewable: boolean;
  /**
   * Waits for them as long as a request waits for its server.
   * @throws {CredentialsError} when there are none; the signal's reason
   */
  current(signal: AbortSignal): Promise<Credentials>;
  /** The server says that these have expired: others are requested, unless that has been done since. */
  refresh(expired: Credentials): void;
  /** Whether another process asked for these: a server may have forgotten them since, before their time. */
  isShared(credentials: Credentials): boolean;
  /** What is known of those in force, for people; absent for those that are given and never change. */
  readonly facts?: () => CredentialFacts | undefined;
}

/** Where credentials come from, and until when they serve. */
export interface CredentialFacts {
  /** `environment`, `instance`; undefined where another process of this host got them. */
  readonly source: string | undefined;
  /** Milliseconds since 1970; Infinity for lasting ones. */
  readonly expires: number;
}

/** No source has credentials, or the one that is set up failed. The message contains what each of them said. */
export class CredentialsError extends PluginError {}

export function staticCredentials(credentials: Credentials): CredentialSource {
  return {
    renewable: false,
    current: async () => credentials,
    refresh: () => {},
    isShared: () => false,
  };
}
