import { OpenPgpError } from './openpgp-error.ts';

/** One packet of an OpenPGP message (RFC 4880, section 4). */
export interface Packet {
  readonly tag: number;
  readonly body: Uint8Array;
}

/** The kinds of packets that an encrypted secret is made of (RFC 4880, section 4.3; 20 is GnuPG's). */
export const TAG = {
  sessionKey: 3,
  compressed: 8,
  unprotected: 9,
  marker: 10,
  literal: 11,
  protected: 18,
  digest: 19,
  ocb: 20,
} as const;

const damaged = (): OpenPgpError => new OpenPgpError('is not a whole OpenPGP message');

/**
 * The packets of a message, with headers of the old and the new format, and bodies in pieces.
 * @throws {OpenPgpError} for anything else, and for a message that is cut.
 */
export function packetsOf(message: Uint8Array): Packet[] {
  const packets: Packet[] = [];
  let at = 0;
  const take = (count: number): Uint8Array => {
    if (at + count > message.length) throw damaged();
    at += count;
    return message.subarray(at - count, at);
  };
  const number = (octets: number): number => take(octets).reduce((sum, octet) => sum * 256 + octet, 0);
  while (at < message.length) {
    const header = number(1);
    if ((header & 0x80) === 0) throw damaged();
    if ((header & 0x40) === 0) {
      const kind = header & 3;
      const length = kind === 3 ? message.length - at : number(1 << kind);
      packets.push({ tag: (header >> 2) & 15, body: take(length) });
      continue;
    }
    const pieces: Uint8Array[] = [];
    for (let isPartial = true; isPartial; ) {
      const first = number(1);
      isPartial = first >= 224 && first < 255;
      const length =
        first < 192
          ? first
          : first < 224
            ? (first - 192) * 256 + number(1) + 192
            : isPartial
              ? 2 ** (first & 31)
              : number(4);
      pieces.push(take(length));
    }
    packets.push({
      tag: header & 63,
      body: pieces.length === 1 ? (pieces[0] ?? new Uint8Array(0)) : Buffer.concat(pieces),
    });
  }
  return packets;
}

/** A packet with a header of the new format. */
export function packet(tag: number, body: Uint8Array): Uint8Array<ArrayBuffer> {
  const { length } = body;
  const octets =
    length < 192
      ? [length]
      : length < 8384
        ? [((length - 192) >> 8) + 192, (length - 192) & 255]
        : [255, length >>> 24, (length >> 16) & 255, (length >> 8) & 255, length & 255];
  return Uint8Array.from([0xc0 | tag, ...octets, ...body]);
}
