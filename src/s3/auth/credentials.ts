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
