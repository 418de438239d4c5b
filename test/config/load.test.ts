import { afterAll, describe, expect, test } from 'bun:test';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from '../../src/config/config-error.ts';
import { loadConfig } from '../../src/config/load.ts';

const folder = mkdtempSync(join(tmpdir(), 'config-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(text: string): string {
  const path = join(folder, 'config.yaml');
  writeFileSync(path, text);
  return path;
}

async function failureOf(path: string): Promise<ConfigError> {
  const thrown = await loadConfig(path, { environment: {}, signal: new AbortController().signal }).catch(
    (error: unknown) => error,
  );
  if (!(thrown instanceof ConfigError)) throw new Error(`no ConfigError: ${String(thrown)}`);
  return thrown;
}

test('the file that gpbackup writes is read: every value in quotes, its own options added', async () => {
  const config = await loadConfig(
    file(`executablepath: "/usr/local/bin/gpbackup_s3_plugin"
options:
  aws_access_key_id: "minio"
  aws_secret_access_key: "minio123"
  backup_plugin_version: ""
  bucket: "backups"
  encryption: "off"
  endpoint: "http://10.0.0.1:9000"
  folder: "gp/prod"
  pgport: "5432"
`),
    { environment: {}, signal: new AbortController().signal },
  );
  expect(config.bucket).toBe('backups');
  expect(config.folder).toBe('gp/prod');
  expect(config.connection.address.endpoint).toEqual({ scheme: 'http', host: '10.0.0.1:9000', path: '' });
  const { signIn } = config.connection;
  expect(signIn.from === 'file' ? signIn.secretAccessKey.reveal() : '').toBe('minio123');
});

describe('an error', () => {
  test('names the file and its one problem in one line', async () => {
    const path = file(
      'executablepath: /x\noptions:\n  bucket: b\n  folder: f\n  region: r\n  encryption: 1\n',
    );
    const error = await failureOf(path);
    expect(error.message).toBe(`config file ${path}: option "encryption" is "1": must be on or off`);
    expect(error.path).toBe(path);
    expect(error.hint).toContain('help options');
  });

  test('lists several problems, one a line', async () => {
    const path = file('executablepath: /x\noptions:\n  bucket: b\n  encryption: 1\n  colour: red\n');
    const error = await failureOf(path);
    expect(error.problems.length).toBeGreaterThan(2);
    expect(error.message).toBe(`config file ${path}:\n  - ${error.problems.join('\n  - ')}`);
  });

  test('says that there is no such file', async () => {
    const path = join(folder, 'absent.yaml');
    expect((await failureOf(path)).message).toBe(`config file ${path}: there is no such file`);
  });

  test('says why a file can’t be read', async () => {
    const path = join(folder, 'a-folder');
    mkdirSync(path);
    expect((await failureOf(path)).message).toBe(`config file ${path}: it is a folder`);
  });

  test('says that a file is not UTF-8, and how to make it so', async () => {
    const path = join(folder, 'latin1.yaml');
    writeFileSync(path, Buffer.from([0x23, 0xe4, 0x0a]));
    expect(await failureOf(path)).toMatchObject({
      message: `config file ${path}: it is not UTF-8`,
      hint: expect.stringContaining('iconv') as string,
    });
  });
});
