import { expect, test } from 'bun:test';
import manifest from '../../package.json' with { type: 'json' };
import { PLUGIN_API_VERSION, PROGRAM, VERSION } from '../../src/base/product.ts';

test('the version is that of package.json', () => {
  expect(VERSION).toBe(manifest.version);
});

test('--version is three words, as gpbackup reads it', () => {
  expect(`${PROGRAM} version ${VERSION}`.split(' ')).toEqual(['gpbackup_s3_plugin', 'version', VERSION]);
  expect(VERSION).toMatch(/^\d+\.\d+\.\d+$/);
});

test('the interface is of at least version 0.3.0, which gpbackup demands', () => {
  expect(Bun.semver.satisfies(PLUGIN_API_VERSION, '>=0.3.0')).toBe(true);
});
