import { afterEach, describe, expect, test } from 'bun:test';
import type { S3ServerOptions } from '../../lab/s3-server/server.ts';
import { startTestServer, type TestServer } from '../../lab/test-server.ts';
import { PluginError } from '../../src/base/plugin-error.ts';
import { Secret } from '../../src/base/secret.ts';
import { untilAborted } from '../../src/base/until-aborted.ts';
import { ProcessLog } from '../../src/log/log.ts';
import { type CredentialSource, staticCredentials } from '../../src/s3/auth/credentials.ts';
import { type ClientParts, S3Client } from '../../src/s3/client.ts';
import { FailedAnswer } from '../../src/s3/errors/failed-answer.ts';
import { S3Error } from '../../src/s3/errors/s3-error.ts';
import type { WireAnswer } from '../../src/s3/http/answer.ts';
import { Transport, type WireRequest } from '../../src/s3/http/transport.ts';
import { TransportError } from '../../src/s3/http/transport-error.ts';
import { headObject } from '../../src/s3/operations/head-object.ts';
import { putObject } from '../../src/s3/operations/put-object.ts';
import { UNKNOWN_PROVIDER } from '../../src/s3/providers/providers.ts';
import { Throttle } from '../../src/s3/throttle.ts';
import { hintFor } from '../../src/session/hint.ts';

const POLICY = { checksum: 'auto', payloadSigning: 'auto' } as const;
const KEYS = { accessKeyId: 'testkey', secretAccessKey: new Secret('testsecret'), sessionToken: undefined };

let server: TestServer | undefined;
afterEach(async () => {
  await server?.stop();
  server = undefined;
});

/** A client of a server that plays Amazon's: the address is the same in every region. */
async function clientOf(
  options: S3ServerOptions,
  changes: Partial<ClientParts> & { aws?: boolean } = {},
): Promise<{ client: S3Client; played: TestServer }> {
  const played = await startTestServer(options);
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
    retryPolicy: { timeout: 60_000, reachTimeout: 60_000, maxRetries: undefined },
    hints: async () => hintFor,
    log: new ProcessLog(() => {}),
    signal: new AbortController().signal,
    ...parts,
  });
  return { client, played };
}

const put = (client: S3Client, key = 'a'): Promise<number> =>
  putObject(client, key, new Uint8Array(3), POLICY);

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
    const error = await put(client).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'PermanentRedirect', status: 301 });
    expect(played.requests.map(({ status }) => status)).toEqual([301, 301]);
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
      refresh: (expired) => {
        if (expired === current) current = fresh;
      },
      isShared: () => false,
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

function sourceOf(current: CredentialSource['current']): CredentialSource {
  return { renewable: true, current, refresh: () => {}, isShared: () => false };
}

describe('a source of credentials', () => {
  test('that fails has used up its own tries: its error is the error', async () => {
    let asked = 0;
    const broken = new PluginError('no credentials found');
    const failing = sourceOf(async () => {
      asked += 1;
      throw broken;
    });
    const { client, played } = await clientOf({}, { credentials: failing });
    expect(await put(client).catch((thrown: unknown) => thrown)).toBe(broken);
    expect([asked, played.requests.length]).toEqual([1, 0]);
  });

  test('hears of the signal of the request', async () => {
    const ending = new AbortController();
    const silent = sourceOf(async (signal) => await untilAborted(new Promise<never>(() => {}), signal));
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
    const retryPolicy = { timeout: 60_000, reachTimeout: 60_000, maxRetries: 3 };
    const { client, played } = await clientOf({}, { retryPolicy });
    played.faults.add({
      when: { operation: 'PutObject', times: Infinity },
      do: { kind: 'answer', status: 500, code: 'InternalError' },
    });
    const error = await put(client).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ status: 500, code: 'InternalError', retryable: true });
    expect((error as S3Error).tries).toBe(4);
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
      retryPolicy: { timeout: 36_000_000, reachTimeout: 36_000_000, maxRetries: 5 },
    },
  );
  await headObject(client, 'a').catch(() => {});
  expect(given).toEqual([1, 2, 4, 8, 8, 8].map((factor) => [factor * 60_000, factor * 60_000] as const));
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

/** An answer without a body; nobody reads it. */
const EMPTY_ANSWER: WireAnswer = {
  status: 200,
  headers: new Headers(),
  bytes: async () => new Uint8Array(0),
  pieces: async function* () {},
};

