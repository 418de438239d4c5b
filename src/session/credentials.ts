import type { ConnectionConfig } from '../config/config.ts';
import type { Log } from '../log/log.ts';
import { type CredentialSource, staticCredentials } from '../s3/auth/credentials.ts';
import type { Transport } from '../s3/http/transport.ts';
import type { RetryPolicy } from '../s3/retry.ts';

/** What signing in needs, in addition to the config. */
export interface SignInParts {
  readonly transport: Transport;
  readonly retryPolicy: RetryPolicy;
  /** Whether a server that has never answered is waited for as long as any other. */
  readonly patient: boolean;
  /** Of the store, where the config or the endpoint's host names it. */
  readonly region: string | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly log: Log;
}

/** The keys of the config file, or those that this host has another way; nothing of the latter is loaded for the former. */
export async function credentialsOf(
  connection: ConnectionConfig,
  parts: SignInParts,
): Promise<CredentialSource> {
  const { signIn } = connection;
  if (signIn.from === 'file') return staticCredentials(signIn);
  const { hostCredentialsOf } = await import('./host-credentials.ts');
  return await hostCredentialsOf(signIn, connection, parts);
}
