import { describe, expect, test } from 'bun:test';
import { checkNoProxy } from '../../src/config/no-proxy-entries.ts';
import { NoProxy } from '../../src/session/no-proxy.ts';

function problemsOf(list: string): string[] {
  const problems: string[] = [];
  checkNoProxy(list, problems);
  return problems;
}

describe('an entry of no_proxy', () => {
  test.each<[string, string]>([
    ['store.example', 'store.example'],
    ['STORE.example', 'store.example'],
    ['.example', 'store.example'],
    ['*.example', 'store.example'],
    ['store.example.', 'store.example'],
    ['store.example:9000', 'store.example:9000'],
    ['my_host', 'my_host'],
    ['bücher.example', 'bücher.example'],
    ['.bücher.example', 's3.bücher.example'],
    ['10.0.0.0/8', '10.1.2.3'],
    ['10.1.2.3', '10.1.2.3'],
    ['10.1.2.3:9000', '10.1.2.3:9000'],
    ['fd00::/8', '[fd00::1]'],
    ['fd00::1', '[fd00::1]:9000'],
    ['[fd00::1]', '[fd00::1]'],
    ['[fd00::1]:9000', '[fd00::1]:9000'],
    ['*', 'anything.example'],
    [' a.example , store.example ,', 'store.example'],
  ])('%s is taken, and excepts %s', (list, host) => {
    expect(problemsOf(list)).toEqual([]);
    expect(new NoProxy(list).excepts(new URL(`https://${host}`))).toBe(true);
  });

  test.each([
    'http://store.example',
    'a.example b.example',
    'a.example;b.example',
    'store.example/path',
    'user@store.example',
    '10.0.0.0/33',
    '10.0.0/8',
    'fd00::/129',
    'store.example:port',
    'store.example:0',
    'store.example:65536',
    '[10.0.0.1]',
    'sto*re.example',
    '.',
    '-',
  ])('%s is a problem, since it would except nothing', (entry) => {
    expect(problemsOf(`good.example,${entry}`)).toEqual([
      `option "no_proxy": "${entry}" must be a host name, .domain, *.domain, an IP address or a network such as 10.0.0.0/8, with a comma between two`,
    ]);
  });
});
