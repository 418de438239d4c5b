import { describe, expect, test } from 'bun:test';
import { type BackupFile, baseName, classifyFile } from '../../src/backup/file-name.ts';

const TS = '20260102030405';

describe('a file of a backup', () => {
  const rows: readonly (readonly [string, BackupFile])[] = [
    [`gpbackup_0_${TS}_16390`, { kind: 'table', segment: 0, compression: 'none' }],
    [`gpbackup_0_${TS}_16390.gz`, { kind: 'table', segment: 0, compression: 'gzip' }],
    [`gpbackup_127_${TS}_4294967295.zst`, { kind: 'table', segment: 127, compression: 'zstd' }],
    [`gpbackup_0_${TS}`, { kind: 'single data file', segment: 0, compression: 'none' }],
    [`gpbackup_12_${TS}.gz`, { kind: 'single data file', segment: 12, compression: 'gzip' }],
    [`gpbackup_12_${TS}.zst`, { kind: 'single data file', segment: 12, compression: 'zstd' }],
    [`gpbackup_3_${TS}_toc.yaml`, { kind: 'segment contents', segment: 3 }],
    [`gpbackup_${TS}_plugin_config.yaml`, { kind: 'plugin config' }],
  ];
  test.each(rows)('%s', (name, file) => {
    expect(classifyFile(name)).toEqual(file);
  });

  test.each([
    `gpbackup_${TS}_metadata.sql`,
    `gpbackup_${TS}_toc.yaml`,
    `gpbackup_${TS}_config.yaml`,
    `gpbackup_${TS}_report`,
    `gpbackup_${TS}_statistics.sql`,
    `gpbackup_${TS}`,
    `gpbackup_-1_${TS}`,
    `gpbackup_0_${TS}_16390.bz2`,
    `gpbackup_0_${TS}_16390.gz.part`,
    `gpbackup_0_${TS}_`,
    `gpbackup_0_${TS.slice(1)}_16390`,
    `gpbackup_0_${TS}_abc`,
    `xgpbackup_0_${TS}`,
    `gpbackup_0_${TS}\n`,
    `folder/gpbackup_0_${TS}`,
    `gpbackup_${TS}_plugin_config.yaml.bak`,
    '',
  ])('%p is any other', (name) => {
    expect(classifyFile(name)).toEqual({ kind: 'other' });
  });
});

test.each([
  ['a/b/c', 'c'],
  ['c', 'c'],
  ['/c', 'c'],
  ['a/', ''],
  ['', ''],
])('the base name of %p is %p', (path, name) => {
  expect(baseName(path)).toBe(name);
});
