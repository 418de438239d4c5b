import { describe, expect, test } from 'bun:test';
import { assert, asyncProperty, string } from 'fast-check';
import { decrypt } from '../../../src/config/openpgp/decrypt.ts';
import { encrypt } from '../../../src/config/openpgp/encrypt.ts';
import { packet, packetsOf } from '../../../src/config/openpgp/packets.ts';
import { NOT_READ, OF_GPG, OF_PGCRYPTO, PASSPHRASE } from './messages.ts';

const DENIED = 'was encrypted with another key, or is damaged';
const CUT = 'is not a whole OpenPGP message';

async function textOf(hex: string, passphrase = PASSPHRASE): Promise<string> {
  return await decrypt(Buffer.from(hex, 'hex'), passphrase);
}

async function refusalOf(message: Uint8Array, passphrase = PASSPHRASE): Promise<string> {
  return await decrypt(message, passphrase).then(
    (text) => `read: ${text}`,
    (error: unknown) => (error instanceof Error ? error.message : 'not an error'),
  );
}

test.each(Object.entries(OF_PGCRYPTO))('a message of pgcrypto is read: %s', async (_, hex) => {
  expect(await textOf(hex)).toBe('s3cr3t/of+pgcrypto=');
});

test.each(Object.entries(OF_GPG))('a message of gpg is read: %s', async (_, hex) => {
  expect(await textOf(hex)).toBe('s3cr3t/of+gpg=');
});

test('what is encrypted here begins as a message of pgcrypto, and is another one each time', async () => {
  const messages = await Promise.all(
    [1, 2].map(async () => Buffer.from(await encrypt('secret', 'k')).toString('hex')),
  );
  for (const message of messages) expect(message).toStartWith('c30d04090302');
  expect(messages[0]).not.toBe(messages[1] ?? '');
});

test('any text and any passphrase come back', async () => {
  await assert(
    asyncProperty(
      string({ unit: 'binary', maxLength: 500 }),
      string({ unit: 'binary' }),
      async (text, key) => {
        const [written, passphrase] = [text.toWellFormed(), key.toWellFormed()];
        expect(await decrypt(await encrypt(written, passphrase), passphrase)).toBe(written);
      },
    ),
    { numRuns: 200 },
  );
});

test.each([1, 180, 181, 191, 192, 8300, 8400, 40_000])('a text of %d letters comes back', async (length) => {
  const text = 'x'.repeat(length);
  expect(await decrypt(await encrypt(text, 'k'), 'k')).toBe(text);
});

describe('a wrong key and a damaged message are the same refusal', () => {
  test.each(Object.entries({ ...OF_PGCRYPTO, ...OF_GPG }))('a wrong key: %s', async (_, hex) => {
    for (const key of ['', 'the-key ']) {
      expect(await refusalOf(Buffer.from(hex, 'hex'), key)).toBe(DENIED);
    }
  });

  test('each changed bit of what is encrypted', async () => {
    const message = await encrypt('secret', 'k');
    const first = packetsOf(message).at(1)?.body.length ?? 0;
    for (let at = message.length - first + 1; at < message.length; at += 1) {
      const changed = Uint8Array.from(message);
      changed[at] = (changed[at] ?? 0) ^ (1 << (at % 8));
      expect([at, await refusalOf(changed, 'k')]).toEqual([at, DENIED]);
    }
  });

  test('each changed bit of the message is refused', async () => {
    const message = await encrypt('secret', 'k');
    for (let bit = 0; bit < 8 * message.length; bit += 1) {
      const changed = Uint8Array.from(message);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect([bit, await refusalOf(changed, 'k')]).not.toEqual([bit, 'read: secret']);
    }
  });
});

test('a message that is cut anywhere is told', async () => {
  const message = await encrypt('secret', 'k');
  for (let length = 1; length < message.length; length += 1) {
    const why = await refusalOf(message.subarray(0, length), 'k');
    expect([length, why]).toEqual([
      length,
      length === 15 ? 'is not an OpenPGP message encrypted with a passphrase' : CUT,
    ]);
  }
});

