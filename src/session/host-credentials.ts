import { homedir } from 'node:os';
import type { ConnectionConfig, HostSignIn, RoleConfig } from '../config/config.ts';
import type { SourceName } from '../s3/auth/chain.ts';
import type { CredentialSource } from '../s3/auth/credentials.ts';
import type { Ask } from '../s3/auth/renewing.ts';
import type { SignIn } from '../s3/auth/sign-in.ts';
import type { Role, SourceParts, SourceSettings } from '../s3/auth/source.ts';
import type { SignInParts } from './credentials.ts';

/** Whoever waits at a terminal hears within this that a host has no instance metadata, in milliseconds. */
const METADATA_TIMEOUT = 10_000;

/** `role` says that there is one: its keys come as with `auto`. */
const SOURCES: Readonly<Record<HostSignIn['source'], SourceName | undefined>> = {
  auto: undefined,
  role: undefined,
  keys: 'keys',
  environment: 'environment',
  profile: 'profile',
  web_identity: 'web identity',
  process: 'process',
  container: 'container',
  instance: 'instance',
};

const HINT =
  'set aws_access_key_id and aws_secret_access_key in the config file, or set up a source of the AWS credential chain on every host';

const ROLE_HINT =
  'every host must reach STS and trust its certificate: see sts_endpoint, http_proxy and ca_file';

/** What to do where the one source that is named is not set up, or fails without a hint of its own. */
const HINTS: Partial<Readonly<Record<HostSignIn['source'], string>>> = {
  environment:
    'set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment of the database on every host, or name another credential_source',
  profile: 'set aws_profile to a profile that is there on every host, or name another credential_source',
  web_identity:
    'set role_arn and web_identity_token_file, or AWS_ROLE_ARN and AWS_WEB_IDENTITY_TOKEN_FILE in the environment of the database',
  container:
    'ECS and EKS set AWS_CONTAINER_CREDENTIALS_RELATIVE_URI or _FULL_URI: the database on every host must have it in its environment',
  instance: 'the host must be an EC2 instance with a role, where AWS_EC2_METADATA_DISABLED is not true',
};

/** The keys that this host has, as the config says. What is kept of another process is read before any source is loaded. */
export async function hostCredentialsOf(
  signIn: HostSignIn,
  connection: ConnectionConfig,
  parts: SignInParts,
): Promise<CredentialSource> {
  const { hostCredentials } = await import('./shared-keys.ts');
  return hostCredentials(askFor(signIn, connection, parts), { ...parts, signIn, connection }, parts.log);
}

function homeOf({ environment }: SignInParts): string {
  const home = environment['HOME'] ?? '';
  return home === '' ? homedir() : home;
}

/** The one place where a sign-in becomes a question. Nothing of the sources is loaded before it is put. */
function askFor(signIn: HostSignIn, { address }: ConnectionConfig, parts: SignInParts): Ask {
  const { patient, retryPolicy } = parts;
  const isNamed = signIn.source === 'instance';
  const sourceParts: Omit<SourceParts, 'tlsHintFor'> = {
    ...parts,
    settings: settingsOf(signIn, address.region),
    dualStack: address.dualStack,
    fips: address.fips,
    home: homeOf(parts),
    metadataTimeout: (expected) =>
      patient && (expected || isNamed) ? retryPolicy.timeout : METADATA_TIMEOUT,
  };
  const wanted = wantedOf(signIn, sourceParts.settings);
  return async (signal) => {
    const { signInBy } = await import('../s3/auth/sign-in.ts');
    const { tlsHintFor } = await import('./hint.ts');
    return await signInBy(wanted, { ...sourceParts, tlsHintFor }, signal);
  };
}

function settingsOf(signIn: HostSignIn, region: string | undefined): SourceSettings {
  const { source, keys, profile, role, stsEndpoint, webIdentityTokenFile, process } = signIn;
  const isOpen = keys === undefined && (source === 'auto' || source === 'role');
  const byToken = source === 'web_identity' || (isOpen && webIdentityTokenFile !== undefined);
  return {
    keys,
    profile: profile.name,
    credentialsFile: profile.credentialsFile,
    configFile: profile.configFile,
    tokenFile: webIdentityTokenFile,
    tokenRole: byToken && role !== undefined ? roleOf(role) : undefined,
    command: process,
    sts: stsEndpoint === undefined ? undefined : { url: stsEndpoint, region },
  };
}

function wantedOf({ source, role }: HostSignIn, { tokenRole }: SourceSettings): SignIn {
  return {
    source: SOURCES[source],
    role: role === undefined || tokenRole !== undefined ? undefined : roleOf(role),
    titles: {
      source: `credential_source: ${source}`,
      role: source === 'auto' ? 'role_arn' : `credential_source: ${source}: role_arn`,
    },
    hints: { source: HINTS[source] ?? HINT, role: ROLE_HINT },
  };
}

function roleOf({ arn, sessionName, externalId, duration }: RoleConfig): Role {
  return { arn, sessionName, externalId, duration: String(Math.ceil(duration / 1000)) };
}
