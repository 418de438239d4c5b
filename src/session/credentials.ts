import { homedir } from 'node:os';
import type { ConnectionConfig, HostSignIn } from '../config/config.ts';
import type { Log } from '../log/log.ts';
import { type CredentialSource, staticCredentials } from '../s3/auth/credentials.ts';
import type { Found } from '../s3/auth/source.ts';
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
  connection: ConnectionConfig,
  parts: SignInParts,
): Promise<CredentialSource> {
  const { signIn } = connection;
  if (signIn.from === 'file') return staticCredentials(signIn);
  const { renewingCredentials } = await import('../s3/auth/renewing.ts');
  return renewingCredentials(askFor(signIn, connection, parts), parts.log);
}

/** One question to whoever gives the keys: they, and until when they are valid. It may take long; ends with the signal. */
type Ask = (signal: AbortSignal) => Promise<Found>;

/** The one place where a sign-in becomes a question. Nothing of the sources is loaded before it is put. */
function askFor(_signIn: HostSignIn, { address: { dualStack } }: ConnectionConfig, parts: SignInParts): Ask {
  const { patient, retryPolicy, environment } = parts;
  const home = environment['HOME'] ?? '';
  const metadataTimeout = (expected: boolean): number =>
    patient && expected ? retryPolicy.timeout : METADATA_TIMEOUT;
  const sourceParts = { ...parts, dualStack, home: home === '' ? homedir() : home, metadataTimeout };
  return async (signal) => {
    const { askInOrder } = await import('../s3/auth/chain.ts');
    return await askInOrder(sourceParts, signal, HINT);
  };
}