describe('what is not read is told in words', () => {
  test.each(['TripleDES', 'CAST5', 'Twofish', 'Camellia'] as const)('%s', async (cipher) => {
    expect(await refusalOf(Buffer.from(NOT_READ[cipher], 'hex'))).toBe(
      `is encrypted with ${cipher}, not with AES`,
    );
  });

  const key = Buffer.from('c30d0409030287dd8c748e198f6700', 'hex');
  const v5 = Buffer.from('8c0d05', 'hex');
  const cases: readonly (readonly [string, Uint8Array, string])[] = [
    ['no digest', Buffer.from(NOT_READ.noMdc, 'hex'), 'has no digest (MDC) that protects it from changes'],
    ['bzip2', Buffer.from(NOT_READ.bzip2, 'hex'), 'is compressed with bzip2, not with zip or zlib'],
    [
      'OCB of GnuPG',
      Buffer.concat([key, packet(20, new Uint8Array(60))]),
      'is encrypted in a newer form of OpenPGP (AEAD), which is not supported',
    ],
    [
      'a newer key',
      Buffer.concat([v5, new Uint8Array(12), packet(18, new Uint8Array(60))]),
      'is encrypted in a newer form of OpenPGP (AEAD), which is not supported',
    ],
    [
      'a newer protection',
      Buffer.concat([key, packet(18, Uint8Array.of(2, ...new Uint8Array(60)))]),
      'is encrypted in a newer form of OpenPGP (AEAD), which is not supported',
    ],
    [
      'an unknown recipe',
      Buffer.concat([Buffer.from('c30d0409040287dd8c748e198f6700', 'hex'), packet(18, new Uint8Array(60))]),
      'makes its key in an unknown way (4)',
    ],
    [
      'an unknown hash',
      Buffer.concat([Buffer.from('c30d0409036387dd8c748e198f6700', 'hex'), packet(18, new Uint8Array(60))]),
      'makes its key with an unknown hash (99)',
    ],
    [
      'a text in clear',
      packet(11, Buffer.from('t\0\0\0\0\0text')),
      'is not an OpenPGP message encrypted with a passphrase',
    ],
    ['no data', key, 'is not an OpenPGP message encrypted with a passphrase'],
    [
      'something else behind the key',
      Buffer.concat([key, packet(11, Buffer.from('t'))]),
      'is not an encrypted OpenPGP message',
    ],
    ['nothing', new Uint8Array(0), 'is not an OpenPGP message encrypted with a passphrase'],
    ['no packets', Buffer.from('hello'), CUT],
    ['too much', new Uint8Array(65 * 1024), 'is longer than 64 KB'],
  ];
  test.each(cases)('%s', async (_, message, why) => {
    expect(await refusalOf(message)).toBe(why);
  });
});

test('a message for several passphrases opens with each of them', async () => {
  const [mine, data] = packetsOf(Buffer.from(OF_PGCRYPTO['cipher-algo=aes256,sess-key=1'] ?? '', 'hex'));
  const [other] = packetsOf(Buffer.from(OF_PGCRYPTO['cipher-algo=aes128'] ?? '', 'hex'));
  const locks = [
    packet(3, other?.body ?? Buffer.of()),
    packet(10, Buffer.from('PGP')),
    packet(3, mine?.body ?? Buffer.of()),
  ];
  const message = Buffer.concat([...locks, packet(18, data?.body ?? Buffer.of())]);
  expect(await decrypt(message, PASSPHRASE)).toBe('s3cr3t/of+pgcrypto=');
});

describe('packets', () => {
  test('of the new format in pieces, and of the old one without an end', () => {
    const pieces = Buffer.concat([
      Buffer.of(0xc0 | 11, 224 + 1),
      Buffer.from('ab'),
      Buffer.of(224),
      Buffer.from('c'),
      Buffer.of(2),
      Buffer.from('de'),
    ]);
    expect(packetsOf(pieces)).toEqual([{ tag: 11, body: Buffer.from('abcde') }]);
    const open = Buffer.concat([Buffer.of(0x80 | (11 << 2) | 3), Buffer.from('rest')]);
    expect(packetsOf(open)).toEqual([{ tag: 11, body: Buffer.from('rest') }]);
    const two = Buffer.concat([
      Buffer.of(0x80 | (8 << 2) | 1, 0, 1),
      Buffer.from('a'),
      Buffer.of(0x80 | (8 << 2) | 2, 0, 0, 0, 1),
      Buffer.from('b'),
    ]);
    expect(packetsOf(two).map(({ body }) => Buffer.from(body).toString())).toEqual(['a', 'b']);
  });

  test.each([0, 191, 192, 8383, 8384, 70_000])('with a body of %d bytes come back', (length) => {
    const body = new Uint8Array(length).fill(7);
    const [read, ...others] = packetsOf(packet(11, body));
    expect([read?.tag, read?.body.length, others.length]).toEqual([11, length, 0]);
  });
});
