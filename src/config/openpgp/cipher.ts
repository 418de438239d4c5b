import { OpenPgpError } from './openpgp-error.ts';

/** Bytes of a block of AES. */
export const BLOCK = 16;

/** Bytes of the key, by the number of the cipher (RFC 4880, section 9.2). */
const KEY_LENGTHS: Readonly<Record<number, number>> = { 7: 16, 8: 24, 9: 32 };
const OTHER_CIPHERS: Readonly<Record<number, string>> = {
  1: 'IDEA',
  2: 'TripleDES',
  3: 'CAST5',
  4: 'Blowfish',
  10: 'Twofish',
  11: 'Camellia',
  12: 'Camellia',
  13: 'Camellia',
};

export const AES256 = 9;

/** @throws {OpenPgpError} for a cipher other than AES. */
export function keyLengthOf(cipher: number): number {
  const length = KEY_LENGTHS[cipher];
  if (length !== undefined) return length;
  throw new OpenPgpError(`is encrypted with ${OTHER_CIPHERS[cipher] ?? `cipher ${cipher}`}, not with AES`);
}

/**
 * AES in OpenPGP's variety of cipher feedback (RFC 4880, section 13.9, without its resynchronisation: the first vector
 * is zero). WebCrypto lacks that mode: each block of its key stream is one encrypted counter here. A secret has six;
 * `node:crypto` would cost 4.5 ms of a start for them, this 0.7.
 */
export class CipherFeedback {
  readonly #key: CryptoKey;

  private constructor(key: CryptoKey) {
    this.#key = key;
  }

  static async with(key: Uint8Array<ArrayBuffer>): Promise<CipherFeedback> {
    return new CipherFeedback(await crypto.subtle.importKey('raw', key, 'AES-CTR', false, ['encrypt']));
  }

  async decrypt(encrypted: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
    const starts = blockStarts(encrypted.length);
    const streams = await Promise.all(
      starts.map(async (start) => await this.#encryptBlock(encrypted.subarray(start - BLOCK, start))),
    );
    return xored(encrypted, streams);
  }

  async encrypt(plain: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
    const encrypted = new Uint8Array(plain.length);
    for (const start of blockStarts(plain.length)) {
      const stream = await this.#encryptBlock(encrypted.subarray(start - BLOCK, start));
      encrypted.set(xored(plain.subarray(start, start + BLOCK), [stream]), start);
    }
    return encrypted;
  }

  /** @param block nothing: a block of zeros */
  async #encryptBlock(block: Uint8Array): Promise<Uint8Array> {
    const counter = new Uint8Array(BLOCK);
    counter.set(block);
    const zeros = new Uint8Array(BLOCK);
    return new Uint8Array(
      await crypto.subtle.encrypt({ name: 'AES-CTR', counter, length: 64 }, this.#key, zeros),
    );
  }
}

function blockStarts(length: number): number[] {
  return Array.from({ length: Math.ceil(length / BLOCK) }, (_, index) => index * BLOCK);
}

function xored(bytes: Uint8Array, streams: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(bytes, (byte, at) => byte ^ (streams[Math.floor(at / BLOCK)]?.[at % BLOCK] ?? 0));
}
