import { afterAll, describe, expect, test } from 'bun:test';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PluginError } from '../../../src/base/plugin-error.ts';
import { trustOf } from '../../../src/s3/http/trust.ts';

const folder = mkdtempSync(join(tmpdir(), 'trust-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

test('verify_tls: off accepts any certificate and reads no file', () => {
  expect(trustOf({ verifyTls: false, caFile: '/does/not/exist' })).toEqual({ rejectUnauthorized: false });
});

test('certificates are checked, and those of ca_file are trusted beside the system’s', () => {
  const pem = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
  const system = trustOf({ verifyTls: true, caFile: undefined });
  const both = trustOf({ verifyTls: true, caFile: file('own.pem', pem) });
  expect(system.rejectUnauthorized).toBe(true);
  expect(both.rejectUnauthorized).toBe(true);
  expect(both.ca).toContain(pem);
  expect(both.ca).toContain(system.ca?.trim() ?? '');
  expect(both.ca?.length ?? 0).toBeGreaterThan(system.ca?.length ?? 0);
});

describe('a ca_file that can’t be used is an error that names it', () => {
  test.each([
    ['absent.pem', undefined, 'there is no such file'],
    ['empty.pem', '', 'holds no certificate'],
    ['binary.der', '\u0030\u0082', 'holds no certificate'],
  ])('%s', (name, content, words) => {
    const path = content === undefined ? join(folder, name) : file(name, content);
    const read = (): unknown => trustOf({ verifyTls: true, caFile: path });
    expect(read).toThrow(PluginError);
    expect(read).toThrow(path);
    expect(read).toThrow(words);
  });
});
