import { expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { OPTIONS } from '../../src/config/options.ts';

/** Names that are words of S3 or of AWS's own files as well. */
const SHARED = new Set([
  'region',
  'bucket',
  'endpoint',
  'folder',
  'encryption',
  'checksum',
  'fips',
  'accelerate',
  'tags',
  'acl',
  'sse',
]);

test('the store knows no option’s name: whoever opens it makes the hints', () => {
  const folder = new URL('../../src/s3/', import.meta.url).pathname;
  const names = Object.keys(OPTIONS).filter((name) => !SHARED.has(name));
  const found: string[] = [];
  for (const file of new Bun.Glob('**/*.ts').scanSync(folder)) {
    // A profile of AWS's has settings of the same names.
    if (file.startsWith('auth/')) continue;
    const text = readFileSync(`${folder}${file}`, 'utf8');
    found.push(
      ...names.filter((name) => new RegExp(`\\b${name}\\b`).test(text)).map((name) => `${file}: ${name}`),
    );
    if (text.includes('README')) found.push(`${file}: README`);
  }
  expect(names.length).toBeGreaterThan(15);
  expect(found).toEqual([]);
});
