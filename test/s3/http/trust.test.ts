import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeCertificate } from '../../../lab/s3-server/certificate.ts';
import { PluginError } from '../../../src/base/plugin-error.ts';
import { type Trust, type TrustChoice, trustOf } from '../../../src/s3/http/trust.ts';

const folder = mkdtempSync(join(tmpdir(), 'trust-'));
afterAll(() => rmSync(folder, { recursive: true }));

const DAMAGED = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
let first: string;
let second: string;
let third: string;
beforeAll(async () => {
  [first, second, third] = (
    await Promise.all(['a', 'b', 'c'].map((name) => makeCertificate(`${name}.example`, [])))
  ).map(({ certificate }) => `${certificate.trim()}\n`) as [string, string, string];
});

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

function trust(choice: Partial<TrustChoice>): Trust & { warnings: string[] } {
  const warnings: string[] = [];
  const warn = (message: string): void => void warnings.push(message);
  return {
    ...trustOf({
      verifyTls: true,
      caFile: undefined,
      caFileName: 'ca_file',
      environment: {},
      warn,
      ...choice,
    }),
    warnings,
  };
}

/** What a list of the trusted ends in where the system's count; a minimal system has none. */
const SYSTEM =
  trustOf({ verifyTls: true, caFile: undefined, caFileName: 'ca_file', environment: {}, warn: () => {} })
    .ca === undefined
    ? ''
    : ' system';
const system = (): string => trust({}).ca?.trim() ?? '';
const body = (pem: string): string => pem.split('\n')[3] ?? 'missing';
/** Which of the three are trusted, and whether the system's are. */
const trusted = ({ ca = '' }: Trust): string =>
  [
    ...[first, second, third].map((pem, index) => (ca.includes(body(pem)) ? `${index + 1}` : '')),
    ca.includes(body(system())) ? 'system' : '',
  ]
    .filter((name) => name !== '')
    .join(' ');

test('verify_tls: off accepts any certificate and reads no file', () => {
  const { rejectUnauthorized, ca } = trust({ verifyTls: false, caFile: '/does/not/exist' });
  expect([rejectUnauthorized, ca]).toEqual([false, undefined]);
});

test('certificates are checked, and those of ca_file are trusted beside the system’s', () => {
  const both = trust({ caFile: file('own.pem', first) });
  expect([both.rejectUnauthorized, trusted(both)]).toEqual([true, `1${SYSTEM}`]);
  expect(trust({}).rejectUnauthorized).toBe(true);
});

test('a key in ca_file is not handed on, and told', () => {
  const key = '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n';
  const caFile = file('with-key.pem', key + first);
  const both = trust({ caFile });
  expect(both.ca).not.toContain('PRIVATE KEY');
  expect(trusted(both)).toBe(`1${SYSTEM}`);
  const problem = `ca_file ${caFile}, line 1 (block 1): "PRIVATE KEY" is not a certificate`;
  expect(both.problems).toEqual([problem]);
  expect(both.warnings).toEqual([`not used: ${problem}`]);
});

describe('a ca_file that can’t be used is an error that names it', () => {
  test.each([
    ['absent.pem', undefined, "can't be read: there is no such file or folder"],
    ['empty.pem', '', 'contains no certificate'],
    ['binary.der', '0\u0082', 'contains no certificate'],
    [
      'damaged.pem',
      DAMAGED,
      'contains no certificate that can be used: line 1 (block 1): the certificate is damaged',
    ],
    [
      'pkcs7.pem',
      DAMAGED.replaceAll('CERTIFICATE', 'PKCS7'),
      'line 1 (block 1): "PKCS7" is not a certificate',
    ],
  ])('%s', (name, content, words) => {
    const path = content === undefined ? join(folder, name) : file(name, content);
    const read = (): unknown => trust({ caFile: path });
    expect(read).toThrow(PluginError);
    expect(read).toThrow(`ca_file ${path} `);
    expect(read).toThrow(words);
  });
});

describe('variables of the environment count as for the Go plugin', () => {
  test('AWS_CA_BUNDLE takes the place of the system’s; ca_file comes on top', () => {
    const environment = { AWS_CA_BUNDLE: file('bundle.pem', first), SSL_CERT_FILE: file('file.pem', second) };
    expect(trusted(trust({ environment }))).toBe('1');
    expect(trusted(trust({ environment, caFile: file('own.pem', third) }))).toBe('1 3');
  });

  test('an AWS_CA_BUNDLE that can’t be used is an error', () => {
    for (const [path, words] of [
      [join(folder, 'nowhere'), "can't be read: there is no such file or folder"],
      [file('none.pem', 'hello'), 'contains no certificate'],
    ] as const) {
      expect(() => trust({ environment: { AWS_CA_BUNDLE: path } })).toThrow(`AWS_CA_BUNDLE ${path} ${words}`);
    }
  });

  test('SSL_CERT_FILE and SSL_CERT_DIR together take the place of the system’s', () => {
    const [one, two] = [join(folder, 'one'), join(folder, 'two')];
    for (const path of [one, two]) mkdirSync(path);
    writeFileSync(join(one, 'a.pem'), second);
    symlinkSync('a.pem', join(one, '01234567.0'));
    symlinkSync(file('elsewhere.pem', third), join(two, 'c.pem'));
    const environment = { SSL_CERT_FILE: file('file.pem', first), SSL_CERT_DIR: `${one}:/nowhere:${two}` };
    expect(trusted(trust({ environment }))).toBe('1 2 3');
    expect(trusted(trust({ environment: { ...environment, SSL_CERT_DIR: one } }))).toBe('1 2');
  });

  test('one of them alone comes beside the system’s, whose folders and file contain the same', () => {
    expect(trusted(trust({ environment: { SSL_CERT_FILE: file('file.pem', first) } }))).toBe(`1${SYSTEM}`);
    const path = join(folder, 'three');
    mkdirSync(path);
    writeFileSync(join(path, 'a.pem'), second);
    expect(trusted(trust({ environment: { SSL_CERT_DIR: path } }))).toBe(`2${SYSTEM}`);
  });

  test('an SSL_CERT_FILE that is not there is told', () => {
    const { warnings } = trust({ environment: { SSL_CERT_FILE: '/nowhere.pem' } });
    expect(warnings).toEqual(["SSL_CERT_FILE /nowhere.pem can't be read: there is no such file or folder"]);
  });

  test('empty ones are not set', () => {
    const environment = { AWS_CA_BUNDLE: '', SSL_CERT_FILE: '', SSL_CERT_DIR: '' };
    expect(trust({ environment }).ca).toBe(trust({}).ca ?? '');
  });
});

test('sifted: what is damaged among the system’s is left out and told', () => {
  const environment = { SSL_CERT_FILE: file('damaged.pem', first + DAMAGED + second), SSL_CERT_DIR: folder };
  const { sifted, warnings } = trust({ environment: { ...environment, SSL_CERT_DIR: '/nowhere' } });
  expect(warnings).toEqual([]);
  const checked = sifted?.();
  expect(checked?.ca).not.toContain('AAAA');
  expect(trusted(checked ?? { rejectUnauthorized: true })).toBe('1 2');
  expect(checked?.sifted).toBeUndefined();
  expect(warnings.length).toBe(1);
  expect(warnings[0]).toMatch(/^not used of the system's certificates: line \d+ \(block 2\): .* is damaged$/);
});
