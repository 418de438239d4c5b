import { homedir } from 'node:os';
import type { ConnectionConfig } from '../config/config.ts';
import type { Log } from '../log/log.ts';
import { type CredentialSource, staticCredentials } from '../s3/auth/credentials.ts';
import type { Transport } from '../s3/http/transport.ts';
import type { RetryPolicy } from '../s3/retry.ts';

/** Whoever waits at a terminal hears within this that a host has no instance metadata, in milliseconds. */
const METADATA_TIMEOUT = 10_000;

const HINT =
  'set aws_access_key_id and aws_secret_access_key in the config file, or set up a source of the AWS credential chain on every host';

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
  { signIn, address: { dualStack, fips } }: ConnectionConfig,
  parts: SignInParts,
): Promise<CredentialSource> {
  if (signIn.from === 'file') return staticCredentials(signIn);
  const { chainCredentials } = await import('../s3/auth/chain.ts');
  const { patient, retryPolicy, environment } = parts;
  const home = environment['HOME'] ?? '';
  const metadataTimeout = (expected: boolean): number =>
    patient && expected ? retryPolicy.timeout : METADATA_TIMEOUT;
  return chainCredentials(
    { ...parts, dualStack, fips, home: home === '' ? homedir() : home, metadataTimeout },
    HINT,
  );
}
