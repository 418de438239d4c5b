import { afterEach, describe, expect, test } from 'bun:test';
import { hostname } from 'node:os';
import {
  BACKUP_DIR,
  type Outcome,
  PREFIX,
  someBytes,
  TIMESTAMP,
  Workplace,
} from '../../lab/program/plugin.ts';
import {
  type S3Operation,
  type S3Server,
  type S3ServerOptions,
  startS3Server,
} from '../../lab/s3-server/server.ts';

const MiB = 1024 * 1024;
const DATA = `gpbackup_0_${TIMESTAMP}`;
const REPORT = `gpbackup_${TIMESTAMP}_report`;
const KMS_KEY = 'arn:aws:kms:us-east-1:123456789012:key/backup';

let server: S3Server;
let place: Workplace;
afterEach(async () => {
  place[Symbol.dispose]();
  await server.stop();
});

async function begin(options: S3ServerOptions = {}): Promise<void> {
  place = new Workplace();
  server = await startS3Server(options);
}

type Options = Readonly<Record<string, string>>;

async function backup(options: Options, data: Uint8Array<ArrayBuffer>, env: Options = {}): Promise<Outcome> {
  const args = ['backup_data', place.config(server, options), `${BACKUP_DIR}/${DATA}`];
  return await place.run(args, { stdin: data, env: { ...place.env, ...env } });
}

async function setUp(options: Options): Promise<Outcome> {
  return await place.run([
    'setup_plugin_for_backup',
    place.config(server, options),
    BACKUP_DIR,
    'coordinator',
    '-1',
  ]);
}

function expectSilence({ exitCode, stderr }: Outcome): void {
  expect([exitCode, stderr]).toEqual([0, '']);
}

function expectTold({ exitCode, stderr }: Outcome, message: string, hint: string): void {
  const [first = '', second = ''] = stderr.split('\n');
  expect([exitCode, first.includes(message), second.includes(hint)], stderr).toEqual([1, true, true]);
}

/** The header of each request of an operation. */
function sent(operation: S3Operation, header: string): (string | undefined)[] {
  return server.requests
    .filter((one) => one.operation === operation)
    .map(({ headers }) => headers.get(header));
}

async function restored(options: Options): Promise<number | bigint> {
  const outcome = await place.run(['restore_data', place.config(server, options), `${BACKUP_DIR}/${DATA}`]);
  expectSilence({ ...outcome, stdout: Buffer.alloc(0) });
  return Bun.hash(outcome.stdout);
}

const SSE = 'x-amz-server-side-encryption';

describe('sse', () => {
  const options = {
    sse: 'aws:kms',
    sse_kms_key_id: KMS_KEY,
    sse_kms_encryption_context: 'cluster=prod,team=dba',
    sse_bucket_key: 'on',
  };

  test.each([1000, 20 * MiB])(
    'with KMS is asked for when %d bytes are stored, and they come back',
    async (size) => {
      await begin({ encryption: { kmsKeys: { [KMS_KEY]: 'enabled' } } });
      const data = someBytes(size);
      expectSilence(await backup(options, data));
      const operation = size === 1000 ? 'PutObject' : 'CreateMultipartUpload';
      expect(sent(operation, SSE)).toEqual(['aws:kms']);
      expect(sent(operation, `${SSE}-aws-kms-key-id`)).toEqual([KMS_KEY]);
      const [context = ''] = sent(operation, `${SSE}-context`);
      expect(JSON.parse(Buffer.from(context, 'base64').toString())).toEqual({ cluster: 'prod', team: 'dba' });
      expect(sent(operation, `${SSE}-bucket-key-enabled`)).toEqual(['true']);
      expect(server.objects.head('backups', PREFIX + DATA)?.headers[SSE]).toBe('aws:kms');
      // Nothing of it is needed to read.
      expect(await restored({})).toBe(Bun.hash(data));
    },
  );

  test.each(['AES256', 'aws:kms:dsse'])('%s is sent for data and for files', async (sse) => {
    await begin();
    expectSilence(await backup({ sse }, someBytes(10)));
    const file = place.write('r', 'report');
    const path = `${place.folder}/backups/20260102/${TIMESTAMP}`;
    const line = `mkdir -p ${path} && cp ${file} ${path}/${REPORT} && "$PLUGIN" backup_file ${place.config(server, { sse })} ${path}/${REPORT}`;
    expectSilence(await place.shell(line));
    expect(sent('PutObject', SSE)).toEqual([sse, sse]);
    expect(sent('PutObject', `${SSE}-bucket-key-enabled`)).toEqual([undefined, undefined]);
  });

  test.each([
    ['disabled', 'KMS.DisabledException', 'enable the KMS key'],
    ['denied', 'kms:GenerateDataKey', 'kms:Decrypt'],
    [undefined, 'KMS.NotFoundException', 'sse_kms_key_id'],
  ] as const)('a KMS key that is %s is told by the set-up', async (state, message, hint) => {
    await begin({ encryption: { kmsKeys: state === undefined ? {} : { [KMS_KEY]: state } } });
    expectTold(await setUp(options), message, hint);
    expect(server.objects.keys('backups')).toEqual([]);
  });

  test('needs no option where the bucket encrypts by default, whose ETags are no MD5', async () => {
    await begin({ encryption: { byDefault: 'aws:kms' } });
    for (const size of [100, 20 * MiB]) {
      const data = someBytes(size, size);
      expectSilence(await backup({}, data));
      expect(await restored({})).toBe(Bun.hash(data));
    }
    expect(
      server.requests.flatMap(({ headers }) => [...headers.keys()].filter((name) => name.startsWith(SSE))),
    ).toEqual([]);
  });
});

