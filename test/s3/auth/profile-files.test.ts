import { describe, expect, test } from 'bun:test';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseIni, readProfileFiles } from '../../../src/s3/auth/profile-files.ts';
import type { SourceParts } from '../../../src/s3/auth/source.ts';

const plain = (text: string): unknown =>
  Object.fromEntries([...parseIni(text)].map(([name, settings]) => [name, Object.fromEntries(settings)]));

describe('a file of profiles', () => {
  test.each([
    ['[a]\nx=1\ny = 2\n', { a: { x: '1', y: '2' } }],
    ['\uFEFF[a]\r\nX=1\r\n', { a: { x: '1' } }],
    ['# c\n; c\n[ a ] # c\n\nx = 1 # c\ny = a#b\nz = a;b ; c\n', { a: { x: '1', y: 'a#b', z: 'a;b' } }],
    ['x=1\n[a]\nno setting\ny=\n', { a: { y: '' } }],
    ['[a]\ns3 =\n  max = 1\ny=a=b\n', { a: { s3: '', y: 'a=b' } }],
    ['[a]\nx=1\ny=1\n[b]\nx=2\n[a]\nx=3\n', { a: { x: '3', y: '1' }, b: { x: '2' } }],
    ['', {}],
  ])('%p', (text, expected) => {
    expect(plain(text)).toEqual(expected);
  });
});

test('both files count: the config by "profile NAME", the credentials by NAME, and those win', () => {
  const home = mkdtempSync(join(tmpdir(), 'gpbackup-s3-plugin-profiles-'));
  try {
    writeFileSync(join(home, 'config'), '[default]\nregion=a\nk=1\n[profile "b c"]\nk=2\n[d]\nk=3\n');
    writeFileSync(join(home, 'credentials'), '[default]\nk=9\n[d]\nk=4\n');
    const environment = {
      AWS_CONFIG_FILE: '~/config',
      AWS_SHARED_CREDENTIALS_FILE: join(home, 'credentials'),
    };
    const { profiles } = readProfileFiles({ environment, home, settings: {} } as unknown as SourceParts);
    expect([...profiles].map(([name, settings]) => [name, Object.fromEntries(settings)])).toEqual([
      ['default', { region: 'a', k: '9' }],
      ['b c', { k: '2' }],
      ['d', { k: '4' }],
    ]);
  } finally {
    rmSync(home, { recursive: true });
  }
});
