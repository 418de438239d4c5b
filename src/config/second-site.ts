import { either } from '../base/either.ts';
import type { Config } from './config.ts';
import type { Normalised } from './normalise.ts';
import { REMOTE } from './options/second-site.ts';
import { MAY_BE_NONE, NONE, TWINS } from './options/twins.ts';
import { isOn } from './outside/points-outside.ts';
import type { RawConfig } from './raw-config.ts';
import { SWITCHES } from './second-options.ts';

/** Options that say where a site is: of the second site alone as soon as it has one of the first three. */
const WHERE = ['endpoint', 'endpoint_source', 'region'];
const ADDRESS = [...WHERE, 'remove_duplicate_bucket', 'dual_stack', 'fips', 'accelerate'];

/** Options that give keys, and what is assumed with them: each group is the second site's alone as soon as it has one. */
const KEYS = [
  'aws_access_key_id',
  'aws_secret_access_key',
  'aws_session_token',
  'credential_source',
  'aws_profile',
  'web_identity_token_file',
  'credential_process',
];
const ROLE = ['role_arn', 'role_external_id', 'sts_endpoint'];
const ROLE_DETAILS = ['role_session_name', 'role_session_duration'];
const SSE = [
  'sse',
  'sse_kms_key_id',
  'sse_kms_encryption_context',
  'sse_bucket_key',
  'sse_customer_key_file',
];
const LOCK = ['object_lock_mode', 'object_lock_retention'];

/** Not those of the first site, which its own reading has. */
const ONCE = ['replication', 'restore_failover'];

/**
 * The config of the first site with that of the second: each option of its own, and for the rest what the first has.
 * All problems of both are collected.
 * @param normalise reads the options of one site
 */
export async function withSecondSite(
  raw: RawConfig,
  first: Normalised,
  normalise: (raw: RawConfig) => Promise<Normalised>,
): Promise<Normalised> {
  const own = ownOptions(raw.options);
  const needs = needsOf(raw.options, own);
  if (needs !== undefined) return { problems: [...('problems' in first ? first.problems : []), needs] };
  if (own.size === 0) return first;
  const second = await normalise({ ...raw, options: optionsOfSecond(raw.options, own), notes: [] });
  if ('problems' in first || 'problems' in second) {
    const [known, more] = [first, second].map((read) => ('problems' in read ? read.problems : []));
    return { problems: [...(known ?? []), ...toldOfSecond(more ?? [], known ?? [], own)] };
  }
  const { config } = first;
  if (placeOf(config) === placeOf(second.config)) return { problems: [SAME_PLACE] };
  const { warnings, setUpWarnings, secrets } = second.config;
  return {
    config: {
      ...config,
      second: second.config,
      warnings: [...config.warnings, ...toldOfSecond(warnings, config.warnings, own)],
      setUpWarnings: [...config.setUpWarnings, ...toldOfSecond(setUpWarnings, config.setUpWarnings, own)],
      secrets: [...config.secrets, ...secrets],
    },
  };
}

const SAME_PLACE =
  'the second site is the first: "remote_bucket" and "remote_folder" name the same bucket and folder as "bucket" and "folder"';

/** What is wrong with options of a second site, or for one, where there is none. */
function needsOf(options: ReadonlyMap<string, string>, own: ReadonlyMap<string, string>): string | undefined {
  if (own.has('bucket')) return undefined;
  const switches: readonly string[] = SWITCHES.filter((name) => isOn(options.get(name)));
  const names = [...switches, ...[...own.keys()].map((name) => `${REMOTE}${name}`)];
  if (names.length === 0) return undefined;
  const verb = names.length === 1 ? 'needs' : 'need';
  return `${either(
    names.map((name) => `"${name}"`),
    'and',
  )} ${verb} "remote_bucket"`;
}

/** What distinguishes a site: in the same one a replica would be the backup itself. */
function placeOf({ bucket, folder, connection: { address } }: Config): string {
  const { endpoint, endpointSource, region, hostNamesBucket } = address;
  const host = endpoint === undefined ? [region] : [endpoint.host, endpoint.path];
  return JSON.stringify([host, endpointSource?.href, hostNamesBucket, bucket, folder]);
}

/** The options of the second site by the names that the first has for them. */
function ownOptions(options: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const names = ['bucket', 'folder', ...TWINS];
  return new Map(
    names.flatMap((name) => {
      const text = options.get(`${REMOTE}${name}`) ?? '';
      return text.trim() === '' ? [] : [[name, text] as const];
    }),
  );
}

function optionsOfSecond(
  all: ReadonlyMap<string, string>,
  own: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const has = (names: readonly string[]): boolean => names.some((name) => own.has(name));
  const dropped = new Set([
    ...ONCE,
    ...(has(WHERE) ? ADDRESS : []),
    // To AWS nothing goes in clear because another server has no TLS.
    ...(has(['region']) && !has(['endpoint', 'endpoint_source']) && isSet(all, 'endpoint')
      ? ['encryption', 'url_style']
      : []),
    ...(has(KEYS) ? [...KEYS, ...ROLE, ...(has(ROLE) ? [] : ROLE_DETAILS)] : has(ROLE) ? ROLE : []),
    ...(has(SSE) ? SSE : []),
    ...(isNone(own.get('object_lock_mode')) ? LOCK : []),
  ]);
  const inherited = [...all].filter(([name]) => !name.startsWith(REMOTE) && !dropped.has(name));
  const wanted = new Map([...inherited, ...own]);
  for (const name of MAY_BE_NONE) if (isNone(own.get(name))) wanted.delete(name);
  return wanted;
}

function isNone(text: string | undefined): boolean {
  return text?.trim().toLowerCase() === NONE;
}

function isSet(options: ReadonlyMap<string, string>, name: string): boolean {
  return (options.get(name) ?? '').trim() !== '';
}

/** What is said of the options of the second site: by their names there, and nothing that is said of the first already. */
function toldOfSecond(
  messages: readonly string[],
  known: readonly string[],
  own: ReadonlyMap<string, string>,
): readonly string[] {
  const groups = [WHERE, KEYS, SSE].filter((group) => group.some((name) => own.has(name)));
  const names = new Set([...own.keys(), ...groups.flat()]);
  return messages.flatMap((message) => {
    let told = message;
    for (const name of names) told = told.replaceAll(`"${name}"`, () => `"${REMOTE}${name}"`);
    if (told === message) return known.includes(message) ? [] : [`second site: ${message}`];
    return known.includes(told) ? [] : [told];
  });
}
