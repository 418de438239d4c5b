import { OpenPgpError } from './openpgp-error.ts';

/** The hashes that make a key of a passphrase (RFC 4880, section 9.4). */
const HASHES = {
  1: 'md5',
  2: 'sha1',
  3: 'ripemd160',
  8: 'sha256',
  9: 'sha384',
  10: 'sha512',
  11: 'sha224',
} as const satisfies Readonly<Record<number, Bun.SupportedCryptoAlgorithms>>;

export const SHA1 = 2;
export const ITERATED = 3;
const SALT = 8;
const PIECE = 64 * 1024;

/** How a passphrase becomes a key: a "string-to-key specifier" (RFC 4880, section 3.7). */
export interface KeyRecipe {
  readonly hash: number;
  /** Empty: not salted. */
  readonly salt: Uint8Array;
  /** How many bytes of salt and passphrase, repeated, are hashed, as the octet that stands for it; undefined: once. */
  readonly count: number | undefined;
}

/**
 * Reads a specifier at the beginning of `bytes`, and gives its length too.
 * @throws {OpenPgpError} for one that is not known.
 */
export function readRecipe(bytes: Uint8Array): { readonly recipe: KeyRecipe; readonly length: number } {
  const [kind = -1, hash = 0] = bytes;
  const length = { 0: 2, 1: 2 + SALT, [ITERATED]: 3 + SALT }[kind];
  if (length === undefined) throw new OpenPgpError(`makes its key in an unknown way (${kind})`);
  if (bytes.length < length) throw new OpenPgpError('is not a whole OpenPGP message');
  if (!(hash in HASHES)) throw new OpenPgpError(`makes its key with an unknown hash (${hash})`);
  const salt = bytes.subarray(2, kind === 0 ? 2 : 2 + SALT);
  return { recipe: { hash, salt, count: kind === ITERATED ? bytes[2 + SALT] : undefined }, length };
}

/** The key of `length` bytes. The hash with the most rounds that a recipe can demand takes 35 ms. */
export function keyOf(
  { hash, salt, count }: KeyRecipe,
  passphrase: string,
  length: number,
): Uint8Array<ArrayBuffer> {
  const input = Buffer.concat([salt, Buffer.from(passphrase)]);
  const total = count === undefined ? input.length : Math.max(input.length, bytesOf(count));
  // Whole repetitions, so that a piece can follow itself.
  const repetitions = Math.min(Math.ceil(total / input.length), Math.floor(PIECE / input.length));
  const piece = Buffer.alloc(input.length * Math.max(1, repetitions || 0), input);
  const key = new Uint8Array(length);
  // A key longer than a hash is made of several, each with one more zero in front.
  for (let made = 0, zeros = 0; made < length; zeros += 1) {
    const hasher = new Bun.CryptoHasher(HASHES[hash as keyof typeof HASHES]).update(new Uint8Array(zeros));
    for (let left = total; left > 0; left -= piece.length) hasher.update(piece.subarray(0, left));
    const digest = hasher.digest();
    key.set(digest.subarray(0, length - made), made);
    made += digest.length;
  }
  return key;
}

/** How many bytes an octet stands for (RFC 4880, section 3.7.1.3). */
function bytesOf(count: number): number {
  return (16 + (count & 15)) << ((count >> 4) + 6);
}
