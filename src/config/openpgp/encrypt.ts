import { AES256, BLOCK, CipherFeedback, keyLengthOf } from './cipher.ts';
import { packet, TAG } from './packets.ts';
import { ITERATED, keyOf, SHA1 } from './passphrase-key.ts';

/**
 * 65,536 bytes are hashed, as pgcrypto does at least: each process of a backup does it again, and the passphrase is a
 * random key, which no number of rounds makes harder to guess.
 */
const COUNT = 0x60;

/**
 * A message as `pgp_sym_encrypt(text, passphrase, 'cipher-algo=aes256')` of PostgreSQL makes it: AES-256, a key of
 * iterated and salted SHA-1, a digest (MDC), no compression.
 */
export async function encrypt(text: string, passphrase: string): Promise<Uint8Array> {
  const salt = crypto.getRandomValues(new Uint8Array(8));
  const key = keyOf({ hash: SHA1, salt, count: COUNT }, passphrase, keyLengthOf(AES256));
  const random = crypto.getRandomValues(new Uint8Array(BLOCK));
  const content = Buffer.from(text);
  // Of the text's kind, without a name, and of no date.
  const literal = packet(TAG.literal, Buffer.concat([Buffer.from('t\0'), new Uint8Array(4), content]));
  const head = Buffer.concat([random, random.subarray(-2), literal, Uint8Array.of(0xd3, 0x14)]);
  const digest = new Bun.CryptoHasher('sha1').update(head).digest();
  const encrypted = await (await CipherFeedback.with(key)).encrypt(Buffer.concat([head, digest]));
  return Buffer.concat([
    packet(TAG.sessionKey, Uint8Array.of(4, AES256, ITERATED, SHA1, ...salt, COUNT)),
    packet(TAG.protected, Uint8Array.of(1, ...encrypted)),
  ]);
}
