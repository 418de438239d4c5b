/**
 * The beginning of a message that is encrypted with a passphrase: a packet of tag 3 with a header of the new or the old
 * format, of version 4 (or of a newer one, to be refused in words).
 */
const START = /^(?:\\x)?(?:c3|8c)[0-7][0-9a-f]0[456]/i;
/** Hexadecimal digits of the shortest message: a session key packet and an encrypted, protected text of one letter. */
const SHORTEST = 100;

/** The bytes of an encrypted value, with or without PostgreSQL's `\x` in front; undefined for any other text. */
export function encryptedBytes(text: string): Uint8Array | undefined {
  if (text.length < SHORTEST || !START.test(text)) return undefined;
  const hex = text.replace(/^\\x/, '').replaceAll(/\s/g, '');
  return hex.length % 2 === 0 && /^[0-9a-f]*$/i.test(hex) ? Buffer.from(hex, 'hex') : undefined;
}
