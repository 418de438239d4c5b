import { PluginError } from '../../base/plugin-error.ts';
import { CredentialsError } from './credentials.ts';
import { type Found, NotSet, type Source, type SourceParts } from './source.ts';

/** The sources in AWS's order. Each is loaded when it is its turn. */
const SOURCES: readonly { readonly name: string; readonly load: () => Promise<Source> }[] = [
  { name: 'environment', load: async () => (await import('./environment.ts')).environmentKeys },
  { name: 'profile', load: async () => (await import('./profile.ts')).profileKeys },
  { name: 'web identity', load: async () => (await import('./web-identity.ts')).webIdentityKeys },
  { name: 'container', load: async () => (await import('./container.ts')).containerKeys },
  { name: 'instance', load: async () => (await import('./instance.ts')).instanceKeys },
];

/**
 * The credentials of the first source that is set up on this host: environment, shared profile, web identity,
 * container, instance metadata.
 * @param hint what to do where none is
 * @throws {CredentialsError} what each of them said
 */
export async function askInOrder(parts: SourceParts, signal: AbortSignal, hint: string): Promise<Found> {
  const said: string[] = [];
  for (const { name, load } of SOURCES) {
    try {
      const keysOf = await load();
      const found = await keysOf(parts, signal);
      if (!(found instanceof NotSet)) {
        parts.log.verbose(`credentials come from: ${name}`);
        return found;
      }
      said.push(`${name}: ${found.reason}`);
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof PluginError)) throw error;
      throw noneFound([...said, `${name}: ${error.message}`], hintOf(error, said.length, hint), error);
    }
  }
  throw noneFound(said, hint);
}

/** The last source is tried even if nobody set it up: its hint is one of several ways out. */
function hintOf(error: PluginError, before: number, hint: string): string {
  if (error.hint === undefined) return hint;
  return before === SOURCES.length - 1 ? `${hint}; ${error.hint}` : error.hint;
}

function noneFound(said: readonly string[], hint: string, cause?: unknown): CredentialsError {
  return new CredentialsError(`no credentials found (${said.join('; ')})`, { hint, cause });
}