const noAborts = (operation: S3Operation): boolean => operation === 'AbortMultipartUpload';

describe('storage_class', () => {
  const header = 'x-amz-storage-class';

  test.each([
    [131_071, undefined],
    [131_072, 'STANDARD_IA'],
  ])('of an object of %d bytes is %p', async (size, expected) => {
    await begin();
    expectSilence(await backup({ storage_class: 'STANDARD_IA' }, someBytes(size)));
    expect(sent('PutObject', header)).toEqual([expected]);
  });

  test('of an object in parts is the one of the option, whatever counts as small', async () => {
    await begin();
    expectSilence(
      await backup({ storage_class: 'GLACIER', storage_class_min_size: '1TB' }, someBytes(20 * MiB)),
    );
    expect(sent('CreateMultipartUpload', header)).toEqual(['GLACIER']);
    expect(sent('UploadPart', header).filter((value) => value !== undefined)).toEqual([]);
  });

  test.each(['DEEP_ARCHIVE', 'GLACIER'])(
    '%s is only for data: all other files stay readable',
    async (storage_class) => {
      await begin();
      const config = place.config(server, { storage_class, storage_class_min_size: '0' });
      const path = `${place.folder}/backups/20260102/${TIMESTAMP}`;
      const names = [
        'toc.yaml',
        'metadata.sql',
        'config.yaml',
        'report',
        'statistics.sql',
        'plugin_config.yaml',
      ];
      const files = [...names.map((name) => `gpbackup_${TIMESTAMP}_${name}`), `${DATA}_toc.yaml`];
      for (const name of files) {
        expectSilence(
          await place.shell(
            `mkdir -p ${path} && echo "a: b" > ${path}/${name} && "$PLUGIN" backup_file ${config} ${path}/${name}`,
          ),
        );
      }
      expect(sent('PutObject', header)).toEqual(files.map(() => undefined));
      expectSilence(await backup({ storage_class, storage_class_min_size: '0' }, someBytes(1)));
      expect(sent('PutObject', header).at(-1)).toBe(storage_class);
    },
  );

  test('that the server does not have is told by the set-up, which leaves nothing', async () => {
    await begin();
    const told = await setUp({ storage_class: 'STANDARD_1A' });
    expectTold(told, 'InvalidStorageClass', 'storage_class');
    expect([server.objects.keys('backups'), server.objects.uploads('backups')]).toEqual([[], []]);
  });

  test('that it has leaves the report in the default class, and no upload', async () => {
    await begin();
    expectSilence(await setUp({ storage_class: 'ONEZONE_IA' }));
    expect(server.objects.keys('backups')).toEqual([PREFIX + REPORT]);
    expect(server.objects.uploads('backups')).toEqual([]);
    expect(sent('PutObject', header)).toEqual([undefined]);
    expect(sent('CreateMultipartUpload', header)).toEqual(['ONEZONE_IA']);
    expect((await place.logLines()).join('\n')).not.toContain('WARNING');
  });

  test('is tried by a user that may not remove uploads, too', async () => {
    await begin({ credentials: [{ accessKeyId: 'testkey', secretAccessKey: 'testsecret', deny: noAborts }] });
    expectSilence(await setUp({ storage_class: 'ONEZONE_IA' }));
    expect((await place.logLines()).join('\n')).toContain('AbortMultipartUpload');
  });

  test('of an archive gives a warning in the log of the set-up', async () => {
    await begin();
    expectSilence(await setUp({ storage_class: 'DEEP_ARCHIVE' }));
    expect((await place.logLines()).filter((line) => line.includes('WARNING')).join('\n')).toContain(
      'restore_from_archive',
    );
  });
});

