import { printable } from '../../base/printable.ts';
import { foundOf } from './given-keys.ts';
import { type Profile, type ProfileFiles, readProfileFiles } from './profile-files.ts';
import {
  type Found,
  NotSet,
  type Role,
  type Source,
  SourceError,
  type SourceParts,
  variable,
} from './source.ts';

/** The profile that is set, or that AWS_PROFILE names, else `default`. */
export const profileKeys: Source = async (parts, signal) => {
  const set = parts.settings.profile;
  const named = set ?? variable(parts, 'AWS_PROFILE') ?? variable(parts, 'AWS_DEFAULT_PROFILE');
  const name = named ?? 'default';
  const files = readProfileFiles(parts);
  const profile = files.profiles.get(name);
  if (profile === undefined || !tells(profile)) {
    const why = profile === undefined ? 'is not' : 'has no keys, role or credential_process';
    if (named === undefined) return new NotSet(`"default" ${why} in ${files.paths}`);
    throw new SourceError(`"${printable(name)}" ${why} in ${files.paths}`, {
      hint: `${set === undefined ? 'AWS_PROFILE' : 'the name'} must be that of a profile with keys, a role or a credential_process, on every host`,
    });
  }
  return await resolve({ parts, signal, files }, name, []);
};

interface Reading {
  readonly parts: SourceParts;
  readonly signal: AbortSignal;
  readonly files: ProfileFiles;
}

const SETTINGS = [
  'aws_access_key_id',
  'aws_secret_access_key',
  'role_arn',
  'source_profile',
  'credential_source',
  'credential_process',
  'web_identity_token_file',
] as const;

/** Settings of sign-ins that a person makes at a terminal, which a backup has none of. */
const INTERACTIVE = ['sso_session', 'sso_start_url', 'sso_account_id', 'login_session'] as const;

function tells(profile: Profile): boolean {
  return [...SETTINGS, ...INTERACTIVE].some((name) => profile.has(name));
}

/** @param before the profiles that led here by source_profile */
async function resolve(reading: Reading, name: string, before: readonly string[]): Promise<Found> {
  const { parts, signal, files } = reading;
  const profile = files.profiles.get(name);
  const shown = `"${printable(name)}"`;
  if (profile === undefined) {
    const last = before.at(-1) ?? '';
    throw new SourceError(
      `"${printable(last)}" names source_profile ${shown}, which is not in ${files.paths}`,
    );
  }
  const setting = (key: (typeof SETTINGS)[number]): string | undefined => {
    const value = profile.get(key);
    return value === '' ? undefined : value;
  };
  const [id, secret] = [setting('aws_access_key_id'), setting('aws_secret_access_key')];
  // A role whose source is the profile itself: its own keys are meant.
  if (before.includes(name) && (id === undefined || secret === undefined)) {
    const way = [...before, name].map((step) => `"${printable(step)}"`).join(' > ');
    throw new SourceError(`the source_profile entries refer to each other in a circle: ${way}`);
  }
  const arn = setting('role_arn');
  if (arn !== undefined && !(before.length > 0 && id !== undefined && secret !== undefined)) {
    return await assume(reading, name, before, profile, arn);
  }
  if (id !== undefined && secret !== undefined) {
    return staticKeys(shown, id, secret, profile.get('aws_session_token'));
  }
  if (id !== undefined || secret !== undefined) {
    const missing = id === undefined ? 'aws_access_key_id' : 'aws_secret_access_key';
    throw new SourceError(`${shown} has no ${missing}, which belongs to the other key`);
  }
  const command = setting('credential_process');
  if (command !== undefined) {
    const { processKeys } = await import('./process.ts');
    return await processKeys(parts, signal, `${shown}: `, command);
  }
  const source = setting('credential_source');
  if (source !== undefined) return await fromNamedSource(reading, shown, source);
  if (INTERACTIVE.some((key) => profile.has(key))) {
    throw new SourceError(`${shown} signs in by IAM Identity Center (SSO), which is not supported`, {
      hint: `let the AWS CLI sign in, by this line in a profile: credential_process = aws configure export-credentials --profile PROFILE --format process`,
    });
  }
  throw new SourceError(`${shown} has no keys, role or credential_process`);
}

function staticKeys(shown: string, id: string, secret: string, token: string | undefined): Found {
  if (!/^[\x21-\x7e]+$/.test(id + (token ?? ''))) {
    throw new SourceError(
      `${shown}: aws_access_key_id or aws_session_token has spaces or control characters`,
    );
  }
  return foundOf({ id, secret, token: token === '' ? undefined : token }, undefined);
}

async function assume(
  reading: Reading,
  name: string,
  before: readonly string[],
  profile: Profile,
  arn: string,
): Promise<Found> {
  const { parts, signal } = reading;
  const shown = `"${printable(name)}"`;
  const role: Role = {
    arn,
    sessionName: profile.get('role_session_name') ?? variable(parts, 'AWS_ROLE_SESSION_NAME'),
    externalId: profile.get('external_id'),
    duration: profile.get('duration_seconds'),
    region: profile.get('region'),
  };
  const [from, source] = [profile.get('source_profile'), profile.get('credential_source')];
  const tokenFile = profile.get('web_identity_token_file');
  if (from === undefined && source === undefined && tokenFile !== undefined) {
    const { roleByToken } = await import('./web-identity.ts');
    return await roleByToken(parts, signal, tokenFile, role);
  }
  if (from !== undefined && source !== undefined) {
    throw new SourceError(`${shown} has both source_profile and credential_source: remove one of them`);
  }
  if (profile.has('mfa_serial')) {
    throw new SourceError(
      `${shown} needs a code from an MFA device (mfa_serial), which the plugin can't enter`,
    );
  }
  let found: Found;
  if (from !== undefined) found = await resolve(reading, from, [...before, name]);
  else if (source !== undefined) found = await fromNamedSource(reading, shown, source);
  else {
    throw new SourceError(
      `${shown} has a role_arn, but no source_profile, credential_source or web_identity_token_file`,
    );
  }
  const { assumeRole } = await import('./sts.ts');
  return await assumeRole(parts, signal, role, found.credentials);
}

async function fromNamedSource({ parts, signal }: Reading, shown: string, source: string): Promise<Found> {
  const found = await namedSource(shown, source).then(async (keysOf) => await keysOf(parts, signal));
  if (!(found instanceof NotSet)) return found;
  throw new SourceError(`${shown} has credential_source ${source}: ${found.reason}`);
}

async function namedSource(shown: string, source: string): Promise<Source> {
  switch (source) {
    case 'Environment':
      return (await import('./environment.ts')).environmentKeys;
    case 'EcsContainer':
      return (await import('./container.ts')).containerKeys;
    case 'Ec2InstanceMetadata':
      return (await import('./instance.ts')).instanceKeys;
    default:
      throw new SourceError(
        `${shown} has credential_source ${printable(source)}: must be Environment, Ec2InstanceMetadata or EcsContainer`,
      );
  }
}
