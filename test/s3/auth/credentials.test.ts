import { afterAll, beforeEach, describe, expect, test } from 'bun:test';
import { Secret } from '../../../src/base/secret.ts';
import {
  type Credentials,
  CredentialsError,
  chainCredentials,
  staticCredentials,
} from '../../../src/s3/auth/credentials.ts';

/** The chain without anything of this machine: no files, no instance metadata. */
const BARE: Readonly<Record<string, string | undefined>> = {
  AWS_ACCESS_KEY_ID: undefined,
  AWS_SECRET_ACCESS_KEY: undefined,
  AWS_SESSION_TOKEN: undefined,
  AWS_CREDENTIAL_EXPIRATION: undefined,
  AWS_PROFILE: undefined,
  AWS_WEB_IDENTITY_TOKEN_FILE: undefined,
  AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: undefined,
  AWS_CONTAINER_CREDENTIALS_FULL_URI: undefined,
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  AWS_CONFIG_FILE: '/dev/null',
  AWS_EC2_METADATA_DISABLED: 'true',
};
const before = Object.fromEntries(Object.keys(BARE).map((name) => [name, process.env[name]]));

function environment(values: Readonly<Record<string, string | undefined>>): void {
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
}

beforeEach(() => environment(BARE));
afterAll(() => environment(before));

const chain = (): ReturnType<typeof chainCredentials> => chainCredentials((value) => new Secret(value));
const shown = ({ accessKeyId, secretAccessKey, sessionToken }: Credentials): unknown => [
  accessKeyId,
  secretAccessKey.reveal(),
  sessionToken?.reveal(),
];

test('keys of the config file are used as they are, and there is no source of new ones', async () => {
  const keys = { accessKeyId: 'AKIA', secretAccessKey: new Secret('s'), sessionToken: undefined };
  const source = staticCredentials(keys);
  source.refresh();
  expect(await source.current()).toBe(keys);
  expect(source.renewable).toBe(false);
});

describe('the AWS chain', () => {
  test('finds keys in the environment', async () => {
    environment({
      AWS_ACCESS_KEY_ID: 'AKIA1',
      AWS_SECRET_ACCESS_KEY: 'secret1',
      AWS_SESSION_TOKEN: 'token1',
    });
    expect(shown(await chain().current())).toEqual(['AKIA1', 'secret1', 'token1']);
  });

  test('is asked once for many requests', async () => {
    environment({ AWS_ACCESS_KEY_ID: 'AKIA1', AWS_SECRET_ACCESS_KEY: 'secret1' });
    const source = chain();
    const [first, second] = await Promise.all([source.current(), source.current()]);
    environment({ AWS_ACCESS_KEY_ID: 'AKIA2' });
    expect(second).toBe(first);
    expect(await source.current()).toBe(first);
  });

  test('is asked again after a refresh', async () => {
    environment({ AWS_ACCESS_KEY_ID: 'AKIA1', AWS_SECRET_ACCESS_KEY: 'secret1' });
    const source = chain();
    await source.current();
    environment({ AWS_ACCESS_KEY_ID: 'AKIA2', AWS_SECRET_ACCESS_KEY: 'secret2' });
    source.refresh();
    expect(source.renewable).toBe(true);
    expect(shown(await source.current())).toEqual(['AKIA2', 'secret2', undefined]);
  });

  test('without a source is an error that says what to do, and is asked again next time', async () => {
    const source = chain();
    const failed = await source.current().catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(CredentialsError);
    expect(failed).toMatchObject({ hint: expect.stringContaining('aws_access_key_id') as string });
    environment({ AWS_ACCESS_KEY_ID: 'AKIA1', AWS_SECRET_ACCESS_KEY: 'secret1' });
    expect(shown(await source.current())).toEqual(['AKIA1', 'secret1', undefined]);
  });
});
