import { describe, expect, test } from 'bun:test';
import { assert, dictionary, property, string } from 'fast-check';
import type { ObjectsConfig } from '../../../src/config/config.ts';
import { storedWith } from '../../../src/session/objects/stored-with.ts';
import { configOf } from '../../config/sample.ts';

const DAY = 'gp/backups/20260102/20260102030405/';
const DATA = `${DAY}gpbackup_3_20260102030405_16385.gz`;
const TOC = `${DAY}gpbackup_20260102030405_toc.yaml`;

async function headers(
  options: Readonly<Record<string, string>>,
  key = DATA,
  size?: number,
  environment: Readonly<Record<string, string>> = {},
): Promise<Readonly<Record<string, string>>> {
  const { objects } = await configOf(options);
  return storedWith(objects, environment)(key, size);
}

describe('the storage class', () => {
  const cases: readonly (readonly [string, string, string, number | undefined, string | undefined])[] = [
    ['STANDARD_IA', '1MB', DATA, 1_048_575, undefined],
    ['STANDARD_IA', '1MB', DATA, 1_048_576, 'STANDARD_IA'],
    ['STANDARD_IA', '1MB', DATA, undefined, 'STANDARD_IA'],
    ['STANDARD_IA', '0', DATA, 0, 'STANDARD_IA'],
    ['STANDARD_IA', '0', TOC, 1, 'STANDARD_IA'],
    ['GLACIER_IR', '0', TOC, 1, 'GLACIER_IR'],
    ['GLACIER', '0', TOC, undefined, undefined],
    ['DEEP_ARCHIVE', '0', DATA, 1, 'DEEP_ARCHIVE'],
    ['GLACIER', '0', 'any/other/file', 1, 'GLACIER'],
  ];
  test.each(cases)(
    '%s from %s on: %s of %p bytes is in %p',
    async (storage_class, least, key, size, expected) => {
      const found = await headers({ storage_class, storage_class_min_size: least }, key, size);
      expect(found['x-amz-storage-class']).toBe(expected);
    },
  );
});

describe('tags', () => {
  test('whatever a database is called, its name becomes what a server takes', async () => {
    const { objects } = await configOf({ tags: 'db={database}' });
    assert(
      property(string({ unit: 'binary', minLength: 1 }), (name) => {
        const text = storedWith(objects, { GP_DATABASE: name })(DATA, 1)['x-amz-tagging'] ?? '';
        const value = decodeURIComponent(text.slice('db='.length));
        expect(value).toMatch(/^[\p{L}\p{N} +\-=._:/@]{1,256}$/u);
      }),
    );
  });

  test('are read by a server as they were written', () => {
    const objects = { tags: undefined } as unknown as ObjectsConfig;
    const letters = string({ unit: 'grapheme', minLength: 1, maxLength: 20 });
    assert(
      property(dictionary(letters, letters, { minKeys: 1, maxKeys: 10 }), (pairs) => {
        const plain = Object.entries(pairs).filter(([, value]) => !/[{}]/.test(value));
        const tags = new Map(plain);
        const text = storedWith({ ...objects, tags }, {})(DATA, 1)['x-amz-tagging'] ?? '';
        expect([...new URLSearchParams(text)]).toEqual(plain);
      }),
    );
  });

  test.each([
    [DATA, 'data'],
    [`${DAY}gpbackup_0_20260102030405`, 'data'],
    [`${DAY}gpbackup_0_20260102030405.zst`, 'data'],
    [TOC, 'toc'],
    [`${DAY}gpbackup_12_20260102030405_toc.yaml`, 'toc'],
    [`${DAY}gpbackup_20260102030405_metadata.sql`, 'metadata'],
    [`${DAY}gpbackup_20260102030405_config.yaml`, 'config'],
    [`${DAY}gpbackup_20260102030405_report`, 'report'],
    [`${DAY}gpbackup_20260102030405_statistics.sql`, 'statistics'],
    [`${DAY}gpbackup_20260102030405_plugin_config.yaml`, 'plugin_config'],
    ['home/x.txt', undefined],
    [`${DAY}gpbackup_20260102030405_report.bak`, undefined],
  ])('of %s say %p', async (key, type) => {
    const found = await headers({ tags: 't={type}' }, key);
    expect(found['x-amz-tagging']).toBe(type === undefined ? undefined : `t=${type}`);
  });

  test('are cut to what a server takes', async () => {
    const found = await headers({ tags: `db=${'x'.repeat(250)}{database}` }, DATA, 1, {
      GP_DATABASE: 'a'.repeat(63),
    });
    expect(found['x-amz-tagging']).toHaveLength('db='.length + 256);
  });
});
