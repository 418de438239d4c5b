import { afterEach, describe, expect, test } from 'bun:test';
import { type S3Server, type S3ServerOptions, startS3Server } from '../../lab/s3-server/server.ts';
import { Secret } from '../../src/base/secret.ts';
import { ProcessLog } from '../../src/log/log.ts';
import { type CredentialSource, staticCredentials } from '../../src/s3/auth/credentials.ts';
import { type ClientParts, S3Client } from '../../src/s3/client.ts';
import { S3Error } from '../../src/s3/errors/s3-error.ts';
import { Transport, type WireRequest } from '../../src/s3/http/transport.ts';
import { TransportError } from '../../src/s3/http/transport-error.ts';
import { headObject } from '../../src/s3/operations/head-object.ts';
import { putObject } from '../../src/s3/operations/put-object.ts';
import { UNKNOWN_PROVIDER } from '../../src/s3/providers/providers.ts';
import { Throttle } from '../../src/s3/throttle.ts';

const POLICY = { checksum: 'auto', payloadSigning: 'auto' } as const;
const KEYS = { accessKeyId: 'testkey', secretAccessKey: new Secret('testsecret'), sessionToken: undefined };

let server: S3Server | undefined;
afterEach(async () => {
  await server?.stop();
  server = undefined;
});

/** A client of a server that plays Amazon's: the address is the same in every region. */
async function clientOf(
  options: S3ServerOptions,
  changes: Partial<ClientParts> & { aws?: boolean } = {},
): Promise<{ client: S3Client; played: S3Server }> {
  const played = await startS3Server(options);
  server = played;
  const { aws = true, ...parts } = changes;
  const client = new S3Client({
    bucket: 'backups',
    region: 'us-east-1',
    addressFor: () => ({ scheme: 'http', host: `127.0.0.1:${played.port}`, root: '/backups', aws }),
    provider: UNKNOWN_PROVIDER,
    credentials: staticCredentials(KEYS),
    transport: new Transport({
      trust: () => ({ rejectUnauthorized: true }),
      proxy: undefined,
      userAgent: 'test',
    }),
    throttle: new Throttle(4),
    retryPolicy: { timeout: 2000, reachTimeout: 2000, maxRetries: undefined },
    proxied: false,
    log: new ProcessLog(() => {}),
    signal: new AbortController().signal,
    ...parts,
  });
  return { client, played };
}

const put = (client: S3Client, key = 'a'): Promise<void> => putObject(client, key, new Uint8Array(3), POLICY);

describe('a bucket in another region', () => {
  test('is followed on Amazon hosts, once, and all further requests go there directly', async () => {
    const { client, played } = await clientOf({ region: 'eu-central-1' });
    await put(client);
    await put(client, 'b');
    expect(played.requests.map(({ status }) => status)).toEqual([400, 200, 200]);
    expect(played.requests.at(-1)?.headers.get('authorization')).toContain('/eu-central-1/s3/');
  });

  test('is followed by many requests at once', async () => {
    const { client, played } = await clientOf({ region: 'eu-central-1' });
    await Promise.all(['a', 'b', 'c', 'd', 'e', 'f'].map((key) => put(client, key)));
    expect(played.objects.keys('backups')).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
  });

  test('is followed after a 301 that names it', async () => {
    const { client, played } = await clientOf({ region: 'eu-central-1' });
    played.faults.add({
      when: { operation: 'PutObject', nth: 1 },
      do: {
        kind: 'answer',
        status: 301,
        code: 'PermanentRedirect',
        headers: { 'x-amz-bucket-region': 'eu-central-1', location: 'http://127.0.0.1:1/' },
      },
    });
    await put(client);
    expect(played.requests.map(({ status }) => status)).toEqual([301, 200]);
  });

  test('is not followed twice: a server that sends around ends in an error', async () => {
    const { client, played } = await clientOf({});
    for (const region of ['eu-west-1', 'us-east-1']) {
      played.faults.add({
        when: { operation: 'PutObject', nth: region === 'eu-west-1' ? 1 : 2 },
        do: {
          kind: 'answer',
          status: 301,
          code: 'PermanentRedirect',
          headers: { 'x-amz-bucket-region': region },
        },
      });
    }
    expect(put(client)).rejects.toThrow('PermanentRedirect');
    await put(client).catch(() => {});
    expect(played.requests.length).toBeGreaterThanOrEqual(2);
  });

  test('is not followed on other hosts: the hint names it', async () => {
    const { client, played } = await clientOf({ region: 'eu-central-1' }, { aws: false });
    const error = await put(client).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(S3Error);
    expect((error as S3Error).hint).toContain('set region: eu-central-1');
    expect(played.requests.length).toBe(1);
  });
});

