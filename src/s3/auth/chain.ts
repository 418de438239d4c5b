import { PluginError } from '../../base/plugin-error.ts';
import { CredentialsError } from './credentials.ts';
import { type Found, NotSet, type Source, type SourceParts } from './source.ts';

/** One of the places that keys come from. */
export type SourceName =
  | 'keys'
  | 'environment'
  | 'profile'
  | 'web identity'
  | 'process'
  | 'container'
  | 'instance';

/** Each is loaded when it is its turn. */
const SOURCES: Readonly<Record<SourceName, () => Promise<Source>>> = {
  keys: async () => (await import('./settings.ts')).givenKeys,
  environment: async () => (await import('./environment.ts')).environmentKeys,
  profile: async () => (await import('./profile.ts')).profileKeys,
  'web identity': async () => (await import('./web-identity.ts')).webIdentityKeys,
  process: async () => (await import('./settings.ts')).commandKeys,
  container: async () => (await import('./container.ts')).containerKeys,
  instance: async () => (await import('./instance.ts')).instanceKeys,
};

/** AWS's order. */
const ORDER = ['environment', 'profile', 'web identity', 'container', 'instance'] as const;

/**
 * The keys of what is set for the sign-in, otherwise those of the first source that is set up on this host: environment,
 * shared profile, web identity, container, instance metadata.
 * @param hint what to do where none is
 * @throws {CredentialsError} what each of them said
 */
export async function askInOrder(parts: SourceParts, signal: AbortSignal, hint: string): Promise<Found> {
  const said: string[] = [];
  const order = orderOf(parts);
  for (const name of order) {
    try {
      const found = await ask(name, parts, signal);
      if (!(found instanceof NotSet)) return found;
      said.push(`${name}: ${found.reason}`);
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof PluginError)) throw error;
      // The last source is tried even if nobody set it up: its hint is one of several ways out.
      const isLast = said.length === ORDER.length - 1;
      const own = error.hint === undefined ? hint : isLast ? `${hint}; ${error.hint}` : error.hint;
      throw noneFound([...said, `${name}: ${error.message}`], own, error);
    }
  }
  throw noneFound(said, hint);
}

function orderOf({ settings: { keys, tokenFile, command, profile } }: SourceParts): readonly SourceName[] {
  if (keys !== undefined) return ['keys'];
  if (tokenFile !== undefined) return ['web identity'];
  if (command !== undefined) return ['process'];
  if (profile !== undefined) return ['profile'];
  return ORDER;
}

/**
 * The keys of one source and no other.
 * @param title what the message begins with
 * @param hint what to do where the source itself says nothing
 * @throws {CredentialsError} that it is not set up, or how it failed
 */
export async function askOne(
  name: SourceName,
  parts: SourceParts,
  signal: AbortSignal,
  title: string,
  hint: string,
): Promise<Found> {
  let found: Found | NotSet;
  try {
    found = await ask(name, parts, signal);
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof PluginError)) throw error;
    throw new CredentialsError(`${title}: ${error.message}`, { hint: error.hint ?? hint, cause: error });
  }
  if (!(found instanceof NotSet)) return found;
  throw new CredentialsError(`${title}: ${found.reason}`, { hint });
}

async function ask(name: SourceName, parts: SourceParts, signal: AbortSignal): Promise<Found | NotSet> {
  const keysOf = await SOURCES[name]();
  const found = await keysOf(parts, signal);
  if (found instanceof NotSet) return found;
  parts.log.verbose(`credentials come from: ${name}`);
  return { ...found, source: name };
}

function noneFound(said: readonly string[], hint: string, cause?: unknown): CredentialsError {
  return new CredentialsError(`no credentials found (${said.join('; ')})`, { hint, cause });
}
