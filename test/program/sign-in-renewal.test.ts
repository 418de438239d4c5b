import { describe, expect, test } from 'bun:test';
import { startContainer } from '../../lab/aws/metadata.ts';
import { containerEnv, keys, SignIn } from './sign-in-stage.ts';

const MiB = 1024 * 1024;

/** A time so many milliseconds from now. */
function inMilliseconds(count: number): string {
  return new Date(Date.now() + count).toISOString();
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
    const used = await keysUsed(stage, containerEnv(service));
    expect(used[0]).toBe('FIRST');
    expect(new Set(used.slice(1))).toEqual(new Set(['SECOND']));
    expect(given).toBe(2);
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