describe('a try', () => {
  const LIST = { operation: 'ListObjectsV2', method: 'GET' } as const;

  test('tells the operation its number', async () => {
    const { client } = await clientOf({});
    const seen: number[] = [];
    await client.send(LIST, async (answer, attempt) => {
      await answer.bytes();
      seen.push(attempt.number);
      if (attempt.number < 3) throw new TransportError('ESHORT', 'cut by a test');
    });
    expect(seen).toEqual([1, 2, 3]);
  });

  test('that moved bytes starts the time budget again', async () => {
    const timeout = 200;
    /** Answers at once, so that no connection's time matters. */
    class Prompt extends Transport {
      override async exchange<T>(
        _request: WireRequest,
        _signal: AbortSignal,
        read: (answer: WireAnswer) => Promise<T>,
      ): Promise<T> {
        return await read(EMPTY_ANSWER);
      }
    }
    const transport = new Prompt({
      trust: () => ({ rejectUnauthorized: true }),
      proxy: undefined,
      userAgent: 'test',
    });
    const retryPolicy = { timeout, reachTimeout: timeout, maxRetries: undefined };
    const { client } = await clientOf({}, { transport, retryPolicy });
    const tries = 5;
    const lasting = async (moves: boolean): Promise<number> => {
      let number = 0;
      await client
        .send(LIST, async (answer, attempt) => {
          await answer.bytes();
          ({ number } = attempt);
          // Each try takes longer than the whole budget.
          await Bun.sleep(timeout + 1);
          if (moves) attempt.progressed();
          if (number < tries) throw new TransportError('ESHORT', 'cut by a test');
        })
        .catch(() => {});
      return number;
    };
    expect(await lasting(true)).toBe(tries);
    // Without progress three tries are left to a process that is late.
    expect(await lasting(false)).toBe(3);
  });

  test.each([
    [503, 'SlowDown'],
    [503, ''],
    [429, ''],
    [400, 'RequestLimitExceeded'],
  ])('that is answered %p %s halves the requests in parallel', async (status, code) => {
    const throttle = new Throttle(8);
    const others = Promise.withResolvers<void>();
    let sent = 0;
    class Busy extends Transport {
      override async exchange<T>(): Promise<T> {
        sent += 1;
        if (sent === 5) throw new FailedAnswer(status, new Headers(), { code });
        await others.promise;
        return undefined as T;
      }
    }
    const limits: number[] = [];
    const log = new ProcessLog((_, message) => {
      if (!message.includes('failed')) return;
      limits.push(throttle.limit);
      others.resolve();
    }, 'verbose');
    const transport = new Busy({
      trust: () => ({ rejectUnauthorized: true }),
      proxy: undefined,
      userAgent: 'test',
    });
    const { client } = await clientOf({}, { throttle, transport, log });
    await Promise.all([1, 2, 3, 4, 5].map(() => client.send(LIST, async () => {})));
    // Five were on their way.
    expect(limits).toEqual([2]);
  });

  test('is given twice the time of the one before', async () => {
    const sent: WireRequest[] = [];
    class Failing extends Transport {
      override async exchange<T>(request: WireRequest): Promise<T> {
        sent.push(request);
        throw new TransportError('ECONNRESET', 'closed by a test');
      }
    }
    const transport = new Failing({
      trust: () => ({ rejectUnauthorized: true }),
      proxy: undefined,
      userAgent: 'test',
    });
    const { client } = await clientOf(
      {},
      { transport, retryPolicy: { timeout: 100_000, reachTimeout: 100_000, maxRetries: 3 } },
    );
    await put(client).catch(() => {});
    const [first = Number.NaN] = sent.map(({ patience }) => patience);
    expect(first).toBeGreaterThan(10_000);
    expect(sent.slice(0, 3).map(({ patience }) => patience / first)).toEqual([1, 2, 4]);
    expect(sent.map(({ piecePatience }) => piecePatience).slice(0, 3)).toEqual([20_000, 40_000, 80_000]);
  });
});

test('the server is given less time for its first answer by those who find out early that there is none', async () => {
  const sent: WireRequest[] = [];
  class Silent extends Transport {
    override async exchange<T>(request: WireRequest): Promise<T> {
      sent.push(request);
      throw new TransportError('ESTALLED', 'nothing came');
    }
  }
  const transport = new Silent({
    trust: () => ({ rejectUnauthorized: true }),
    proxy: undefined,
    userAgent: 'test',
  });
  const retryPolicy = { timeout: 600_000, reachTimeout: 60_000, maxRetries: 0 };
  const { client } = await clientOf({}, { transport, retryPolicy });
  await client.send({ operation: 'ListObjectsV2', method: 'GET' }, async () => {}).catch(() => {});
  expect(sent.map(({ patience }) => patience)).toEqual([12_000]);
});

test('counts what it sent again, and what asked for less, over all clients made of it', async () => {
  const { client, played } = await clientOf({});
  const fault = (nth: number, status: number, code: string): void =>
    played.faults.add({ when: { operation: 'PutObject', nth }, do: { kind: 'answer', status, code } });
  fault(1, 503, 'SlowDown');
  fault(2, 500, 'InternalError');
  fault(4, 429, 'TooManyRequests');
  fault(6, 403, 'AccessDenied');
  await put(client);
  await put(client.with({}));
  expect([client.server.retries, client.server.throttles]).toEqual([3, 2]);
  await put(client).catch(() => {});
  expect([client.server.retries, client.server.throttles]).toEqual([3, 2]);
});
