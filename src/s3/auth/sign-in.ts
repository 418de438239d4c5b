import { PluginError } from '../../base/plugin-error.ts';
import { askInOrder, askOne, type SourceName } from './chain.ts';
import { CredentialsError } from './credentials.ts';
import type { Found, Role, SourceParts } from './source.ts';

/** Whose keys, and as which role. */
export interface SignIn {
  /** Undefined: what is set, otherwise AWS's order. */
  readonly source: SourceName | undefined;
  /** Assumed with the keys of the source. */
  readonly role: Role | undefined;
  /** What a message begins with where one source or a role failed. */
  readonly titles: { readonly source: string; readonly role: string };
  /** What to do where whoever failed says nothing. */
  readonly hints: { readonly source: string; readonly role: string };
}

/**
 * Signs in once.
 * @throws {CredentialsError} which source failed, and how; the signal's reason
 */
export async function signInBy(
  { source, role, titles, hints }: SignIn,
  parts: SourceParts,
  signal: AbortSignal,
): Promise<Found> {
  const found =
    source === undefined
      ? await askInOrder(parts, signal, hints.source)
      : await askOne(source, parts, signal, titles.source, hints.source);
  if (role === undefined) return found;
  const { assumeRole } = await import('./sts.ts');
  try {
    const ofRole = await assumeRole(parts, signal, role, found.credentials);
    return { ...ofRole, source: `${found.source ?? ''}, as the role ${role.arn}` };
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof PluginError)) throw error;
    throw new CredentialsError(`${titles.role}: ${error.message}`, {
      hint: error.hint ?? hints.role,
      cause: error,
    });
  }
}
