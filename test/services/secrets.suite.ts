import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Workplace } from '../../lab/program/plugin.ts';
import { installDebianPackages } from '../../lab/servers/debian-package.ts';
import { type Database, installPostgres, startPostgres } from '../../lab/servers/postgres.ts';
import { NotInstallable } from '../../lab/servers/server.ts';
import { KEY, PATH, SecretStage } from '../program/secrets-stage.ts';

/**
 * password_encryption with the programs that others encrypt with: pgcrypto of a real PostgreSQL, and gpg. Both are
 * Debian's packages.
 */
const PASSPHRASE = '66706c6c6e677a6965796f6834';
/** Milliseconds that making a database may take. */
const LONG = 300_000;

/** Whether the program reads what was encrypted with `PASSPHRASE`: the server knows no other secret key than `KEY`. */
async function isRead(message: string): Promise<boolean> {
  await using stage = await SecretStage.start();
  const options = {
    aws_secret_access_key: message,
    password_encryption: 'on',
    gpbackup_s3_plugin: PASSPHRASE,
  };
  const outcome = await stage.place.run(['backup_data', stage.config({ options }), PATH], { stdin: 'x' });
  return outcome.exitCode === 0 && outcome.stderr === '';
}

/** What encrypt_secret prints for a secret, with `PASSPHRASE` as its key. */
async function encrypted(secret: string): Promise<string> {
  using place = new Workplace();
  const config = place.config({ url: 'http://127.0.0.1:1' }, { aws_secret_access_key: undefined });
  mkdirSync(place.path('data'));
  place.write('data/.encrypt', `gpbackup_s3_plugin: ${PASSPHRASE}\n`);
  const env = { ...place.env, COORDINATOR_DATA_DIRECTORY: place.path('data') };
  const { stdout, stderr } = await place.run(['encrypt_secret', config], { env, stdin: `${secret}\n` });
  const [, hex] = /aws_secret_access_key: (\w+)/.exec(stdout.toString()) ?? [];
  if (hex === undefined) throw new Error(stderr);
  return hex;
}

const SECRETS: readonly (readonly [what: string, secret: string])[] = [
  ['a key', KEY],
  ['one letter', 'a'],
  ['quotes', "it's $1 of 'these'"],
  ['other letters', 'gehëim-密'],
  ['a thousand letters', 'x'.repeat(1000)],
];

/** Whether a program is here. Where it can't be installed that is told, and only a CI run fails. */
async function isInstalled(what: string, install: () => Promise<void>): Promise<boolean> {
  try {
    await install();
    return true;
  } catch (error) {
    if (!(error instanceof NotInstallable) || process.env['CI'] === 'true') throw error;
    console.log(`skipped: ${what} (${error.message})`);
    return false;
  }
}

const hasPostgres = await isInstalled('pgcrypto', installPostgres);
const hasGpg = await isInstalled('gpg', async () => {
  if (Bun.which('gpg') === null) await installDebianPackages('GnuPG', '', ['gnupg']);
});

/** A text in SQL. */
const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

describe.skipIf(!hasPostgres)('pgcrypto of PostgreSQL', () => {
  let database: Database;
  beforeAll(async () => {
    database = await startPostgres();
  }, LONG);
  afterAll(async () => await database[Symbol.asyncDispose]());

  test.each([
    'cipher-algo=aes256',
    '',
    'cipher-algo=aes128',
    'cipher-algo=aes192',
    'cipher-algo=aes256,compress-algo=1',
    'cipher-algo=aes256,compress-algo=2,compress-level=9',
    'cipher-algo=aes256,sess-key=1',
    'cipher-algo=aes256,sess-key=1,s2k-cipher-algo=aes128',
    'cipher-algo=aes256,s2k-mode=0',
    'cipher-algo=aes256,s2k-mode=1',
    'cipher-algo=aes256,s2k-count=65011712',
    'cipher-algo=aes256,unicode-mode=1',
  ])('what pgp_sym_encrypt writes is read: %j', async (options) => {
    const message = await database.query(
      `select encode(pgp_sym_encrypt(${literal(KEY)}, '${PASSPHRASE}', '${options}'), 'hex')`,
    );
    expect(await isRead(message)).toBe(true);
  });

  test.each(SECRETS)('pgp_sym_decrypt reads what encrypt_secret writes: %s', async (_, secret) => {
    const message = await encrypted(secret);
    expect(await database.query(`select pgp_sym_decrypt('\\x${message}', '${PASSPHRASE}')`)).toBe(secret);
  });
});

describe.skipIf(!hasGpg)('gpg', () => {
  const home = mkdtempSync(join(tmpdir(), 'gnupg-'));
  afterAll(async () => {
    await Bun.$`gpgconf --homedir ${home} --kill all`.quiet().nothrow();
    rmSync(home, { recursive: true, force: true });
  });

  async function gpg(input: string | Uint8Array, ...args: string[]): Promise<Buffer> {
    const always = [
      '--homedir',
      home,
      '--batch',
      '--quiet',
      '--no-symkey-cache',
      '--pinentry-mode',
      'loopback',
      '--passphrase',
      PASSPHRASE,
    ];
    const child = Bun.spawn(['gpg', ...always, ...args], {
      stdin: new Blob([Uint8Array.from(Buffer.from(input))]),
      stdout: 'pipe',
      stderr: 'pipe',
    });
    const [output, errors] = await Promise.all([
      new Response(child.stdout).bytes(),
      new Response(child.stderr).text(),
    ]);
    if ((await child.exited) !== 0) throw new Error(errors);
    return Buffer.from(output);
  }

  test.each([
    [''],
    ['--cipher-algo AES256 --s2k-digest-algo SHA1'],
    ['--cipher-algo AES128 --s2k-mode 1 --s2k-digest-algo SHA512'],
    ['--cipher-algo AES192 --compress-algo zlib --s2k-digest-algo SHA384'],
    ['--compress-algo zip --s2k-digest-algo SHA224'],
    ['--compress-algo none --s2k-count 1024'],
    ['--s2k-mode 0'],
  ])('what gpg --symmetric %s writes is read', async (options) => {
    const args = options.split(' ').filter((word) => word !== '');
    // With the line break that echo adds, which is no part of the secret.
    const message = await gpg(`${KEY}\n`, '--symmetric', ...args);
    expect(await isRead(message.toString('hex'))).toBe(true);
  });

  test.each(SECRETS)('gpg --decrypt reads what encrypt_secret writes: %s', async (_, secret) => {
    const message = Buffer.from(await encrypted(secret), 'hex');
    expect((await gpg(message, '--decrypt')).toString()).toBe(secret);
  });
});
