import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { underNames } from '../../lab/program/own-names.ts';
import { BACKUP_DIR, type Outcome, PLUGIN, PREFIX, someBytes, TIMESTAMP } from '../../lab/program/plugin.ts';
import type { Profile } from '../../lab/s3-server/profiles/profile.ts';
import { profileOf, profiles } from '../../lab/s3-server/profiles/profiles.ts';
import type { S3ServerOptions } from '../../lab/s3-server/server.ts';
import { PATH, Stage } from './stage.ts';

const MiB = 1024 * 1024;
const KEY = `${PREFIX}gpbackup_0_${TIMESTAMP}`;
/** A name that tells the program nothing. */
const ELSEWHERE = 'storage.example.com';

let folder: string;
let program: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'gpbackup-s3-plugin-names-'));
  const hosts = [ELSEWHERE, ...profiles.map(({ host }) => host)];
  program = underNames(
    PLUGIN,
    hosts.flatMap((host) => [host, `backups.${host}`]),
    folder,
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const stageOf = async (profile: Profile, options?: S3ServerOptions): Promise<Stage> =>
  await Stage.of(program, profile, options);

/** The same provider under a name that tells the program nothing, and for any region. */
function unrecognised(provider: string): Profile {
  const { regions: _regions, ...profile } = profileOf(provider);
  return { ...profile, host: ELSEWHERE };
}

/** A command failed, and said so in words that hold these: in its message, and in its hint. */
function expectFailure({ exitCode, stderr }: Outcome, words: { message?: string; hint?: string }): void {
  const [message = '', hint = ''] = stderr.split('\n');
  expect(exitCode).toBe(1);
  expect(message).toContain(words.message ?? '');
  expect(hint).toContain(words.hint ?? '');
}

describe('Cloudflare R2', () => {
  const data = someBytes(130 * MiB);
  const sizes = [64 * MiB, 64 * MiB, 2 * MiB];

  test('is sent parts of one size, two at once, without checksum headers', async () => {
    await using stage = await stageOf(profileOf('Cloudflare R2'));
    await stage.roundTrip(data);
    expect(stage.partSizes()).toEqual(sizes);
    expect(stage.statuses('UploadPart')).toEqual([200, 200, 200]);
    expect(stage.statuses('CreateMultipartUpload')).toEqual([200]);
    expect(stage.checksumHeaders()).toEqual([]);
    expect(stage.played.requests[0]?.headers.get('authorization')).toContain('/auto/s3/');
  });

  test('is sent parts of one size where an option would make them grow', async () => {
    await using stage = await stageOf(profileOf('Cloudflare R2'));
    await stage.roundTrip(data, { max_upload_parts: '20' });
    expect(stage.partSizes()).toEqual(sizes);
  });

  test('under another name refuses parts that grow, which is told, and nothing is left', async () => {
    await using stage = await stageOf(unrecognised('Cloudflare R2'));
    expectFailure(await stage.run('backup_data', data, { max_upload_parts: '20' }), {
      message: 'All non-trailing parts must have the same length (HTTP 400 InvalidPart',
    });
    expect(stage.played.objects.uploads('backups')).toEqual([]);
    expect(stage.played.objects.keys('backups')).toEqual([]);
  });

  test('under another name is asked for checksums, and slows the program down until it does what R2 takes', async () => {
    await using stage = await stageOf(unrecognised('Cloudflare R2'));
    await stage.roundTrip(data);
    expect(stage.statuses('CreateMultipartUpload')).toEqual([501, 200]);
    expect(stage.statuses('UploadPart')).toContain(503);
  });
});

describe('Scaleway', () => {
  test('is sent parts that grow in time for 1,000 of them', async () => {
    await using stage = await stageOf(profileOf('Scaleway'), { discard: true });
    const line = `head -c ${850 * MiB} /dev/zero | "$PLUGIN" backup_data ${stage.config()} ${PATH}`;
    expect((await stage.place.shell(line)).stderr).toBe('');
    const parts = stage.partSizes();
    expect(parts.slice(0, 100)).toEqual(Array.from({ length: 100 }, () => 8 * MiB));
    expect(parts.slice(100)).toEqual([16 * MiB, 16 * MiB, 16 * MiB, 2 * MiB]);
  });

  test('under another name refuses a part too many, which is told with the option that helps', async () => {
    // The same limit at a number that is reached sooner.
    const profile = unrecognised('Scaleway');
    const { refusal } = profile.maxParts ?? {};
    if (refusal === undefined) throw new Error('Scaleway has no limit');
    await using stage = await stageOf({ ...profile, maxParts: { count: 3, refusal } });
    const data = someBytes(30 * MiB);
    expectFailure(await stage.run('backup_data', data), {
      message: 'Part number must be an integer between 1 and 1000, inclusive (HTTP 400 InvalidArgument',
      hint: 'max_upload_parts',
    });
    expect(stage.played.objects.uploads('backups')).toEqual([]);
    await stage.roundTrip(data, { max_upload_parts: '3' });
  });
});

describe('checksum headers', () => {
  const data = someBytes(9 * MiB, 7);
  const refusing = ['Backblaze B2', 'Google Cloud Storage', 'Alibaba OSS', 'Tencent COS'];

  test.each(refusing)('are never sent to %s', async (provider) => {
    await using stage = await stageOf(profileOf(provider));
    await stage.roundTrip(data);
    expect(stage.checksumHeaders()).toEqual([]);
    expect(stage.statuses('CreateMultipartUpload')).toEqual([200]);
  });

  test.each(refusing)('that %s refuses are left out where its name does not tell it', async (provider) => {
    await using stage = await stageOf(unrecognised(provider));
    await stage.roundTrip(data, { url_style: 'virtual' });
    const asked = stage.statuses('CreateMultipartUpload');
    // BadDigest may be a fault of the line: it is tried again a few times.
    expect([asked.at(-1), new Set(asked.slice(0, -1))]).toEqual([200, new Set([400])]);
    expect(stage.statuses('UploadPart')).toEqual([200, 200]);
  });

  test('are kept by AWS for small objects and large ones', async () => {
    await using stage = await stageOf(profileOf('AWS'));
    await stage.roundTrip(data);
    expect(stage.played.objects.head('backups', KEY)?.crc32).toBeDefined();
    await stage.roundTrip(data.subarray(0, 1000));
    expect(stage.played.objects.head('backups', KEY)?.crc32).toBeDefined();
  });
});

async function setUp(stage: Stage, options: Readonly<Record<string, string>>): Promise<Outcome> {
  const args = [stage.config(options), BACKUP_DIR, 'coordinator', '-1'];
  return await stage.place.run(['setup_plugin_for_backup', ...args]);
}

describe('options that say how objects are stored', () => {
  test.each([
    ['Cloudflare R2', { tags: 'a=b', acl: 'public-read', sse: 'aws:kms' }, 'sse, tags, acl'],
    ['Backblaze B2', { tags: 'a=b' }, 'tags'],
    ['Google Cloud Storage', { sse: 'aws:kms' }, 'sse'],
    ['Hetzner', { sse: 'AES256' }, 'sse'],
  ])('that %s does not take are told before a byte is sent', async (provider, options, names) => {
    await using stage = await stageOf(profileOf(provider));
    expectFailure(await setUp(stage, options), {
      message: `${provider} does not take the options ${names}: `,
      hint: `leave out ${names}`,
    });
    expect(stage.played.requests).toEqual([]);
  });

  test('that a provider takes are no reason to fail', async () => {
    await using stage = await stageOf(profileOf('Cloudflare R2'), { acls: true });
    expect((await setUp(stage, { acl: 'private', storage_class: 'STANDARD_IA' })).stderr).toBe('');
  });

  test.each(['Cloudflare R2', 'Backblaze B2'])(
    'that %s refuses under another name are in the hint of the set-up',
    async (provider) => {
      await using stage = await stageOf(unrecognised(provider));
      expectFailure(await setUp(stage, { tags: 'a=b' }), { message: 'x-amz-tagging', hint: 'tags' });
    },
  );
});

describe('the bucket in the host name', () => {
  test.each(['Alibaba OSS', 'Tencent COS', 'Huawei OBS', 'Oracle OCI, virtual-hosted'])(
    'is what %s gets',
    async (provider) => {
      const profile = profileOf(provider);
      await using stage = await stageOf(profile);
      await stage.roundTrip(someBytes(1000));
      const hosts = new Set(stage.played.requests.map(({ headers }) => headers.get('host')));
      expect([...hosts]).toEqual([`backups.${profile.host}:${stage.played.port}`]);
    },
  );

  test.each(['Alibaba OSS', 'Tencent COS'])('is the hint where %s is not recognised', async (provider) => {
    await using stage = await stageOf(unrecognised(provider));
    expectFailure(await stage.run('backup_data', someBytes(1000)), { hint: 'url_style: virtual' });
    await stage.roundTrip(someBytes(1000), { url_style: 'virtual' });
  });
});

/** Stores a directory by its absolute path and fetches it again: how the key was made of the path. */
async function keysOfAbsolutePath(
  stage: Stage,
  options: Readonly<Record<string, string>>,
): Promise<string[]> {
  const directory = stage.place.path('scripts');
  const file = join(directory, 'sub', 'file');
  mkdirSync(join(directory, 'sub'), { recursive: true });
  stage.place.write('scripts/sub/file', 'content');
  const config = stage.config(options);
  expect((await stage.place.run(['backup_directory', config, directory])).stderr).toBe('');
  rmSync(directory, { recursive: true });
  expect((await stage.place.run(['restore_directory', config, directory])).stderr).toBe('');
  expect(readFileSync(file, 'utf8')).toBe('content');
  return stage.played.objects
    .keys('backups')
    .map((key) => (key === file ? 'as given' : `/${key}` === file ? 'without' : key));
}

describe('keys that begin with a slash', () => {
  test('stay as they are where the bucket is in the host name by choice', async () => {
    await using stage = await stageOf({ ...profileOf('AWS'), host: ELSEWHERE, regions: ['us-east-1'] });
    expect(await keysOfAbsolutePath(stage, { url_style: 'virtual' })).toEqual(['as given']);
  });

  test('lose the slash where the bucket can only be in the host name', async () => {
    await using stage = await stageOf(profileOf('Alibaba OSS'));
    expect(await keysOfAbsolutePath(stage, {})).toEqual(['without']);
  });
});

async function deleteThree(stage: Stage): Promise<Outcome> {
  for (const name of ['a', 'b', 'c']) await stage.played.objects.put('backups', PREFIX + name, name);
  return await stage.place.run(['delete_backup', stage.config(), TIMESTAMP]);
}

describe('DeleteObjects', () => {
  test('is never sent to Google Cloud Storage', async () => {
    await using stage = await stageOf(profileOf('Google Cloud Storage'));
    expect((await deleteThree(stage)).stderr).toBe('');
    expect(stage.statuses('DeleteObjects')).toEqual([]);
    expect(stage.statuses('DeleteObject')).toEqual([204, 204, 204]);
  });

  test('is tried once where its name does not tell it', async () => {
    await using stage = await stageOf(unrecognised('Google Cloud Storage'));
    expect((await deleteThree(stage)).stderr).toBe('');
    expect(stage.statuses('DeleteObjects')).toEqual([501]);
    expect(stage.statuses('DeleteObject')).toEqual([204, 204, 204]);
  });
});

const gone = (name: string): string =>
  `<Error><Key>${PREFIX}${name}</Key><Code>NoSuchKey</Code><Message>gone</Message></Error>`;

describe('an object that is gone when it is deleted', () => {
  test('is deleted, on Google Cloud Storage too, where the second try is answered 404', async () => {
    await using stage = await stageOf(profileOf('Google Cloud Storage'));
    stage.played.faults.add({ when: { operation: 'DeleteObject' }, do: { kind: 'loseAnswer' } });
    const { exitCode, stderr } = await deleteThree(stage);
    expect([exitCode, stderr, stage.played.objects.keys('backups')]).toEqual([0, '', []]);
    expect(stage.statuses('DeleteObject')).toContain(404);
  });

  test('is deleted where DeleteObjects names it as an error', async () => {
    await using stage = await stageOf(profileOf('AWS'));
    stage.played.faults.add({
      when: { operation: 'DeleteObjects' },
      do: {
        kind: 'answer',
        status: 200,
        body: `<DeleteResult><Deleted><Key>${PREFIX}a</Key></Deleted>${gone('b')}${gone('c')}</DeleteResult>`,
      },
    });
    expect((await deleteThree(stage)).stderr).toBe('');
    // Found again by the next look at the list, since this server only said so.
    expect(stage.statuses('DeleteObjects')).toEqual([200, 200]);
    expect(stage.statuses('DeleteObject')).toEqual([]);
    expect(stage.played.objects.keys('backups')).toEqual([]);
  });

  test.each([
    [404, 'NoSuchKey', 0],
    [404, '', 0],
    [404, 'NoSuchBucket', 1],
    [403, 'AccessDenied', 1],
  ])('HTTP %d %s to a single delete: exit %d', async (status, code, exit) => {
    await using stage = await stageOf(profileOf('Google Cloud Storage'));
    const answer = { kind: 'answer', status, ...(code === '' ? {} : { code }) } as const;
    stage.played.faults.add({ when: { operation: 'DeleteObject' }, do: answer });
    const { exitCode, stderr } = await deleteThree(stage);
    expect([exitCode, stderr.includes(code)]).toEqual([exit, exit === 1 || code === '']);
  });

  test.each([
    [404, 'NoSuchUpload'],
    [400, 'NoSuchUpload'],
  ])('an upload that is gone is removed: HTTP %d %s', async (status, code) => {
    await using stage = await stageOf(profileOf('AWS'));
    const body = `<ListMultipartUploadsResult><IsTruncated>false</IsTruncated><Upload><Key>${PREFIX}a</Key><UploadId>u</UploadId></Upload></ListMultipartUploadsResult>`;
    stage.played.faults.add({
      when: { operation: 'ListMultipartUploads' },
      do: { kind: 'answer', status: 200, body },
    });
    stage.played.faults.add({
      when: { operation: 'AbortMultipartUpload' },
      do: { kind: 'answer', status, code },
    });
    expect(await deleteThree(stage)).toMatchObject({ exitCode: 0, stderr: '' });
    expect((await stage.place.logLines()).join('\n')).not.toContain('WARNING');
  });
});

describe('the region', () => {
  const known = profiles.filter(({ regions }) => regions !== undefined);

  test.each(known.map(({ provider }) => provider))('of %s is read from its host', async (provider) => {
    await using stage = await stageOf(profileOf(provider));
    const data = someBytes(100);
    await stage.roundTrip(data);
  });

  test('of the config file wins', async () => {
    await using stage = await stageOf(profileOf('Wasabi'));
    expectFailure(await stage.run('backup_data', someBytes(100), { region: 'us-west-9' }), {
      hint: 'set region: eu-central-2',
    });
  });

  test('is us-east-1 where the host tells none', async () => {
    await using stage = await stageOf({ ...profileOf('AWS'), host: ELSEWHERE, regions: ['us-east-1'] });
    await stage.roundTrip(someBytes(100));
  });
});