describe('credentials that run out', () => {
  test('are asked for anew where there is a source of new ones', async () => {
    const fresh = { ...KEYS, accessKeyId: 'fresh', sessionToken: new Secret('new') };
    let current = { ...KEYS, sessionToken: new Secret('old') as Secret | undefined };
    const source: CredentialSource = {
      renewable: true,
      current: async () => current,
      refresh: () => {
        current = fresh;
      },
    };
    const { client, played } = await clientOf(
      {
        credentials: [
          { accessKeyId: 'testkey', secretAccessKey: 'testsecret', sessionToken: 'old', expired: true },
          { accessKeyId: 'fresh', secretAccessKey: 'testsecret', sessionToken: 'new' },
        ],
      },
      { credentials: source },
    );
    await put(client);
    expect(played.requests.map(({ status }) => status)).toEqual([400, 200]);
  });
});

describe('a source of credentials that does not answer', () => {
  test('is a failed try: the budget ends it', async () => {
    let asked = 0;
    const silent: CredentialSource = {
      renewable: true,
      current: () => {
        asked += 1;
        return new Promise(() => {});
      },
      refresh: () => {},
    };
    const { client } = await clientOf({}, { credentials: silent });
    const error = await put(client).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: 'ESTALLED',
      reason: 'the source of the credentials does not answer',
    });
    expect(asked).toBeGreaterThanOrEqual(3);
  });

  test('ends with the signal', async () => {
    const ending = new AbortController();
    const silent: CredentialSource = {
      renewable: true,
      current: () => new Promise(() => {}),
      refresh: () => {},
    };
    const { client } = await clientOf({}, { credentials: silent, signal: ending.signal });
    const pending = put(client).catch((thrown: unknown) => thrown);
    ending.abort(new Error('ended'));
    expect(String(await pending)).toContain('ended');
  });
});

describe('an S3Error tells all facts', () => {
  test('operation, bucket, key, status, code, request id, tries, cause and whether retrying can help', async () => {
    const { client } = await clientOf({});
    const error = await headObject(client, 'nothing').catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(S3Error);
    expect(error).toMatchObject({
      operation: 'HeadObject',
      bucket: 'backups',
      key: 'nothing',
      status: 404,
      code: 'NotFound',
      tries: 1,
      retryable: false,
    });
    expect((error as S3Error).requestId).toMatch(/^[0-9A-F]+$/);
    expect((error as S3Error).cause).toBeInstanceOf(Error);
  });

  test('after a fault that lasts: the tries, and that a later try can help', async () => {
    const { client, played } = await clientOf({});
    played.faults.add({
      when: { operation: 'PutObject', times: Infinity },
      do: { kind: 'answer', status: 500, code: 'InternalError' },
    });
    const error = await put(client).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ status: 500, code: 'InternalError', retryable: true });
    expect((error as S3Error).tries).toBeGreaterThanOrEqual(3);
  });
});

test('each further try that stood still gets twice the time, three times over', async () => {
  const given: (readonly [patience: number, ofPieces: number])[] = [];
  class Silent extends Transport {
    override exchange<T>({ patience, piecePatience }: WireRequest): Promise<T> {
      given.push([patience, piecePatience]);
      return Promise.reject(new TransportError('ESTALLED', 'nothing came'));
    }
  }
  const { client } = await clientOf(
    {},
    {
      transport: new Silent({ trust: () => ({ rejectUnauthorized: true }), userAgent: 'test' }),
      retryPolicy: { timeout: 100_000, reachTimeout: 100_000, maxRetries: 5 },
    },
  );
  await headObject(client, 'a').catch(() => {});
  expect(client.stallTimeout).toBe(20_000);
  expect(given).toEqual([1, 2, 4, 8, 8, 8].map((factor) => [factor * 20_000, factor * 20_000] as const));
});

test('a signal ends a request and a pause at once, with the signal as the error', async () => {
  const ending = new AbortController();
  const { client, played } = await clientOf({}, { signal: ending.signal });
  played.faults.add({
    when: { times: Infinity },
    do: { kind: 'answer', status: 503, code: 'SlowDown', headers: { 'retry-after': '600' } },
  });
  const pending = put(client).catch((thrown: unknown) => thrown);
  await new Promise<void>((resolve) => {
    const look = (): void => {
      if (played.requests.some(({ status }) => status === 503)) resolve();
      else setImmediate(look);
    };
    look();
  });
  const reason = new Error('ended by a test');
  ending.abort(reason);
  expect(await pending).toBe(reason);
});
