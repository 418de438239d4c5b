import { describe, expect, test } from 'bun:test';
import { startContainer } from '../../lab/aws/metadata.ts';
import { until } from '../../lab/program/until.ts';
import type { Credential } from '../../lab/s3-server/options.ts';
import { containerEnv, keys, SECRET, SignIn, TOKEN } from './sign-in-stage.ts';

const MiB = 1024 * 1024;

/** A time so many milliseconds from now. */
function inMilliseconds(count: number): string {
  return new Date(Date.now() + count).toISOString();
}

const ONE_BY_ONE = { backup_max_concurrent_requests: '1', backup_multipart_chunksize: '5MB' };

/** Parts, each as soon as the server has the one before it, until it is enough; a producer that takes its time. */
function partsUntil(stage: SignIn, isEnough: () => boolean): ReadableStream<Uint8Array> {
  let arrived = -1;
  // The program reads a part ahead before it sends the first one.
  let ahead = 3;
  return new ReadableStream({
    async pull(controller) {
      ahead -= 1;
      if (ahead < 0) await until(() => stage.server.requests.length > arrived);
      arrived = stage.server.requests.length;
      if (isEnough()) {
        controller.close();
        return;
      }
      await Bun.sleep(50);
      controller.enqueue(new Uint8Array(5 * MiB));
    },
  });
}

/** A backup of two parts, so that it takes several requests, one after the other. @returns whose keys they had */
async function keysUsed(
  stage: SignIn,
  env: Readonly<Record<string, string>>,
): Promise<(string | undefined)[]> {
  const data = new Uint8Array(9 * MiB);
  const outcome = await stage.backup(env, { backup_max_concurrent_requests: '1' }, data);
  expect([outcome.exitCode, outcome.stderr]).toEqual([0, '']);
  return stage.keysUsed();
}

describe('temporary keys', () => {
  test('that end within five minutes are replaced before they end', async () => {
    await using stage = await SignIn.with('FIRST', 'SECOND');
    let given = 0;
    const service = await stage.serving(
      startContainer(() => {
        given += 1;
        return given === 1
          ? { ...keys(), AccessKeyId: 'FIRST', Expiration: inMilliseconds(240_000) }
          : { ...keys(), AccessKeyId: 'SECOND' };
      }),
    );
    // Requests go on with the first ones while a source takes its time.
    const data = partsUntil(stage, () => stage.keysUsed().includes('SECOND'));
    const outcome = await stage.backup(containerEnv(service), ONE_BY_ONE, data);
    expect([outcome.exitCode, outcome.stderr]).toEqual([0, '']);
    const used = stage.keysUsed();
    expect([used[0], used.lastIndexOf('FIRST') + 1]).toEqual(['FIRST', used.indexOf('SECOND')]);
    expect(given).toBe(2);
  });

  test('end three times in one stream, which goes on while each is replaced', async () => {
    const life = 6000;
    const issued: { AccessKeyId: string; ends: number }[] = [];
    const more = Array.from({ length: 20 }, (_, index): Credential => {
      const AccessKeyId = `KEY${index + 1}`;
      return {
        accessKeyId: AccessKeyId,
        secretAccessKey: SECRET,
        sessionToken: TOKEN,
        get expired() {
          const its = issued.find((one) => one.AccessKeyId === AccessKeyId);
          return its !== undefined && Date.now() > its.ends;
        },
      };
    });
    await using stage = await SignIn.start({ discard: true }, [], more);
    const service = await stage.serving(
      startContainer(() => {
        const one = { AccessKeyId: `KEY${issued.length + 1}`, ends: Date.now() + life };
        issued.push(one);
        return { ...keys(), AccessKeyId: one.AccessKeyId, Expiration: inMilliseconds(life) };
      }),
    );
    // No answer comes before another request has, as long as the old keys serve. The first ones could be the last
    // seconds of keys that others use: for their successors requests do wait.
    const { requests } = stage.server;
    let wentOn = 0;
    const held = async (): Promise<void> => {
      const { length } = requests;
      const end = issued.at(-1)?.ends ?? 0;
      await until(() => requests.length > length || Date.now() > end);
      if (requests.length > length) wentOn += 1;
    };
    service.faults.push(undefined, undefined, ...Array.from({ length: 18 }, () => ({ after: held })));
    const data = partsUntil(stage, () => new Set(stage.keysUsed()).size >= 4);
    const outcome = await stage.backup(containerEnv(service), ONE_BY_ONE, data);
    expect([outcome.exitCode, outcome.stderr]).toEqual([0, '']);
    const used = [...new Set(stage.keysUsed())];
    expect(used).toEqual(issued.slice(0, used.length).map(({ AccessKeyId }) => AccessKeyId));
    expect(used.length).toBeGreaterThanOrEqual(4);
    expect(wentOn).toBeGreaterThan(0);
    // Their short life does not make each request ask for others.
    expect(service.calls.length).toBeLessThan(requests.length / 2);
  });

  test('that end later are kept', async () => {
    await using stage = await SignIn.with('FIRST');
    const lasting = { ...keys(), AccessKeyId: 'FIRST', Expiration: inMilliseconds(3_600_000) };
    const service = await stage.serving(startContainer(() => lasting));
    expect(new Set(await keysUsed(stage, containerEnv(service)))).toEqual(new Set(['FIRST']));
    expect(service.calls).toHaveLength(1);
  });

  test('serve until they end when they can not be renewed', async () => {
    await using stage = await SignIn.with('FIRST');
    const service = await stage.serving(
      startContainer(() => ({ ...keys(), AccessKeyId: 'FIRST', Expiration: inMilliseconds(240_000) })),
    );
    service.faults.push(undefined, ...Array.from({ length: 50 }, () => ({ status: 400 })));
    expect(new Set(await keysUsed(stage, containerEnv(service)))).toEqual(new Set(['FIRST']));
    expect(service.calls).toHaveLength(2);
    expect(
      (await stage.place.logLines()).filter((line) => line.includes('could not be renewed')),
    ).toHaveLength(1);
  });

  test('that the server calls expired are asked for again, once', async () => {
    await using stage = await SignIn.with('EXPIRED', 'SECOND');
    let given = 0;
    const service = await stage.serving(
      startContainer(() => {
        given += 1;
        return { ...keys(), AccessKeyId: given === 1 ? 'EXPIRED' : 'SECOND' };
      }),
    );
    const used = await keysUsed(stage, containerEnv(service));
    expect([used[0], new Set(used.slice(1))]).toEqual(['EXPIRED', new Set(['SECOND'])]);
    expect(given).toBe(2);
  });

  test('are in no line of the log, also when it tells everything', async () => {
    await using stage = await SignIn.with();
    const service = await stage.serving(startContainer(keys, () => 'a-container-token'));
    service.faults.push({ status: 500 });
    const env = { ...containerEnv(service), AWS_CONTAINER_AUTHORIZATION_TOKEN: 'a-container-token' };
    const outcome = await stage.backup(env, { logger_verbosity: 'debug' });
    expect([outcome.exitCode, outcome.stderr]).toEqual([0, '']);
    const log = (await stage.place.logLines()).join('\n');
    expect(log).toContain('/v1/credentials: HTTP 200');
    expect(log).toContain('PutObject http://');
    expect(log).not.toMatch(/session-token|secret\/of|a-container-token|Signature=/);
  });
});
