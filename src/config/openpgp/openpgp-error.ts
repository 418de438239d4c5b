/** Why a message can't be read, in words that follow its name: `is encrypted with CAST5`. Never with a part of it. */
export class OpenPgpError extends Error {}

/**
 * What a wrong key and a damaged message have in common. They are not told apart: whoever may change the message must
 * not learn which of his changes came how far.
 */
export function wrongKeyOrDamaged(): OpenPgpError {
  return new OpenPgpError('was encrypted with another key, or is damaged');
}
