import { describe, expect, test } from 'bun:test';
import { keyOfFile } from '../../src/backup/key.ts';
import { backupPrefix } from '../../src/backup/timestamp.ts';
import type { Config } from '../../src/config/config.ts';
import { normalise } from '../../src/config/normalise.ts';
import { parseRawConfig } from '../../src/config/parse-raw-config.ts';
import { addressOf, pathOf } from '../../src/s3/address.ts';

const FILE = '/data/primary/gpseg0/backups/20260102/20260102030405/gpbackup_0_20260102030405_16385';

/** Reads a file as people wrote it for the Go plugin. */
async function read(
  lines: string,
  head = 'executablepath: /usr/local/bin/gpbackup_s3_plugin\n',
): Promise<Config> {
  const normalised = await normalise(await parseRawConfig(`${head}options:\n${lines}`));
  if ('problems' in normalised) throw new Error(normalised.problems.join('\n'));
  return normalised.config;
}

const MINIMUM = '  region: eu-west-1\n  bucket: b\n';

/** The URL's path of a backup's file, where the bucket is in the path as the Go plugin has it. */
function pathIn({ bucket, folder, connection }: Config): string {
  const address = { ...connection.address, bucket, region: 'eu-west-1', urlStyle: 'path' } as const;
  return pathOf(addressOf({ ...address, providerStyle: 'path' }), keyOfFile(folder, FILE));
}

/** What the Go plugin's library sends: the path of `FOLDER/` and the file, in its shortest form (path.Clean). */
describe('a folder has the keys that the Go plugin gives it', () => {
  test.each([
    ['gp', '/b/gp/backups/'],
    ['gp/', '/b/gp/backups/'],
    ['/gp', '/b/gp/backups/'],
    ['//gp//', '/b/gp/backups/'],
    ['a//b', '/b/a/b/backups/'],
    ['./a', '/b/a/backups/'],
    ['a/./b', '/b/a/b/backups/'],
    ['a/.', '/b/a/backups/'],
    ['/', '/b/backups/'],
    ['//', '/b/backups/'],
    ['.', '/b/backups/'],
    ['./', '/b/backups/'],
    ['backups', '/b/backups/backups/'],
    ['a b', '/b/a%20b/backups/'],
    ['"null"', '/b/null/backups/'],
    ["'~'", '/b/~/backups/'],
  ])('%p', async (folder, path) => {
    const config = await read(`${MINIMUM}  folder: ${folder}\n`);
    expect(pathIn(config)).toBe(`${path}20260102/20260102030405/gpbackup_0_20260102030405_16385`);
    const prefix = backupPrefix(config.folder, '20260102030405');
    expect(keyOfFile(config.folder, FILE)).toStartWith(prefix);
  });
});

describe('a value that is not there', () => {
  test.each(['', 'null', 'Null', 'NULL', '~', '""', "''", '" "', '# later'])(
    '%p is the default',
    async (unset) => {
      const names = ['encryption', 'http_proxy', 'endpoint', 'aws_access_key_id', 'aws_secret_access_key'];
      names.push('backup_max_concurrent_requests', 'backup_multipart_chunksize', 'max_request_retries');
      names.push(
        'restore_max_concurrent_requests',
        'restore_multipart_chunksize',
        'pgport',
        'backup_plugin_version',
      );
      const without = await read(`${MINIMUM}  folder: f\n`);
      const lines = names.map((name) => `  ${name}: ${unset}\n`).join('');
      expect(await read(`${MINIMUM}  folder: f\n${lines}`)).toEqual(without);
      expect(await read(`${lines}${MINIMUM}  folder: f\n`)).toEqual(without);
    },
  );

  test.each(['0', '"0"', '00'])('%p requests at once, or bytes of a part, are the default', async (zero) => {
    const without = await read(`${MINIMUM}  folder: f\n`);
    const names = ['backup_max_concurrent_requests', 'restore_max_concurrent_requests'];
    names.push('backup_multipart_chunksize', 'restore_multipart_chunksize');
    const lines = names.map((name) => `  ${name}: ${zero}\n`).join('');
    expect(await read(`${MINIMUM}  folder: f\n${lines}`)).toEqual(without);
  });
});

describe('an endpoint', () => {
  test.each([
    ['https://gw.example/s3/', 'https', 'gw.example', '/s3/b/f/backups/'],
    ['gw.example:8443/a/b', 'https', 'gw.example:8443', '/a/b/b/f/backups/'],
    ['http://gw.example//a', 'http', 'gw.example', '/a/b/f/backups/'],
    ['http://10.0.0.1:9000', 'http', '10.0.0.1:9000', '/b/f/backups/'],
  ])('%p', async (endpoint, scheme, host, path) => {
    const config = await read(`  endpoint: ${endpoint}\n  bucket: b\n  folder: f\n`);
    expect(config.connection.address.endpoint).toMatchObject({ scheme, host });
    expect(pathIn(config)).toStartWith(path);
  });

  test('with a path, whose host names the bucket', async () => {
    const config = await read(
      '  endpoint: https://b.gw.example/s3\n  bucket: b\n  folder: f\n  remove_duplicate_bucket: "true"\n',
    );
    expect(pathIn(config)).toStartWith('/s3/f/backups/');
  });
});

test('the example of the Go plugin’s README', async () => {
  const config = await read(
    `  region: us-west-2
  aws_access_key_id: test-s3-user
  aws_secret_access_key: asdf1234asdf
  bucket: gpdb-backup
  folder: test/backup3
`,
    'executablepath: $GPHOME/bin/gpbackup_s3_plugin\n',
  );
  expect(config).toMatchObject({ bucket: 'gpdb-backup', folder: 'test/backup3', warnings: [] });
});

test('sizes as its library reads them', async () => {
  for (const size of [
    '10MB',
    '10 MB',
    '10mb',
    '10485760B',
    '10240 kilobytes',
    '10 MEGABYTES',
    '10megabyte',
  ]) {
    const config = await read(`${MINIMUM}  folder: f\n  backup_multipart_chunksize: ${size}\n`);
    expect([size, config.backup.partSize]).toEqual([size, 10_485_760]);
  }
});
