import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Secret } from '../../src/base/secret.ts';
import type { ConnectionConfig, HostSignIn } from '../../src/config/config.ts';
import { ProcessLog } from '../../src/log/log.ts';
import type { Ask } from '../../src/s3/auth/renewing.ts';
import type { Found } from '../../src/s3/auth/source.ts';
import { sharedKeys } from '../../src/session/shared-keys.ts';

const HOUR = 3_600_000;
const { signal } = new AbortController();

const SIGN_IN: HostSignIn = {
  source: 'instance',
  keys: undefined,
  profile: { name: undefined, credentialsFile: undefined, configFile: undefined },
  role: undefined,
  stsEndpoint: undefined,
  webIdentityTokenFile: undefined,
  process: undefined,
  cache: true,
};

const CONNECTION: Pick<ConnectionConfig, 'address' | 'tls' | 'proxy' | 'noProxy'> = {
  address: {
    region: 'us-east-1',
    endpoint: undefined,
    awsScheme: 'https',
    dualStack: 'auto',
    fips: false,
    accelerate: false,
    accessPoint: undefined,
    endpointSource: undefined,
    urlStyle: 'auto',
    hostNamesBucket: false,
  },
  tls: {
    caFile: undefined,
    caPath: undefined,
    clientCertificate: undefined,
    minVersion: '1.2',
    verifyTls: true,
  },
  proxy: undefined,
  noProxy: undefined,
};

let folder: string;
/** How often the source was asked, and what it says to that. */
let asked: number;
let answer: () => Found | Promise<Found>;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gpbackup-s3-plugin-test-'));
  asked = 0;
  answer = () => found(`key ${asked}`);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function found(id: string, expires = Date.now() + HOUR): Found {
  return {
    credentials: { accessKeyId: id, secretAccessKey: new Secret('s'), sessionToken: new Secret(id) },
    expires,
  };
}

const askSource: Ask = async () => {
  asked += 1;
  return await answer();
};

/** What one process asks by; each has its own. */
function asker(changes: Partial<HostSignIn> = {}): Ask {
  const facts = {
    signIn: { ...SIGN_IN, ...changes },
    connection: CONNECTION,
    region: undefined,
    environment: { XDG_RUNTIME_DIR: folder, HOME: folder },
  };
  return sharedKeys(askSource, facts, new ProcessLog(() => {}));
}

async function untilAsked(times: number): Promise<void> {
  const isDue = (): boolean => asked >= times;
  while (!isDue()) await new Promise((resolve) => setImmediate(resolve));
}

async function idOf(ask: Ask, refused?: Found): Promise<string> {
  return (await ask(signal, refused?.credentials)).credentials.accessKeyId;
}

describe('keys of another process', () => {
  test('are taken, and say so', async () => {
    const [first, second] = [asker(), asker()];
    const own = await first(signal);
    const others = await second(signal);
    expect(others.credentials).toEqual(own.credentials);
    expect([own.shared, asked]).toEqual([undefined, 1]);
    expect(Math.abs(others.expires - own.expires)).toBeLessThan(1000);
    // As those that it asked for itself: five minutes before their end.
    expect(others.expires - (others.shared?.renewAt ?? 0)).toBe(300_000);
  });

  test('are asked for again by whoever needs newer ones, once', async () => {
    const processes = [asker(), asker(), asker()];
    for (const ask of processes) expect(await idOf(ask)).toBe('key 1');
    for (const ask of processes) expect(await idOf(ask)).toBe('key 2');
    expect(asked).toBe(2);
  });

  test('are not taken by whoever knows that the server refuses them', async () => {
    const [first, second] = [asker(), asker()];
    const refused = await first(signal);
    answer = () => refused;
    await second(signal);
    // Asked for anew and the same again: of no use to the one that was refused.
    expect(await idOf(second)).toBe('key 1');
    answer = () => found('fresh');
    expect(await idOf(first, refused)).toBe('fresh');
  });

  test('that live for a short time are replaced in the last quarter of it', async () => {
    answer = () => found('short', Date.now() + 60_000);
    await idOf(asker());
    const { expires, shared } = await asker()(signal);
    expect(Math.abs(expires - (shared?.renewAt ?? 0) - 15_000)).toBeLessThan(1000);
    expect(asked).toBe(1);
  });

  test('go on serving while another process replaces them, and a moment after it has failed', async () => {
    const [first, second, third] = [asker(), asker(), asker()];
    for (const ask of [first, second, third]) await idOf(ask);
    const { promise, reject } = Promise.withResolvers<Found>();
    answer = async () => await promise;
    const renewal = idOf(first).catch(String);
    await untilAsked(2);
    expect(await idOf(second)).toBe('key 1');
    reject(new Error('it is down'));
    expect(await renewal).toBe('Error: it is down');
    expect(await idOf(third)).toBe('key 1');
    expect(asked).toBe(2);
    // The one that failed knows when it may ask again.
    answer = () => found('fresh');
    expect(await idOf(first)).toBe('fresh');
    expect(await idOf(second)).toBe('fresh');
  });
});

describe('a source that gives nothing to share', () => {
  test('because its keys have no end: each asks, and none waits for another', async () => {
    const { promise, resolve } = Promise.withResolvers<Found>();
    await idOf(asker());
    rmSync(join(folder, 'gpbackup_s3_plugin'), { recursive: true });
    answer = () => found('lasting', Number.POSITIVE_INFINITY);
    await idOf(asker());
    answer = async () => await promise;
    const [second, third] = [idOf(asker()), idOf(asker())];
    await untilAsked(4);
    resolve(found('lasting', Number.POSITIVE_INFINITY));
    expect(await Promise.all([second, third])).toEqual(['lasting', 'lasting']);
  });

  test('because it fails: whoever waited asks at once, beside the others', async () => {
    const { promise, reject } = Promise.withResolvers<Found>();
    answer = async () => await promise;
    const first = idOf(asker()).catch(String);
    await untilAsked(1);
    const others = [idOf(asker()), idOf(asker())];
    const later = Promise.withResolvers<Found>();
    answer = async () => await later.promise;
    const startedAt = performance.now();
    reject(new Error('it is down'));
    expect(await first).toBe('Error: it is down');
    await untilAsked(3);
    // One after the other, the last would wait for half a minute.
    expect(performance.now() - startedAt).toBeLessThan(20_000);
    later.resolve(found('back'));
    expect(await Promise.all(others)).toEqual(['back', 'back']);
  });

  test('is no reason to forget keys that still serve', async () => {
    const [first, second] = [asker(), asker()];
    await first(signal);
    answer = () => {
      throw new Error('it is down');
    };
    expect(await first(signal).catch(String)).toBe('Error: it is down');
    expect(await idOf(second)).toBe('key 1');
  });

  test.each<readonly [string, Partial<HostSignIn>]>([
    ['the environment', { source: 'environment' }],
    ['the file', { source: 'keys' }],
  ])('because it is %s: no file is written', async (_title, changes) => {
    await idOf(asker(changes));
    await idOf(asker(changes));
    expect([asked, readdirSync(folder)]).toEqual([2, []]);
  });
});

test('a signal ends the wait for another process', async () => {
  const { promise, resolve } = Promise.withResolvers<Found>();
  answer = async () => await promise;
  const first = idOf(asker());
  await untilAsked(1);
  const ending = new AbortController();
  const second = asker()(ending.signal).catch(String);
  ending.abort(new Error('ended'));
  expect(await second).toBe('Error: ended');
  resolve(found('key'));
  expect(await first).toBe('key');
});
