import { either } from '../base/either.ts';
import { readUrl, schemeByOption, withScheme } from './addresses.ts';
import type { SignInConfig, StaticKeys } from './config.ts';
import type { OptionValues } from './option-values.ts';
import type { OptionName } from './options.ts';
import { PATTERNS } from './patterns.ts';

/** What is in force unless the file says otherwise: milliseconds. */
const HOUR = 3_600_000;

/**
 * Where the keys come from, unless these are the file's and nothing else is said. A problem is added for options that
 * contradict each other or that miss another one, a warning for those that are set and not used.
 */
export function readHostSignIn(
  read: Partial<OptionValues>,
  keys: StaticKeys | undefined,
  problems: string[],
  warnings: string[],
): SignInConfig {
  const { role_arn: arn, credential_source: source = 'auto' } = read;
  checkSource(read, source, problems);
  checkRole(read, problems);
  const unused = unusedOf(read, source);
  if (unused.length > 0) {
    const verb = unused.length === 1 ? 'has' : 'have';
    warnings.push(`${quoted(unused)} ${verb} no effect: the keys come from ${wordsOf(source)}`);
  }
  const stsEndpoint = readStsEndpoint(read, problems);
  if (keys !== undefined && arn === undefined && (source === 'auto' || source === 'keys')) {
    return { from: 'file', ...keys };
  }
  return {
    from: 'host',
    source,
    keys,
    profile: {
      name: read.aws_profile,
      credentialsFile: read.aws_shared_credentials_file,
      configFile: read.aws_config_file,
    },
    role:
      arn === undefined
        ? undefined
        : {
            arn,
            externalId: read.role_external_id,
            sessionName: read.role_session_name,
            duration: read.role_session_duration ?? HOUR,
          },
    stsEndpoint,
    webIdentityTokenFile: read.web_identity_token_file,
    process: read.credential_process,
    cache: read.credential_cache ?? true,
  };
}

/** Without a scheme `encryption` decides, as for the endpoint: the answer has a secret key in it. */
function readStsEndpoint(read: Partial<OptionValues>, problems: string[]): URL | undefined {
  const text = read.sts_endpoint;
  const written = text === undefined ? undefined : withScheme(text, schemeByOption(read));
  return readUrl('sts_endpoint', written, PATTERNS.endpoint, problems);
}

type SourceValue = OptionValues['credential_source'];

/** The options that each say by themselves where keys come from, and the source that uses them. */
const WAYS = [
  ['aws_access_key_id', 'keys'],
  ['web_identity_token_file', 'web_identity'],
  ['credential_process', 'process'],
  ['aws_profile', 'profile'],
] as const;

function checkSource(read: Partial<OptionValues>, source: SourceValue, problems: string[]): void {
  const set = WAYS.map(([name]) => name).filter((name) => read[name] !== undefined);
  const isOpen = source === 'auto' || source === 'role';
  // The keys of the file come first, unless it is a role for which both could sign in.
  const [first] = set;
  if (isOpen && set.length > 1 && (first !== 'aws_access_key_id' || set[1] === 'web_identity_token_file')) {
    const sources = WAYS.filter(([name]) => set.includes(name)).map(([, by]) => by);
    problems.push(
      `${quoted(set)} each say where the keys come from: keep one of them, or set "credential_source" to ${either(sources)}`,
    );
  }
  const needs = (name: OptionName): void => {
    if (read[name] === undefined) problems.push(`option "credential_source" is "${source}": needs "${name}"`);
  };
  if (source === 'role') needs('role_arn');
  if (source === 'process') needs('credential_process');
  if (source === 'keys' && read.aws_secret_access_key === undefined) needs('aws_access_key_id');
}

function checkRole(read: Partial<OptionValues>, problems: string[]): void {
  const duration = read.role_session_duration;
  const ofRole = [
    ['role_external_id', read.role_external_id !== undefined],
    ['role_session_name', read.role_session_name !== undefined],
    ['role_session_duration', duration !== undefined && duration !== HOUR],
    ['web_identity_token_file', read.web_identity_token_file !== undefined],
  ] as const;
  const lonely = ofRole.filter(([, isSet]) => isSet).map(([name]) => name);
  if (read.role_arn === undefined && lonely.length > 0) {
    problems.push(`${quoted(lonely)} ${lonely.length === 1 ? 'needs' : 'need'} "role_arn"`);
  }
  const byToken = read.web_identity_token_file !== undefined || read.credential_source === 'web_identity';
  if (byToken && read.role_external_id !== undefined) {
    problems.push('"role_external_id" is not possible with a web identity: STS takes none then');
  }
}

/** What is set for another source than the one that is named. */
function unusedOf(read: Partial<OptionValues>, source: SourceValue): readonly string[] {
  const isOpen = source === 'auto' || source === 'role';
  if (isOpen && read.aws_access_key_id === undefined) return [];
  const used = isOpen ? 'keys' : source;
  return WAYS.filter(([name, by]) => by !== used && read[name] !== undefined).map(([name]) => name);
}

function wordsOf(source: SourceValue): string {
  return source === 'auto' || source === 'role' ? 'this file' : `credential_source ${source}`;
}

function quoted(names: readonly string[]): string {
  return either(
    names.map((name) => `"${name}"`),
    'and',
  );
}
