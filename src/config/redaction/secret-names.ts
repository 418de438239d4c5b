import { definitionOf } from '../site-options.ts';

/**
 * Words that name a secret in any program's config file. A file may have entries of other programs, and options of
 * another version of this one; neither is a reason to store their secrets.
 */
const WORDS = /secret|passw(?:or)?d|passphrase|token|private_?key|credential_?key/i;
/** The name of a file is not what is in it. */
const HARMLESS = /_(?:file|path|duration|encryption)$/i;

/** A name in a comment with the sign that gives it a value: `name: v`, `"name" : v`, `NAME=v`. */
const ASSIGNMENT = /([A-Za-z0-9_][A-Za-z0-9_.-]*)(["']?\s*(?::(?!\/\/)|=)[ \t]*)/g;

export type Sensitivity = 'secret' | 'address' | 'none';

/** Whether the value of an option or entry is a secret, or an address that may have one in it. */
export function sensitivityOf(name: string): Sensitivity {
  const known = name.toLowerCase();
  const kind = definitionOf(known)?.kind;
  if (kind !== undefined) {
    return ['secret', 'secret map', 'command'].includes(kind)
      ? 'secret'
      : kind === 'url'
        ? 'address'
        : 'none';
  }
  if (WORDS.test(name)) return HARMLESS.test(name) ? 'none' : 'secret';
  return /proxy|endpoint|url/i.test(name) ? 'address' : 'none';
}

/**
 * Whether an address contains more than a location: a user, a query, or a path long enough to have a token in
 * it.
 */
export function tellsMore(address: string): boolean {
  if (/[@?#]/.test(address)) return true;
  const path = address.replace(/^[A-Za-z][A-Za-z0-9+.-]*:\/\//, '').split('/');
  return path.slice(1).some(looksRandom);
}

/** A part of a path that nobody types: long, or letters and digits mixed. */
export function looksRandom(part: string): boolean {
  return part.length >= 20 || (part.length >= 8 && /[0-9]/.test(part) && /[A-Za-z]/.test(part));
}

/** A secret that a comment gives: where its name begins, and where its value. */
export interface CommentedSecret {
  readonly nameAt: number;
  readonly valueAt: number;
}

/** The first option in a comment's text whose value must not be seen. */
export function commentedSecret(comment: string): CommentedSecret | undefined {
  for (const match of comment.matchAll(ASSIGNMENT)) {
    const [all, name = '', sign = ''] = match;
    const valueAt = match.index + all.length;
    const kind = sensitivityOf(name);
    const value = comment.slice(valueAt).trim();
    if (kind === 'none' || (kind === 'address' && !tellsMore(value))) continue;
    return { nameAt: match.index + all.length - sign.length - name.length, valueAt };
  }
  return undefined;
}
