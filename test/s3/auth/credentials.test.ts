import { expect, test } from 'bun:test';
import { Secret } from '../../../src/base/secret.ts';
import { staticCredentials } from '../../../src/s3/auth/credentials.ts';

test('keys of the config file are used as they are, and there is no source of new ones', async () => {
  const keys = { accessKeyId: 'AKIA', secretAccessKey: new Secret('s'), sessionToken: undefined };
  const source = staticCredentials(keys);
  source.refresh(keys);
  expect(await source.current(new AbortController().signal)).toBe(keys);
  expect(source.renewable).toBe(false);
});
