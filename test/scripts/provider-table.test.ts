import { expect, test } from 'bun:test';
import { providerTable } from '../../scripts/provider-table.ts';
import { PROVIDERS } from '../../src/s3/providers/providers.ts';

const rows = providerTable()
  .split('\n')
  .slice(2)
  .map((line) =>
    line
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );

test('the table has every provider once, and says of each what differs and what is done', () => {
  expect(rows.map(([name = '']) => name).filter((name) => name !== '')).toEqual(
    PROVIDERS.map(({ name }) => name),
  );
  for (const [, , differs = '', done = ''] of rows)
    expect(Math.min(differs.length, done.length)).toBeGreaterThan(10);
});

test('hosts are written as a reader writes them, without the signs of patterns', () => {
  const hosts = rows.map(([, host = '']) => host).filter((host) => host !== '');
  expect(hosts[0]).toStartWith('`*.amazonaws.com`, `*.api.aws`, `*.amazonaws.com.cn`, ');
  expect(hosts.filter((host) => /[\\()[\]^$?+]/.test(host))).toEqual([]);
});
