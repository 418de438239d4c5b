import { describe, expect, test } from 'bun:test';
import type { Outcome } from '../../lab/program/plugin.ts';
import { until } from '../../lab/program/until.ts';
import type { S3ServerOptions } from '../../lab/test-server.ts';
import { badLines, CheckStage, misconfigured } from './check-stage.ts';

/** What `check --write` stores, and that nothing of it stays. */
const OWN = 'warehouse/gpbackup_s3_plugin_check_';

function left({ server }: CheckStage): readonly unknown[] {
  return [...server.objects.keys('backups', OWN), ...server.objects.uploads('backups')];
}

test('what is stored is below the folder, and is removed', async () => {
  await using stage = await CheckStage.start();
  const outcome = await stage.check(['--write']);
  expect([badLines(outcome), outcome.exitCode]).toEqual([[], 0]);
  const written = stage.server.requests.filter(({ method }) => ['PUT', 'POST'].includes(method));
  expect(written.length).toBeGreaterThan(8);
  expect(written.filter(({ key }) => !key.startsWith(OWN))).toEqual([]);
  expect(left(stage)).toEqual([]);
  const shown = outcome.stdout.toString();
  for (const what of ['write', 'read', 'list', 'multipart', 'checksums', 'abort', 'delete'])
    expect(shown.split('\n').filter((line) => line.startsWith(`ok    ${what} `))).toHaveLength(1);
  expect(shown).toMatch(/^ok {4}speed +[\d.]+[KMG]B\/s up, [\d.]+[KMG]B\/s down \(an object of 64MB\)$/m);
});

test('without a folder too', async () => {
  await using stage = await CheckStage.start({}, []);
  await stage.check(['--write'], { folder: '/' });
  expect(stage.server.objects.keys('backups')).toEqual([]);
});

describe('a bucket that keeps versions', () => {
  const rule = { id: 'versions', noncurrentDays: 7, abortDays: 7 };
  const versioned: S3ServerOptions = { versioning: true, lifecycle: [rule] };

  test('keeps none of them', async () => {
    await using stage = await CheckStage.start(versioned);
    expect(badLines(await stage.check(['--write']))).toEqual([]);
    expect(stage.server.objects.versions('backups').filter(({ key }) => key.startsWith(OWN))).toEqual([]);
  });

  test('keeps them where the keys may not delete them, which is said', async () => {
    const credentials = [
      {
        accessKeyId: 'testkey',
        secretAccessKey: 'testsecret',
        deny: (operation: string, _: string, { versionId }: { versionId: string | undefined }) =>
          operation === 'DeleteObject' && versionId !== undefined,
      },
    ];
    await using stage = await CheckStage.start({ ...versioned, credentials });
    const outcome = await stage.check(['--write']);
    expect(badLines(outcome)).toEqual([]);
    expect(outcome.stdout.toString()).toContain('the bucket keeps 4 of its versions');
  });

  test('with a default retention gets no large object', async () => {
    const lock = { byDefault: { mode: 'COMPLIANCE', days: 30 } } as const;
    await using stage = await CheckStage.start({ ...versioned, lock });
    const outcome = await stage.check(['--write']);
    expect(badLines(outcome)).toEqual([]);
    expect(outcome.stdout.toString()).toContain('a large object would stay for 30 days');
    const sizes = stage.server.objects
      .versions('backups')
      .map(({ key, size }) => (key.startsWith(OWN) ? size : 0));
    expect(Math.max(...sizes)).toBeLessThan(100);
  });

  test('the options that lock objects do not apply', async () => {
    await using stage = await CheckStage.start({ ...versioned, lock: {} });
    const options = { object_lock_mode: 'COMPLIANCE', object_lock_retention: '36500d' };
    expect(badLines(await stage.check(['--write'], options))).toEqual([]);
    expect(stage.server.objects.versions('backups').filter(({ key }) => key.startsWith(OWN))).toEqual([]);
  });
});

describe('the options of objects', () => {
  test('apply', async () => {
    await using stage = await CheckStage.start();
    const options = { write_once: 'on', tags: 'team=dba', storage_class: 'STANDARD_IA' };
    expect(badLines(await stage.check(['--write'], options))).toEqual([]);
    expect(left(stage)).toEqual([]);
  });

  misconfigured('The server does not do what an option asks for', async () => {
    await using stage = await CheckStage.start();
    // As a server that knows nothing of it.
    stage.server.faults.add({
      when: { operation: 'PutObject' },
      do: { kind: 'rewrite', headers: { 'x-amz-server-side-encryption': undefined } },
    });
    return await stage.check(['--write'], { sse: 'AES256' });
  });
});

async function failing(operation: 'UploadPart' | 'GetObject' | 'CompleteMultipartUpload'): Promise<Outcome> {
  await using stage = await CheckStage.start();
  stage.server.faults.add({
    when: { operation },
    do: { kind: 'answer', status: 400, code: 'EntityTooLarge' },
  });
  const outcome = await stage.check(['--write']);
  expect(left(stage)).toEqual([]);
  return outcome;
}

describe('what is stored is removed', () => {
  test.each([
    ['UploadPart', 'FAIL multipart'],
    ['CompleteMultipartUpload', 'FAIL speed'],
    ['GetObject', 'FAIL read'],
  ] as const)('when %s fails, which is shown', async (operation, line) => {
    const outcome = await failing(operation);
    expect(badLines(outcome).some((one) => one.startsWith(line))).toBe(true);
    expect(outcome.exitCode).toBe(3);
  });

  test.each([
    'PutObject',
    'CreateMultipartUpload',
    'UploadPart',
    'CompleteMultipartUpload',
    'GetObject',
  ] as const)('after a signal during %s', async (operation) => {
    await using stage = await CheckStage.start();
    // The answer waits, so that the signal comes while it is waited for.
    stage.server.faults.add({
      when: { operation, nth: 1, times: 1 },
      do: { kind: 'stallResponse', afterBytes: 0 },
    });
    const child = stage.place.start(['check', stage.config(), '--write']);
    await until(() =>
      stage.server.requests.some((request) => request.operation === operation && request.key.startsWith(OWN)),
    );
    child.kill('SIGINT');
    expect(await child.exited).toBe(130);
    expect(left(stage)).toEqual([]);
  });
});
