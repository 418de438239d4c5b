import { BLOCK, CipherFeedback, keyLengthOf } from './cipher.ts';
import { OpenPgpError, wrongKeyOrDamaged } from './openpgp-error.ts';
import { type Packet, packetsOf, TAG } from './packets.ts';
import { type KeyRecipe, keyOf, readRecipe } from './passphrase-key.ts';

/** Bytes of a message and of what it contains: a secret takes a hundred. */
const LONGEST = 64 * 1024;
/** The packet at the end that protects a message from changes (RFC 4880, section 5.14): its header and a SHA-1. */
const DIGEST_HEADER = [0xd3, 0x14] as const;
const DIGEST = 20;

/** A way to the key of a message: one for each of its passphrases. */
interface Lock {
  readonly cipher: number;
  readonly recipe: KeyRecipe;
  /** The message's own key and its cipher, encrypted with the passphrase's; empty: it is the passphrase's. */
  readonly wrapped: Uint8Array;
}

/**
 * The text in a message that was encrypted with a passphrase: by pgp_sym_encrypt of PostgreSQL, or by
 * `gpg --symmetric`, with AES and a digest (MDC).
 * @throws {OpenPgpError} without anything of message, passphrase or text in it.
 */
export async function decrypt(message: Uint8Array, passphrase: string): Promise<string> {
  if (message.length > LONGEST) throw new OpenPgpError('is longer than 64 KB');
  const packets = packetsOf(message).filter(({ tag }) => tag !== TAG.marker);
  const locks = packets.filter(({ tag }) => tag === TAG.sessionKey).map(readLock);
  const data = packets.at(-1);
  if (locks.length === 0 || data === undefined || locks.length !== packets.length - 1) {
    throw new OpenPgpError('is not an OpenPGP message encrypted with a passphrase');
  }
  const encrypted = readProtected(data);
  for (const lock of locks) {
    const plain = await opened(encrypted, lock, passphrase);
    if (plain !== undefined) return textOf(plain);
  }
  throw wrongKeyOrDamaged();
}

/** RFC 4880, section 5.3. */
function readLock({ body }: Packet): Lock {
  const [version = 0, cipher = 0] = body;
  if (version !== 4) throw aead();
  keyLengthOf(cipher);
  const { recipe, length } = readRecipe(body.subarray(2));
  return { cipher, recipe, wrapped: body.subarray(2 + length) };
}

/** RFC 4880, section 5.13. */
function readProtected({ tag, body }: Packet): Uint8Array {
  if (tag === TAG.unprotected) {
    throw new OpenPgpError('has no digest (MDC) that protects it from changes');
  }
  if (tag === TAG.ocb || (tag === TAG.protected && body[0] !== 1)) throw aead();
  if (tag !== TAG.protected) throw new OpenPgpError('is not an encrypted OpenPGP message');
  const encrypted = body.subarray(1);
  if (encrypted.length < BLOCK + 2 + DIGEST_HEADER.length + DIGEST) {
    throw new OpenPgpError('is not a whole OpenPGP message');
  }
  return encrypted;
}

function aead(): OpenPgpError {
  return new OpenPgpError('is encrypted in a newer form of OpenPGP (AEAD), which is not supported');
}

/** The packets inside; undefined when the digest is not that of the content. */
async function opened(
  encrypted: Uint8Array,
  { cipher, recipe, wrapped }: Lock,
  passphrase: string,
): Promise<Uint8Array | undefined> {
  let key = keyOf(recipe, passphrase, keyLengthOf(cipher));
  if (wrapped.length > 0) {
    const [innerCipher = 0, ...inner] = await (await CipherFeedback.with(key)).decrypt(wrapped);
    // Of a wrong passphrase these are arbitrary.
    if (![7, 8, 9].includes(innerCipher) || inner.length !== keyLengthOf(innerCipher)) return undefined;
    key = Uint8Array.from(inner);
  }
  const plain = await (await CipherFeedback.with(key)).decrypt(encrypted);
  const protectedPart = plain.subarray(0, -DIGEST);
  const digest = new Bun.CryptoHasher('sha1').update(protectedPart).digest();
  const header = protectedPart.subarray(-DIGEST_HEADER.length);
  const isIntact = isEqual(digest, plain.subarray(-DIGEST)) && isEqual(header, DIGEST_HEADER);
  return isIntact ? protectedPart.subarray(BLOCK + 2, -DIGEST_HEADER.length) : undefined;
}

/** In a time that does not depend on where they differ. */
function isEqual(left: ArrayLike<number>, right: ArrayLike<number>): boolean {
  let difference = left.length ^ right.length;
  for (let at = 0; at < left.length; at += 1) difference |= (left[at] ?? 0) ^ (right[at] ?? 0);
  return difference === 0;
}

/** The text of a literal packet, which may be compressed (RFC 4880, sections 5.6 and 5.9). */
function textOf(plain: Uint8Array): string {
  const [first, ...others] = packetsOf(plain);
  if (first === undefined || others.length > 0) throw new OpenPgpError('contains more than a text');
  if (first.tag === TAG.compressed) return textOf(inflated(first.body));
  if (first.tag !== TAG.literal) throw new OpenPgpError('contains something other than a text');
  const nameLength = first.body[1] ?? 0;
  const content = first.body.subarray(2 + nameLength + 4);
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content);
  } catch {
    throw new OpenPgpError('contains something other than a text in UTF-8');
  }
}

function inflated(body: Uint8Array): Uint8Array {
  const [method] = body;
  const content = Uint8Array.from(body.subarray(1));
  if (method === 0) return content;
  if (method !== 1 && method !== 2) {
    throw new OpenPgpError(
      `is compressed with ${method === 3 ? 'bzip2' : 'an unknown method'}, not with zip or zlib`,
    );
  }
  try {
    return method === 1 ? Bun.inflateSync(content) : Bun.inflateSync(content.subarray(2, -4));
  } catch {
    throw new OpenPgpError('contains compressed data that is damaged');
  }
}
