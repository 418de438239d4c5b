import { describe, expect, test } from 'bun:test';
import { readKeys } from '../../../src/s3/auth/given-keys.ts';
import { TransportError } from '../../../src/s3/http/transport-error.ts';

const KEYS = { AccessKeyId: 'AKIA', SecretAccessKey: 'the-secret', Token: 'the-token' };
const read = (document: unknown, date: string | null = null): ReturnType<typeof readKeys> =>
  readKeys(JSON.stringify(document), { token: 'Token' }, date);

describe('keys', () => {
  test('with a token and an end', () => {
    const { credentials, expires } = read({ ...KEYS, Expiration: '2099-01-01T00:00:00Z' });
    expect([
      credentials.accessKeyId,
      credentials.secretAccessKey.reveal(),
      credentials.sessionToken?.reveal(),
    ]).toEqual(['AKIA', 'the-secret', 'the-token']);
    expect(expires).toBe(Date.parse('2099-01-01T00:00:00Z'));
  });

  test('without either last', () => {
    const { credentials, expires } = read({ ...KEYS, Token: undefined });
    expect([credentials.sessionToken, expires]).toEqual([undefined, Number.POSITIVE_INFINITY]);
  });

  test('end by the clock of whoever gave them', () => {
    // Their clock shows 2001, and gives keys for an hour.
    const { expires } = read(
      { ...KEYS, Expiration: '2001-01-01T01:00:00Z' },
      'Mon, 01 Jan 2001 00:00:00 GMT',
    );
    expect(Math.abs(expires - Date.now() - 3_600_000)).toBeLessThan(60_000);
  });
});

test.each([
  ['not JSON: the-secret'],
  ['"the-secret"'],
  ['null'],
  [JSON.stringify({ ...KEYS, AccessKeyId: undefined })],
  [JSON.stringify({ ...KEYS, SecretAccessKey: '' })],
  [JSON.stringify({ ...KEYS, AccessKeyId: 'a\r\nb: c' })],
  [JSON.stringify({ ...KEYS, Token: 'the-token\n' })],
  [JSON.stringify({ ...KEYS, Expiration: 'the-secret' })],
  [JSON.stringify({ ...KEYS, Expiration: '2001-01-01T00:00:00Z' })],
])('%p is refused, and nothing of it is told', (text) => {
  const error: unknown = (() => {
    try {
      return readKeys(text, { token: 'Token' });
    } catch (thrown) {
      return thrown;
    }
  })();
  expect(error).toBeInstanceOf(TransportError);
  expect(String(error)).not.toContain('the-');
});
