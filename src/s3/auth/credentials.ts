import { PluginError, reasonOf } from '../../base/plugin-error.ts';
import type { Secret } from '../../base/secret.ts';

/** What requests are signed with. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: Secret;
  readonly sessionToken: Secret | undefined;
}

/** Gives the credentials in force; `refresh` asks their source anew, after an ExpiredToken. */
export interface CredentialSource {
  readonly renewable: boolean;
  current(): Promise<Credentials>;
  refresh(): void;
}

/** No source of the AWS chain had credentials. */
export class CredentialsError extends PluginError {}

export function staticCredentials(credentials: Credentials): CredentialSource {
  return {
    renewable: false,
    current: async () => credentials,
    refresh: () => {},
  };
}

/**
 * The AWS chain: environment, shared profile, web identity, container, instance metadata (IMDSv2). The
 * library behind it is large, so it is loaded only when the config has no keys (a start of 18 ms, not 5).
 */
export function chainCredentials(toSecret: (value: string) => Secret): CredentialSource {
  const renewBefore = 300_000;
  let pending: Promise<{ credentials: Credentials; expires: number }> | undefined;
  let chain:
    | (() => Promise<{
        accessKeyId: string;
        secretAccessKey: string;
        sessionToken?: string;
        expiration?: Date;
      }>)
    | undefined;

  async function ask(): Promise<{ credentials: Credentials; expires: number }> {
    try {
      const { fromNodeProviderChain } = await import('@aws-sdk/credential-providers');
      chain ??= fromNodeProviderChain();
      const found = await chain();
      return {
        credentials: {
          accessKeyId: found.accessKeyId,
          secretAccessKey: toSecret(found.secretAccessKey),
          sessionToken: found.sessionToken === undefined ? undefined : toSecret(found.sessionToken),
        },
        expires: found.expiration?.getTime() ?? Number.POSITIVE_INFINITY,
      };
    } catch (cause) {
      throw new CredentialsError(`no credentials found: ${reasonOf(cause)}`, {
        hint: 'give aws_access_key_id and aws_secret_access_key in the config file, or set up one source of the AWS chain on every host',
        cause,
      });
    }
  }

  return {
    renewable: true,
    async current() {
      pending ??= ask();
      const mine = pending;
      try {
        const { credentials, expires } = await mine;
        if (expires - Date.now() < renewBefore && pending === mine) pending = undefined;
        return credentials;
      } catch (error) {
        if (pending === mine) pending = undefined;
        throw error;
      }
    },
    refresh() {
      pending = undefined;
      // The chain keeps what it found until it expires by its own clock.
      chain = undefined;
    },
  };
}