/** As a server reads x-amz-tagging. */
function tagsOf(operation: S3Operation): Record<string, string> {
  const [text = ''] = sent(operation, 'x-amz-tagging');
  return Object.fromEntries(new URLSearchParams(text));
}

const denied = (operation: S3Operation): boolean => operation === 'PutObject';

describe('tags', () => {
  const tags = 'db={database},when={timestamp},what={type},on={host},cost center=dba/prod';

  test('have their placeholders replaced by what is known', async () => {
    await begin();
    expectSilence(await backup({ tags }, someBytes(10), { GP_DATABASE: 'sales & "more"' }));
    expect(tagsOf('PutObject')).toEqual({
      db: 'sales _ _more_',
      when: TIMESTAMP,
      what: 'data',
      on: hostname(),
      'cost center': 'dba/prod',
    });
    expect(server.objects.head('backups', PREFIX + DATA)?.headers['x-amz-tagging-count']).toBe('5');
  });

  test('with a placeholder that is not known are left out', async () => {
    await begin();
    expectSilence(await backup({ tags }, someBytes(20 * MiB)));
    expect(tagsOf('CreateMultipartUpload')).not.toHaveProperty('db');
    expectSilence(await setUp({ tags }));
    expect(tagsOf('PutObject')).toMatchObject({ what: 'report', when: TIMESTAMP });
    expectSilence(await backup({ tags: 'db={database}' }, someBytes(1)));
    expect(sent('PutObject', 'x-amz-tagging').at(-1)).toBeUndefined();
  });

  test('that the keys may not set are told with the permission', async () => {
    await begin({ credentials: [{ accessKeyId: 'testkey', secretAccessKey: 'testsecret', deny: denied }] });
    expectTold(await setUp({ tags }), 'AccessDenied', 's3:PutObjectTagging');
  });
});

describe('acl', () => {
  test('is sent with each object', async () => {
    await begin({ acls: true });
    expectSilence(await backup({ acl: 'bucket-owner-read' }, someBytes(20 * MiB)));
    expectSilence(await setUp({ acl: 'bucket-owner-read' }));
    expect(sent('CreateMultipartUpload', 'x-amz-acl')).toEqual(['bucket-owner-read']);
    expect(sent('PutObject', 'x-amz-acl')).toEqual(['bucket-owner-read']);
  });

  test('that a bucket without ACLs refuses is told by the set-up', async () => {
    await begin();
    expectTold(await setUp({ acl: 'public-read' }), 'AccessControlListNotSupported', 'acl');
    expectSilence(await setUp({ acl: 'bucket-owner-full-control' }));
  });
});

test('without an option nothing is said of an object', async () => {
  await begin();
  expectSilence(await backup({}, someBytes(20 * MiB)));
  expectSilence(await setUp({}));
  const headers = ['x-amz-storage-class', 'x-amz-tagging', 'x-amz-acl', SSE];
  const names = server.requests.flatMap((one) => [...one.headers.keys()]);
  expect(headers.filter((name) => names.includes(name))).toEqual([]);
});
